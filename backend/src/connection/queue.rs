//! What waits to be sent to one client.
//!
//! A room, other sockets and the socket's own task put frames in; the body of the WebSocket's answer takes them out
//! when the connection can take more. So a frame goes from the sender's task to the receiver's connection without
//! another task between them.
//!
//! A queue that is full does not mean a client that does not read: on a busy machine the connection may just not
//! have been served, and in a room of 64 a thousand frames come for it at once (with eviction at the first full
//! queue, 13 of 64 readers in good health were closed in such a storm). So whoever relays, joins or leaves waits
//! until those who must hear of it have a place in their queues, reading nothing from its own client meanwhile;
//! who lets others wait for [`PATIENCE`] is closed. The room itself never waits: what it has to say on its own
//! goes into a reserve.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use actix_web::web::Bytes;
use banter_protocol::signaling::CloseCause;
use bytestring::ByteString;
use tokio::sync::Notify;

use super::ending::Ending;
use crate::admission::queued::QueuedBytes;

/// Relayed frames that may wait for one socket.
const QUEUED_FRAMES: usize = 64;

/// The same in bytes; the last one may go beyond.
const RELAYED_BYTES: usize = 128 * 1024;

/// With what the room itself has to say, but for the welcome to a very large room.
const QUEUED_BYTES: usize = 256 * 1024;

/// How long others wait for a place in the queue.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// Taken at once, so that frames that came together leave in one write.
const BATCH_BYTES: usize = 16 * 1024;

/// A frame for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    Text(ByteString),
    Ping,
    Pong(Bytes),
    /// The last one.
    Close(CloseCause),
}

/// Whether a frame found its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It is queued.
    Queued,
    /// There is no place now.
    Congested,
    /// The socket is closed or being closed.
    Gone,
}

/// A bounded queue with one reader.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// Frames were taken, or nobody needs to wait any more.
    drained: Notify,
    /// The socket's task must end.
    told: Notify,
    /// With the reserve.
    most_frames: usize,
    /// What waits for all sockets.
    all: Arc<QueuedBytes>,
}

#[derive(Debug)]
struct State {
    frames: VecDeque<Outgoing>,
    bytes: usize,
    /// Of which so many are counted among those of all sockets.
    counted: usize,
    /// When the connection last took something, or the first frame came.
    moved_at: Instant,
    /// Waits for a frame.
    reader: Option<Waker>,
    stage: Stage,
    /// What the socket's task is to do; the first counts.
    ending: Option<Ending>,
}

/// How far the socket is on its way to its end. It never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Open,
    /// Nothing more may be put in but the close.
    Gone,
    /// The close was put in.
    Closed,
    /// The connection takes nothing more.
    Over,
}

impl Outgoing {
    /// Bytes of its payload, but for a close.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Pong(payload) => payload.len(),
            Self::Ping | Self::Close(_) => 0,
        }
    }
}

impl Queue {
    /// With a reserve for so many of the room's own messages.
    pub(super) fn new(reserve: usize, all: Arc<QueuedBytes>) -> Self {
        Self {
            state: Mutex::new(State {
                frames: VecDeque::new(),
                bytes: 0,
                counted: 0,
                moved_at: Instant::now(),
                reader: None,
                stage: Stage::Open,
                ending: None,
            }),
            drained: Notify::new(),
            told: Notify::new(),
            most_frames: QUEUED_FRAMES + reserve,
            all,
        }
    }

    /// No panic can leave the state half changed, so that a poisoned lock does not matter.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a frame in where there is a place for a relayed one.
    pub(super) fn offer(&self, frame: ByteString) -> Placed {
        let state = self.state();
        if state.is_gone() {
            Placed::Gone
        } else if state.is_full(&self.all) {
            Placed::Congested
        } else {
            self.push(state, Outgoing::Text(frame));
            Placed::Queued
        }
    }

    /// Puts a frame in even where only the reserve has a place.
    pub(super) fn put(&self, frame: Outgoing) -> Placed {
        let state = self.state();
        if state.is_gone() {
            Placed::Gone
        } else if state.frames.len() >= self.most_frames || state.bytes >= QUEUED_BYTES {
            Placed::Congested
        } else {
            self.push(state, frame);
            Placed::Queued
        }
    }

    /// Whoever is woken finds the lock free.
    fn push(&self, mut state: MutexGuard<'_, State>, frame: Outgoing) {
        let reader = state.put(frame, &self.all);
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// The next frames for the connection, none after a close. Keeps the waker where there is nothing yet.
    pub(super) fn poll_batch(&self, context: &Context<'_>, batch: &mut Vec<Outgoing>) -> Poll<()> {
        let mut state = self.state();
        if state.stage == Stage::Over {
            return Poll::Ready(());
        }
        if state.frames.is_empty() {
            let waker = context.waker();
            if !state
                .reader
                .as_ref()
                .is_some_and(|old| old.will_wake(waker))
            {
                state.reader = Some(waker.clone());
            }
            return Poll::Pending;
        }
        let mut bytes = 0;
        while bytes < BATCH_BYTES
            && let Some(frame) = state.frames.pop_front()
        {
            bytes += frame.len();
            if matches!(frame, Outgoing::Close(_)) {
                state.stage = Stage::Over;
            }
            batch.push(frame);
        }
        state.bytes = state.bytes.saturating_sub(bytes);
        state.counted = self.all.tell(state.counted, state.bytes);
        state.moved_at = Instant::now();
        drop(state);
        self.drained.notify_waiters();
        Poll::Ready(())
    }

    /// How many frames wait.
    pub(super) fn len(&self) -> usize {
        self.state().frames.len()
    }

    /// Waits until it is no longer congested, or gone.
    pub(super) async fn drained(&self) {
        self.until(|state| state.is_gone() || !state.is_full(&self.all))
            .await;
    }

    /// Waits until the connection takes nothing more.
    pub(super) async fn over(&self) {
        self.until(|state| state.stage == Stage::Over).await;
    }

    async fn until(&self, is_so: impl Fn(&State) -> bool) {
        loop {
            let mut drained = std::pin::pin!(self.drained.notified());
            // From here on no wake-up is missed, so that the check comes after.
            drained.as_mut().enable();
            if is_so(&self.state()) {
                return;
            }
            drained.await;
        }
    }

    /// Waits until somebody has the socket ended.
    pub(super) async fn told(&self) -> Ending {
        loop {
            let told = self.told.notified();
            if let Some(ending) = self.state().ending {
                return ending;
            }
            told.await;
        }
    }

    /// Has the socket's task end it; the first word counts. Nobody needs to wait for it any more.
    pub(super) fn end(&self, ending: Ending) {
        let mut state = self.state();
        state.ending.get_or_insert(ending);
        state.stage = state.stage.max(Stage::Gone);
        drop(state);
        self.told.notify_one();
        self.drained.notify_waiters();
    }

    /// Puts in the last frame of all, once.
    pub(super) fn close(&self, cause: CloseCause) {
        let mut state = self.state();
        if state.stage >= Stage::Closed {
            return;
        }
        state.stage = Stage::Closed;
        self.push(state, Outgoing::Close(cause));
        self.drained.notify_waiters();
    }

    /// The connection is gone.
    pub(super) fn lost(&self) {
        let mut state = self.state();
        state.stage = Stage::Over;
        (state.frames, state.bytes, state.reader) = (VecDeque::new(), 0, None);
        state.counted = self.all.tell(state.counted, 0);
        drop(state);
        self.end(Ending::Gone);
    }

    pub(super) fn is_congested(&self) -> bool {
        let state = self.state();
        state.is_full(&self.all) && !state.is_gone()
    }

    /// For how long the connection has taken nothing of what waits.
    pub(super) fn stuck_for(&self) -> Duration {
        let state = self.state();
        if state.frames.is_empty() {
            Duration::ZERO
        } else {
            state.moved_at.elapsed()
        }
    }
}

impl State {
    fn is_gone(&self) -> bool {
        self.stage > Stage::Open
    }

    /// Where too much waits for all together, only an empty queue takes a frame: who reads is served on, who does not
    /// is found by those who wait for it.
    fn is_full(&self, all: &QueuedBytes) -> bool {
        self.frames.len() >= QUEUED_FRAMES
            || self.bytes >= RELAYED_BYTES
            || (all.is_over() && !self.frames.is_empty())
    }

    fn put(&mut self, frame: Outgoing, all: &QueuedBytes) -> Option<Waker> {
        if self.frames.is_empty() {
            self.moved_at = Instant::now();
        }
        self.bytes += frame.len();
        self.counted = all.tell(self.counted, self.bytes);
        self.frames.push_back(frame);
        self.reader.take()
    }
}

/// Nothing waits for a socket that is gone.
impl Drop for Queue {
    fn drop(&mut self) {
        let counted = self.state().counted;
        self.all.tell(counted, 0);
    }
}

#[cfg(test)]
mod tests;
