//! What goes to a client.

use std::{sync::Arc, time::Duration};

use actix_ws::{CloseCode, CloseReason, Session};
use banter_protocol::signaling::CloseCause;
use bytestring::ByteString;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{abort::WeakAbort, handle::Closing, task::Ending};
use crate::shared::Shared;

/// Writes frames. A write that the client does not take ends the socket, sooner where somebody else wants it
/// closed, since then nobody waits for that client.
pub(super) struct Outbound {
    session: Session,
    abort: WeakAbort,
    pub(super) closing: Closing,
    shared: Arc<Shared>,
    last_heard: Instant,
}

impl Outbound {
    pub(super) fn new(
        session: Session,
        abort: WeakAbort,
        closing: Closing,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            session,
            abort,
            closing,
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

    pub(super) async fn text(&mut self, frame: ByteString) -> Result<(), Ending> {
        let limits = self.limits();
        patiently(self.session.text(frame), &mut self.closing, limits).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Ending> {
        let limits = self.limits();
        patiently(self.session.ping(b""), &mut self.closing, limits).await
    }

    pub(super) async fn pong(&mut self, payload: &[u8]) -> Result<(), Ending> {
        let limits = self.limits();
        patiently(self.session.pong(payload), &mut self.closing, limits).await
    }

    /// Writes though the server is on its way down.
    pub(super) async fn last_text(&mut self, frame: ByteString) -> Result<(), Ending> {
        let within = self.shared.settings.timings.close_within;
        match timeout(within, self.session.text(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(actix_ws::Closed)) => Err(Ending::Gone),
            Err(_elapsed) => Err(Ending::Close(CloseCause::Draining)),
        }
    }

    fn limits(&self) -> Limits {
        let timings = self.shared.settings.timings;
        Limits {
            stuck: Instant::now() + timings.write_within,
            given_up: self.last_heard + timings.given_up_after(),
            draining: self.shared.draining.clone(),
        }
    }

    /// Says why, gives the client a moment to take it, and then ends the connection in any case.
    pub(super) async fn close(self, cause: CloseCause) {
        let within = self.shared.settings.timings.close_within;
        abort_after(self.abort, within);
        let reason = CloseReason {
            code: CloseCode::from(cause.code()),
            description: Some(cause.reason().to_owned()),
        };
        // What is refused or late has no reader; the abort is for them.
        let _ = timeout(within, self.session.close(Some(reason))).await;
    }

    /// Ends the connection without a word, for the client does not hear any.
    pub(super) fn abort(self) {
        self.abort.abort();
    }
}

/// What a write does not outlast.
struct Limits {
    stuck: Instant,
    given_up: Instant,
    draining: CancellationToken,
}

async fn patiently(
    write: impl Future<Output = Result<(), actix_ws::Closed>>,
    closing: &mut Closing,
    limits: Limits,
) -> Result<(), Ending> {
    tokio::select! {
        biased;
        written = write => written.map_err(|actix_ws::Closed| Ending::Gone),
        () = sleep_until(limits.stuck) => Err(Ending::Close(CloseCause::SlowReader)),
        () = sleep_until(limits.given_up) => Err(Ending::Close(CloseCause::Silent)),
        cause = closing.requested() => Err(Ending::Close(cause)),
        () = limits.draining.cancelled() => Err(Ending::Close(CloseCause::Draining)),
    }
}

fn abort_after(abort: WeakAbort, within: Duration) {
    actix_web::rt::spawn(async move {
        sleep(within).await;
        abort.abort();
    });
}
