//! A socket's hold on its place in a room.

use std::sync::Arc;

use actix::{Message, Recipient};
use banter_protocol::{
    ids::PeerId,
    signaling::{ConnectionKey, ErrorCode},
};
use bytestring::ByteString;

use super::{
    outcome::{Progress, RoomFailed},
    table::{Relayed, RoomTable},
};

/// A socket goes from its room.
#[derive(Debug, Message)]
#[rtype(result = "Progress<()>")]
pub(super) enum Departing {
    /// It gives its seat up.
    Leave(ConnectionKey),
    /// It is gone, and its seat is kept for a while.
    Disconnect(ConnectionKey),
}

/// Dropping it tells the room that the socket is gone, so a seat cannot be forgotten, not even by a panic.
#[derive(Debug)]
pub(crate) struct SeatGuard {
    room: Recipient<Departing>,
    table: Arc<RoomTable>,
    connection: ConnectionKey,
}

impl SeatGuard {
    pub(super) fn new(
        room: Recipient<Departing>,
        table: Arc<RoomTable>,
        connection: ConnectionKey,
    ) -> Self {
        Self {
            room,
            table,
            connection,
        }
    }

    /// Forwards a frame. The room itself does not hear of it.
    pub(crate) fn relay(
        &self,
        from: PeerId,
        to: PeerId,
        frame: ByteString,
    ) -> Result<Result<Relayed, ErrorCode>, RoomFailed> {
        self.table.relay(self.connection, from, to, frame)
    }

    /// Gives the seat up; the others hear of it at once.
    pub(crate) async fn leave(&self) -> Result<Progress<()>, RoomFailed> {
        self.room
            .send(Departing::Leave(self.connection))
            .await
            .map_err(|_| RoomFailed)
    }
}

impl Drop for SeatGuard {
    fn drop(&mut self) {
        // After `leave` the room knows no such connection any more, and this changes nothing.
        self.room.do_send(Departing::Disconnect(self.connection));
    }
}
