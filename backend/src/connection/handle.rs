//! What a room and other sockets hold of a socket.

use std::sync::Arc;

use banter_protocol::signaling::{CloseCause, ConnectionKey};
use bytestring::ByteString;

use super::{
    ending::Ending,
    queue::{Outgoing, Placed, Queue},
};

/// Into a socket.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionHandle {
    key: ConnectionKey,
    queue: Arc<Queue>,
}

/// The socket was closed because its queue and the reserve were full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Evicted;

impl ConnectionHandle {
    pub(super) fn new(key: ConnectionKey, queue: Arc<Queue>) -> Self {
        Self { key, queue }
    }

    pub(crate) fn key(&self) -> ConnectionKey {
        self.key
    }

    /// Whether a frame for it must wait.
    pub(crate) fn is_congested(&self) -> bool {
        self.queue.is_congested()
    }

    /// Waits until it is no longer congested, or gone.
    pub(crate) async fn drained(&self) {
        self.queue.drained().await;
    }

    /// Queues a relayed frame where there is a place.
    pub(crate) fn offer(&self, frame: ByteString) -> Placed {
        self.queue.offer(frame)
    }

    /// Queues a frame of the room's, or closes the socket where even the reserve is full: nothing is left out in
    /// silence. A socket that is gone says so to its room itself.
    pub(crate) fn send(&self, frame: ByteString) -> Result<(), Evicted> {
        match self.queue.put(Outgoing::Text(frame)) {
            Placed::Queued | Placed::Gone => Ok(()),
            Placed::Congested => {
                self.close(CloseCause::SlowReader);
                Err(Evicted)
            }
        }
    }

    /// Has the socket closed; the first cause counts.
    pub(crate) fn close(&self, cause: CloseCause) {
        self.queue.end(Ending::Close(cause));
    }
}
