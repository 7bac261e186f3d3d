//! What a room holds of a socket: a bounded queue into it, and a way to have it closed.
//!
//! A queue that is full does not mean a client that does not read: on a busy machine the socket's task may just
//! not have run, and in a room of 64 a thousand frames come for it at once (with eviction at the first full
//! queue, 13 of 64 readers in good health were closed in such a storm). So whoever relays, joins or leaves waits
//! until those who must hear of it have a place in their queues, reading nothing from its own client meanwhile;
//! who lets others wait for [`PATIENCE`] is closed. The room itself never waits: what it has to say on its own
//! goes into a reserve.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use banter_protocol::signaling::{CloseCause, ConnectionKey};
use bytestring::ByteString;
use tokio::sync::{Notify, mpsc, watch};

/// Relayed frames that may wait for one socket.
const QUEUED_FRAMES: usize = 64;

/// The same in bytes.
const QUEUED_BYTES: usize = 256 * 1024;

/// How long others wait for a place in the queue.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Into a socket.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionHandle {
    key: ConnectionKey,
    frames: mpsc::UnboundedSender<ByteString>,
    queue: Arc<Queue>,
    closing: watch::Sender<Option<CloseCause>>,
}

/// How full the queue is.
#[derive(Debug)]
struct Queue {
    frames: AtomicUsize,
    bytes: AtomicUsize,
    is_gone: AtomicBool,
    drained: Notify,
    most_frames: usize,
}

/// The socket's own end of its handles.
#[derive(Debug)]
pub(super) struct Outbox {
    pub(super) frames: Frames,
    pub(super) closing: Closing,
}

/// What waits to be sent.
#[derive(Debug)]
pub(super) struct Frames {
    frames: mpsc::UnboundedReceiver<ByteString>,
    queue: Arc<Queue>,
}

/// Tells the socket when it must close.
#[derive(Debug)]
pub(super) struct Closing(watch::Receiver<Option<CloseCause>>);

/// The socket was closed because its queue and the reserve were full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Evicted;

impl ConnectionHandle {
    /// With a reserve for so many of the room's own messages.
    pub(super) fn new(key: ConnectionKey, reserve: usize) -> (Self, Outbox) {
        let (frames, queued) = mpsc::unbounded_channel();
        let (closing, close) = watch::channel(None);
        let queue = Arc::new(Queue {
            frames: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            is_gone: AtomicBool::new(false),
            drained: Notify::new(),
            most_frames: QUEUED_FRAMES + reserve,
        });
        let frames_end = Frames {
            frames: queued,
            queue: Arc::clone(&queue),
        };
        let outbox = Outbox {
            frames: frames_end,
            closing: Closing(close),
        };
        (
            Self {
                key,
                frames,
                queue,
                closing,
            },
            outbox,
        )
    }

    pub(crate) fn key(&self) -> ConnectionKey {
        self.key
    }

    /// Whether a frame for it must wait.
    pub(crate) fn is_congested(&self) -> bool {
        self.queue.is_congested()
    }

    /// Whether it is closed or being closed.
    pub(crate) fn is_gone(&self) -> bool {
        self.queue.is_gone.load(SeqCst)
    }

    /// Waits until it is no longer congested, or gone.
    pub(super) async fn drained(&self) {
        loop {
            let mut drained = pin!(self.queue.drained.notified());
            // From here on no wake-up is missed, so that the check comes after.
            drained.as_mut().enable();
            if !self.queue.is_congested() {
                return;
            }
            drained.await;
        }
    }

    /// Queues a frame, or closes the socket where even the reserve is full: nothing is left out in silence. A
    /// socket that is gone says so to its room itself.
    pub(crate) fn send(&self, frame: ByteString) -> Result<(), Evicted> {
        if self.queue.frames.load(SeqCst) >= self.queue.most_frames {
            self.close(CloseCause::SlowReader);
            return Err(Evicted);
        }
        self.queue.frames.fetch_add(1, SeqCst);
        self.queue.bytes.fetch_add(frame.len(), SeqCst);
        // Fails only where the socket is gone.
        let _ = self.frames.send(frame);
        Ok(())
    }

    /// Has the socket closed; the first cause counts.
    pub(crate) fn close(&self, cause: CloseCause) {
        self.closing.send_if_modified(|closing| {
            let is_first = closing.is_none();
            closing.get_or_insert(cause);
            is_first
        });
        self.queue.set_gone();
    }
}

impl Queue {
    /// Nobody needs to wait for it any more.
    fn set_gone(&self) {
        self.is_gone.store(true, SeqCst);
        self.drained.notify_waiters();
    }

    fn is_congested(&self) -> bool {
        let is_full =
            self.frames.load(SeqCst) >= QUEUED_FRAMES || self.bytes.load(SeqCst) >= QUEUED_BYTES;
        is_full && !self.is_gone.load(SeqCst)
    }
}

impl Frames {
    /// The next frame to send. Never ends: a socket outlives the rooms that it is in.
    pub(super) async fn next(&mut self) -> ByteString {
        let Some(frame) = self.frames.recv().await else {
            return std::future::pending().await;
        };
        self.queue.frames.fetch_sub(1, SeqCst);
        self.queue.bytes.fetch_sub(frame.len(), SeqCst);
        self.queue.drained.notify_waiters();
        frame
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.queue.set_gone();
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

    fn full(reserve: usize) -> (ConnectionHandle, Outbox) {
        let (handle, outbox) = ConnectionHandle::new(ConnectionKey(1), reserve);
        for number in 0..QUEUED_FRAMES {
            assert!(!handle.is_congested(), "{number}");
            assert_eq!(handle.send(number.to_string().into()), Ok(()));
        }
        assert!(handle.is_congested());
        (handle, outbox)
    }

    /// Promise 45.
    #[actix_web::test]
    async fn a_full_reserve_closes_its_socket_and_loses_nothing_before() {
        let (handle, mut outbox) = full(1);
        assert_eq!(handle.send(QUEUED_FRAMES.to_string().into()), Ok(()));
        assert_eq!(handle.send("one more".into()), Err(Evicted));
        handle.close(CloseCause::Replaced);
        assert_eq!(
            outbox.closing.requested().await,
            CloseCause::SlowReader,
            "the first cause"
        );
        for number in 0..=QUEUED_FRAMES {
            assert_eq!(outbox.frames.next().await, number.to_string());
        }
    }

    #[actix_web::test]
    async fn who_waits_for_a_place_is_woken_by_a_read_and_by_an_end() {
        let (handle, mut outbox) = full(0);
        let waiting = actix_web::rt::spawn({
            let handle = handle.clone();
            async move { handle.drained().await }
        });
        outbox.frames.next().await;
        waiting.await.unwrap();

        assert_eq!(handle.send("full again".into()), Ok(()));
        let waiting = actix_web::rt::spawn(async move { handle.drained().await });
        drop(outbox);
        waiting.await.unwrap();
    }

    #[test]
    fn large_frames_fill_a_queue_too() {
        let (handle, _outbox) = ConnectionHandle::new(ConnectionKey(1), 64);
        for _ in 0..4 {
            assert!(!handle.is_congested());
            assert_eq!(handle.send("x".repeat(64 * 1024).into()), Ok(()));
        }
        assert!(handle.is_congested());
    }
}
