//! One connection takes the place of another, and neither side is without one for a moment.
//!
//! The two sides do not come to prove the new connection at the same time. Whoever has not yet knows only the one before: it speaks
//! there, and stays there if the new one comes to nothing. So the one before is heard until the other side speaks over the new one, and
//! taken back where that ends first.

use std::time::Duration;

use super::{Established, Link, LinkOutput};
use crate::{
    engine::{ConnectionId, DropCause, Effect, RtcEvent, context::Context},
    time::Timestamp,
};

/// For the other side's first word over the new connection: longer than it waits for this side's proof.
const SPEAKS_WITHIN: Duration = Duration::from_secs(12);
/// For what was said over the one before, and is on its way when that word comes.
const LINGERS: Duration = Duration::from_secs(1);

/// A connection whose place another has taken.
#[derive(Debug)]
pub(super) struct Replaced {
    pub(super) former: Established,
    until: Timestamp,
}

impl Replaced {
    /// When it ends: never later than it would have in its place.
    pub(super) fn ends(&self) -> Timestamp {
        let renewed_by = self.former.renewed_by;
        renewed_by.map_or(self.until, |by| by.min(self.until))
    }
}

impl Link {
    /// Whether what comes over this connection is the peer's word.
    pub(in crate::engine) fn is_proved(&self, connection: ConnectionId) -> bool {
        let mut proved = self.established();
        proved.any(|established| established.connection == connection)
    }

    /// The connection in use, and the one before as long as it stays.
    fn established(&self) -> impl Iterator<Item = &Established> {
        let former = self.replaced.iter().map(|replaced| &replaced.former);
        self.current.iter().chain(former)
    }

    pub(super) fn established_mut(&mut self) -> impl Iterator<Item = &mut Established> {
        let former = self.replaced.iter_mut();
        let former = former.map(|replaced| &mut replaced.former);
        self.current.iter_mut().chain(former)
    }

    /// The connection is proved: it takes the place of the one before.
    pub(super) fn promote(&mut self, opened: Established, cx: &mut Context<'_>) {
        self.drop_replaced(cx);
        let until = cx.now + SPEAKS_WITHIN;
        let former = self.current.replace(opened);
        self.replaced = former.map(|former| Replaced { former, until });
        self.ever_open = true;
        self.begin_anew(cx.now);
        self.retry_at = None;
        self.asks_next = true;
        cx.io.peers_changed = true;
        self.outputs.push_back(LinkOutput::Opened);
    }

    /// The other side speaks over the connection in use, so it has proved it too.
    pub(super) fn handle_spoken(&mut self, now: Timestamp) {
        if let Some(replaced) = &mut self.replaced {
            replaced.until = replaced.until.min(now + LINGERS);
        }
    }

    /// Something happened to the connection before the one in use.
    pub(super) fn handle_replaced(
        &mut self,
        connection: ConnectionId,
        event: RtcEvent,
        cx: &mut Context<'_>,
    ) {
        match event {
            RtcEvent::Frame(channel, frame) => {
                self.handle_frame(connection, channel, frame, cx);
            }
            RtcEvent::BinaryFrame(_) => cx.io.drop_for(DropCause::Unreadable),
            RtcEvent::ChannelClosed(_) | RtcEvent::Failed => self.drop_replaced(cx),
            RtcEvent::Candidate(_)
            | RtcEvent::CandidateError { .. }
            | RtcEvent::PairSelected(_)
            | RtcEvent::Certificates { .. }
            | RtcEvent::ChannelOpened(_) => {}
        }
    }

    /// The connection in use has ended. The one before goes on where it works: the other side may never have proved another.
    /// Gives whether it does.
    pub(super) fn take_back(&mut self, cx: &mut Context<'_>) -> bool {
        let works = |it: &mut Replaced| !it.former.health.is_suspect(cx.now);
        let Some(Replaced { former, .. }) = self.replaced.take_if(works) else {
            return false;
        };
        if let Some(lost) = self.current.replace(former) {
            cx.io.push(Effect::CloseConnection(lost.connection));
        }
        self.retry_at = Some(self.soonest_try(cx.now));
        cx.io.peers_changed = true;
        self.outputs.push_back(LinkOutput::Opened);
        true
    }

    pub(super) fn drop_replaced(&mut self, cx: &mut Context<'_>) {
        if let Some(Replaced { former, .. }) = self.replaced.take() {
            cx.io.push(Effect::CloseConnection(former.connection));
        }
    }
}
