//! The request for a seat.

use actix::Message;
use banter_protocol::signaling::{ErrorCode, ResumeToken, room::JoinRequest};
use tokio::sync::oneshot;

use super::{outcome::Progress, seat::SeatGuard};
use crate::{admission::Admittance, connection::ConnectionHandle};

/// Asks for a seat.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Join {
    pub(crate) connection: ConnectionHandle,
    pub(crate) request: JoinRequest,
    pub(crate) fresh: ResumeToken,
    pub(crate) admittance: Admittance,
    pub(crate) reply: oneshot::Sender<Result<Progress<SeatGuard>, ErrorCode>>,
}
