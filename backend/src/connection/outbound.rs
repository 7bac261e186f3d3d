//! What the socket's own task says to its client.

use std::{sync::Arc, time::Duration};

use actix_web::web::Bytes;
use banter_protocol::signaling::CloseCause;
use bytestring::ByteString;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{
    ending::Ending,
    queue::{Outgoing, Placed, Queue},
    stream::Abort,
};
use crate::shared::Shared;

/// Puts frames into the queue like everybody else. Where there is no place, the task waits, so that a client that asks
/// much and reads nothing is not read either; such a wait ends the socket, sooner where somebody else wants it closed.
pub(super) struct Outbound {
    queue: Arc<Queue>,
    abort: Abort,
    shared: Arc<Shared>,
    last_heard: Instant,
}

impl Outbound {
    pub(super) fn new(queue: Arc<Queue>, abort: Abort, shared: Arc<Shared>) -> Self {
        Self {
            queue,
            abort,
            shared,
            last_heard: Instant::now(),
        }
    }

    /// Something came from the client just now.
    pub(super) fn heard(&mut self) {
        self.last_heard = Instant::now();
    }

    /// How long nothing has come from the client.
    pub(super) fn silence(&self) -> Duration {
        self.last_heard.elapsed()
    }

    /// How many frames wait for the client.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// For how long the client has taken nothing of what waits for it.
    pub(super) fn stuck_for(&self) -> Duration {
        self.queue.stuck_for()
    }

    /// Waits until somebody else has the socket ended.
    pub(super) async fn told(&self) -> Ending {
        self.queue.told().await
    }

    pub(super) async fn text(&mut self, frame: ByteString) -> Result<(), Ending> {
        self.send(Outgoing::Text(frame)).await
    }

    pub(super) async fn pong(&mut self, payload: Bytes) -> Result<(), Ending> {
        self.send(Outgoing::Pong(payload)).await
    }

    /// Waits for nothing: whoever does not read is found by the time.
    pub(super) fn ping(&mut self) {
        self.queue.put(Outgoing::Ping);
    }

    /// The same, for what must be said while the server is on its way down.
    pub(super) fn last_text(&mut self, frame: ByteString) {
        self.queue.put(Outgoing::Text(frame));
    }

    async fn send(&mut self, frame: Outgoing) -> Result<(), Ending> {
        if self.queue.is_congested() {
            self.place().await?;
        }
        match self.queue.put(frame) {
            Placed::Queued => Ok(()),
            Placed::Congested => Err(CloseCause::SlowReader.into()),
            Placed::Gone => Err(self.queue.told().await),
        }
    }

    async fn place(&self) -> Result<(), Ending> {
        let timings = self.shared.settings.timings;
        let given_up = self.last_heard + timings.given_up_after();
        tokio::select! {
            biased;
            () = self.queue.drained() => Ok(()),
            () = sleep(timings.write_within) => Err(CloseCause::SlowReader.into()),
            () = sleep_until(given_up) => Err(CloseCause::Silent.into()),
            () = self.shared.draining.cancelled() => Err(CloseCause::Draining.into()),
        }
    }

    /// Says why, gives the client a moment to take it, and then ends the connection in any case.
    pub(super) async fn close(self, cause: CloseCause) {
        let within = self.shared.settings.timings.close_within;
        abort_after(self.abort.clone(), within);
        self.queue.close(cause);
        // What is late has no reader; the abort is for them.
        let _ = timeout(within, self.queue.over()).await;
    }

    /// Ends the connection without a word, for the client does not hear any.
    pub(super) fn abort(self) {
        self.abort.abort();
    }
}

/// After a panic too the client learns that it must come back.
impl Drop for Outbound {
    fn drop(&mut self) {
        self.queue.close(CloseCause::Internal);
    }
}

fn abort_after(abort: Abort, within: Duration) {
    actix_web::rt::spawn(async move {
        sleep(within).await;
        abort.abort();
    });
}
