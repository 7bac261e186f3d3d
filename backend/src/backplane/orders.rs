//! What rooms ask of the task that reads, and what it brings them.

use actix::{Message, Recipient};
use actix_web::web::Bytes;
use banter_protocol::ids::{RoomId, ServerId};
use tokio::sync::oneshot;

/// Something for a room.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub(crate) enum FromBus {
    /// Another server says this, or relays it.
    Said(Bytes),
    /// A server gives no sign any more.
    Gone(ServerId),
    /// A server has left in good order.
    Left(ServerId),
    /// The backplane is in reach again.
    Reconnected,
}

/// What the inbox is asked.
#[derive(Debug)]
pub(super) enum Order {
    Enrol {
        name: RoomId,
        generation: u64,
        room: Recipient<FromBus>,
    },
    Retire {
        name: RoomId,
        generation: u64,
    },
    Open {
        name: RoomId,
        done: oneshot::Sender<Vec<FromBus>>,
    },
    StopWaiting {
        name: RoomId,
    },
    Saw(ServerId),
    Leave,
}
