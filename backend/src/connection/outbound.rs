//! What goes to a client.

use std::{sync::Arc, time::Duration};

use actix_ws::{CloseCode, CloseReason, Session};
use banter_protocol::signaling::CloseCause;
use bytestring::ByteString;
use tokio::time::timeout;

use super::{abort::WeakAbort, handle::Closing, task::Ending};
use crate::shared::Shared;

/// Writes frames. A write that the client does not take ends the socket, sooner where somebody else wants it
/// closed, since then nobody waits for that client.
pub(super) struct Outbound {
    session: Session,
    abort: WeakAbort,
    pub(super) closing: Closing,
    shared: Arc<Shared>,
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
        }
    }

    pub(super) async fn text(&mut self, frame: ByteString) -> Result<(), Ending> {
        let write = self.session.text(frame);
        patiently(write, &mut self.closing, &self.shared).await
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

    pub(super) async fn ping(&mut self) -> Result<(), Ending> {
        patiently(self.session.ping(b""), &mut self.closing, &self.shared).await
    }

    pub(super) async fn pong(&mut self, payload: &[u8]) -> Result<(), Ending> {
        patiently(self.session.pong(payload), &mut self.closing, &self.shared).await
    }

    /// Says why, gives the client a moment to take it, and then ends the connection in any case.
    pub(super) async fn close(self, cause: CloseCause) {
        let reason = CloseReason {
            code: CloseCode::from(cause.code()),
            description: Some(cause.reason().to_owned()),
        };
        let within = self.shared.settings.timings.close_within;
        // What is refused or late has no reader; the abort is for them.
        let _ = timeout(within, self.session.close(Some(reason))).await;
        abort_after(self.abort, within);
    }

    /// Ends the connection without a word, for the client does not hear any.
    pub(super) fn abort(self) {
        abort_after(self.abort, Duration::ZERO);
    }
}

async fn patiently(
    write: impl Future<Output = Result<(), actix_ws::Closed>>,
    closing: &mut Closing,
    shared: &Shared,
) -> Result<(), Ending> {
    tokio::select! {
        biased;
        written = timeout(shared.settings.timings.write_within, write) => match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(actix_ws::Closed)) => Err(Ending::Gone),
            Err(_elapsed) => Err(Ending::Close(CloseCause::SlowReader)),
        },
        cause = closing.requested() => Err(Ending::Close(cause)),
        () = shared.draining.cancelled() => Err(Ending::Close(CloseCause::Draining)),
    }
}

fn abort_after(abort: WeakAbort, within: Duration) {
    actix_web::rt::spawn(async move {
        tokio::time::sleep(within).await;
        abort.abort();
    });
}
