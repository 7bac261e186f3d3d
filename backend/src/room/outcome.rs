//! How a room answers those who ask something of it.

use actix::MessageResponse;

use crate::connection::ConnectionHandle;

/// What became of a request that is in order.
#[derive(Debug, MessageResponse)]
pub(crate) enum Progress<T: 'static> {
    /// It is done.
    Done(T),
    /// Nothing has changed, for somebody who must hear of it has a full queue; worth another try when it has
    /// drained.
    Congested(ConnectionHandle),
}

/// The room does not answer: it has failed.
#[derive(Debug)]
pub(crate) struct RoomFailed;
