//! What a room holds of a socket: a bounded queue into it, and a way to have it closed.

use banter_protocol::signaling::{CloseCause, ConnectionKey};
use bytestring::ByteString;
use tokio::sync::{mpsc, watch};

/// Frames that may wait for one socket. A client that reads takes them in microseconds; whoever lets so many
/// pile up is not reading.
const QUEUED_FRAMES: usize = 64;

/// Into a socket.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionHandle {
    key: ConnectionKey,
    frames: mpsc::Sender<ByteString>,
    closing: watch::Sender<Option<CloseCause>>,
}

/// The socket's own end of its handles.
#[derive(Debug)]
pub(super) struct Outbox {
    pub(super) frames: Frames,
    pub(super) closing: Closing,
}

/// What waits to be sent.
#[derive(Debug)]
pub(super) struct Frames(mpsc::Receiver<ByteString>);

/// Tells the socket when it must close.
#[derive(Debug)]
pub(super) struct Closing(watch::Receiver<Option<CloseCause>>);

/// The socket was closed because its queue was full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Evicted;

impl ConnectionHandle {
    pub(super) fn new(key: ConnectionKey) -> (Self, Outbox) {
        let (frames, queued) = mpsc::channel(QUEUED_FRAMES);
        let (closing, close) = watch::channel(None);
        let outbox = Outbox {
            frames: Frames(queued),
            closing: Closing(close),
        };
        (
            Self {
                key,
                frames,
                closing,
            },
            outbox,
        )
    }

    pub(crate) fn key(&self) -> ConnectionKey {
        self.key
    }

    /// Queues a frame, or closes the socket where there is no room for it: nothing is left out in silence. A
    /// socket that is gone says so to its room itself.
    pub(crate) fn send(&self, frame: ByteString) -> Result<(), Evicted> {
        match self.frames.try_send(frame) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.close(CloseCause::SlowReader);
                Err(Evicted)
            }
        }
    }

    /// Has the socket closed; the first cause counts.
    pub(crate) fn close(&self, cause: CloseCause) {
        self.closing.send_if_modified(|closing| {
            let is_first = closing.is_none();
            closing.get_or_insert(cause);
            is_first
        });
    }
}

impl Frames {
    /// The next frame to send. Never ends: a socket outlives the rooms that it is in.
    pub(super) async fn next(&mut self) -> ByteString {
        match self.0.recv().await {
            Some(frame) => frame,
            None => std::future::pending().await,
        }
    }
}

impl Closing {
    /// Waits until somebody has the socket closed.
    pub(super) async fn requested(&mut self) -> CloseCause {
        match self.0.wait_for(Option::is_some).await.map(|cause| *cause) {
            Ok(Some(cause)) => cause,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise 45.
    #[actix_web::test]
    async fn a_full_queue_closes_its_socket_and_loses_nothing_before() {
        let (handle, mut outbox) = ConnectionHandle::new(ConnectionKey(1));
        for number in 0..QUEUED_FRAMES {
            assert_eq!(handle.send(number.to_string().into()), Ok(()));
        }
        assert_eq!(handle.send("one more".into()), Err(Evicted));
        handle.close(CloseCause::Replaced);
        assert_eq!(
            outbox.closing.requested().await,
            CloseCause::SlowReader,
            "the first cause"
        );
        for number in 0..QUEUED_FRAMES {
            assert_eq!(outbox.frames.next().await, number.to_string());
        }
    }
}
