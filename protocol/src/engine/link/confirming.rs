//! The proof that a connection really joins the two whose keys were agreed on, and nobody who stands between.

use super::{Established, Link, LinkContext, LinkEvent};
use crate::{engine::Effect, limits, peer::PeerMessage};

impl Link {
    /// `chat` is open: says this side's proof, before anything else.
    pub(super) fn confirm(&mut self, cx: &mut LinkContext<'_>) -> Option<LinkEvent> {
        let attempt = self.attempt.as_mut()?;
        let Some((own, peer)) = attempt.certificates() else {
            // Without knowing who is at the other end nothing can be proved.
            self.fail_attempt(cx);
            return None;
        };
        if let Some(epochs) = attempt.thread.epochs()
            && let Some(pair) = self.keys.pair(epochs, cx.vault)
        {
            let negotiation = attempt.thread.negotiation.as_deref();
            let proof = pair.confirmation(negotiation, own, peer);
            cx.io
                .send_peer(attempt.connection, &PeerMessage::Confirm { proof });
        }
        attempt.confirm(cx.now);
        self.judge_proof(cx)
    }

    /// A frame on `chat` before the connection is confirmed: the proof, or nothing.
    pub(super) fn handle_unconfirmed(
        &mut self,
        frame: &str,
        cx: &mut LinkContext<'_>,
    ) -> Option<LinkEvent> {
        let attempt = self.attempt.as_mut()?;
        if frame.len() > limits::CHANNEL_FRAME_BYTES {
            cx.io.dropped += 1;
            return None;
        }
        match serde_json::from_str(frame) {
            Ok(PeerMessage::Confirm { proof }) => {
                attempt.handle_proof(proof);
                self.judge_proof(cx)
            }
            Ok(_) | Err(_) => {
                cx.io.dropped += 1;
                None
            }
        }
    }

    fn judge_proof(&mut self, cx: &mut LinkContext<'_>) -> Option<LinkEvent> {
        let attempt = self.attempt.as_mut().filter(|it| it.is_confirming())?;
        let proof = attempt.take_proof()?;
        let (own, peer) = attempt.certificates()?;
        let negotiation = attempt.thread.negotiation.as_deref();
        let pair = attempt
            .thread
            .epochs()
            .and_then(|epochs| self.keys.pair(epochs, cx.vault))
            .filter(|pair| pair.is_confirmed_by(&proof, negotiation, own, peer));
        let export = pair.map(|pair| pair.export().clone());
        let theirs = attempt.thread.theirs;
        let announcement = theirs
            .and_then(|epoch| self.keys.announcement(epoch))
            .cloned();
        let (Some(export), Some(announcement)) = (export, announcement) else {
            cx.io.dropped += 1;
            self.fail_attempt(cx);
            return None;
        };
        let attempt = self.attempt.take()?;
        let candidates = attempt.candidates();
        let opened = Established::new(
            cx.now,
            (
                attempt.connection,
                attempt.thread,
                attempt.route,
                candidates,
            ),
            (announcement, export),
            cx.hidden,
        );
        Some(self.promote(opened, cx))
    }

    /// The connection is proved: it takes the place of the one before.
    fn promote(&mut self, opened: Established, cx: &mut LinkContext<'_>) -> LinkEvent {
        if let Some(old) = self.current.replace(opened) {
            cx.io.push(Effect::CloseConnection(old.connection));
        }
        self.keys.prove();
        self.ever_open = true;
        self.begin_anew(cx.now);
        self.retry_at = None;
        self.asks_next = true;
        cx.io.peers_changed = true;
        self.handle_timeout(cx);
        LinkEvent::Opened
    }
}
