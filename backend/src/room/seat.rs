//! A socket's hold on its place in a room.

use actix::Addr;
use banter_protocol::{
    ids::PeerId,
    signaling::{ConnectionKey, ErrorCode},
};
use bytestring::ByteString;

use super::actor::{Disconnected, Leave, Progress, Relay, Room};

/// Dropping it tells the room that the socket is gone, so a seat cannot be forgotten, not even by a panic.
#[derive(Debug)]
pub(crate) struct SeatGuard {
    room: Addr<Room>,
    connection: ConnectionKey,
}

/// The room does not answer: it has failed.
#[derive(Debug)]
pub(crate) struct RoomFailed;

impl SeatGuard {
    pub(super) fn new(room: Addr<Room>, connection: ConnectionKey) -> Self {
        Self { room, connection }
    }

    /// Has a frame forwarded. Waiting for the answer keeps the sender from running ahead of the room: each
    /// socket has at most one frame on its way.
    pub(crate) async fn relay(
        &self,
        from: PeerId,
        to: PeerId,
        frame: ByteString,
    ) -> Result<Result<Progress<()>, ErrorCode>, RoomFailed> {
        let relay = Relay {
            connection: self.connection,
            from,
            to,
            frame,
        };
        self.room.send(relay).await.map_err(|_| RoomFailed)
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
