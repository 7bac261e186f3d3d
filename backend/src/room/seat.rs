//! A socket's hold on its place in a room.

use std::sync::Arc;

use actix::Addr;
use banter_protocol::{
    ids::PeerId,
    signaling::{ConnectionKey, ErrorCode},
};
use bytestring::ByteString;

use super::{
    actor::{Disconnected, Leave, Progress, Room},
    table::{Relayed, RoomTable},
};

/// Dropping it tells the room that the socket is gone, so a seat cannot be forgotten, not even by a panic.
#[derive(Debug)]
pub(crate) struct SeatGuard {
    room: Addr<Room>,
    table: Arc<RoomTable>,
    connection: ConnectionKey,
}

/// The room does not answer: it has failed.
#[derive(Debug)]
pub(crate) struct RoomFailed;

impl SeatGuard {
    pub(super) fn new(room: Addr<Room>, table: Arc<RoomTable>, connection: ConnectionKey) -> Self {
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
            .send(Leave(self.connection))
            .await
            .map_err(|_| RoomFailed)
    }
}

impl Drop for SeatGuard {
    fn drop(&mut self) {
        // After `leave` the room knows no such connection any more, and this changes nothing.
        self.room.do_send(Disconnected(self.connection));
    }
}
