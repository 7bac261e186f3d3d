//! The proof that a connection really joins the two whose keys were agreed on, and nobody who stands between. The room has the
//! keys: it makes this side's proof and judges the other's.

use super::{Established, Link, LinkOutput, Proved};
use crate::{
    engine::{ConnectionId, DropCause, context::Context},
    limits,
    peer::PeerMessage,
};

impl Link {
    /// `chat` is open: this side's proof, before anything else.
    pub(super) fn confirm(&mut self, cx: &mut Context<'_>) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        let Some(binding) = attempt.binding() else {
            // Without knowing who is at the other end nothing can be proved.
            self.fail_attempt(cx);
            return;
        };
        attempt.confirm(cx.now);
        self.outputs.push_back(LinkOutput::Prove(binding));
        self.ask_to_judge();
    }

    /// A frame on `chat` before the connection is confirmed: the proof, or nothing.
    pub(super) fn handle_unconfirmed(&mut self, frame: &str, cx: &mut Context<'_>) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        if frame.len() > limits::CHANNEL_FRAME_BYTES {
            cx.io.drop_for(DropCause::Unreadable);
            return;
        }
        match serde_json::from_str(frame) {
            Ok(PeerMessage::Confirm { proof }) => {
                attempt.handle_proof(proof);
                self.ask_to_judge();
            }
            Ok(_) | Err(_) => cx.io.drop_for(DropCause::Unproved),
        }
    }

    fn ask_to_judge(&mut self) {
        if let Some(attempt) = self.attempt.as_mut().filter(|it| it.is_confirming())
            && let Some(proof) = attempt.take_proof()
            && let Some(binding) = attempt.binding()
        {
            self.outputs.push_back(LinkOutput::Judge(binding, proof));
        }
    }

    /// What came of [`LinkOutput::Judge`]: the proof is good, or the connection is nobody's.
    pub(in crate::engine) fn handle_judged(
        &mut self,
        connection: ConnectionId,
        proved: Option<Proved>,
        hidden: bool,
        cx: &mut Context<'_>,
    ) {
        let is_meant = self
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.connection == connection && attempt.is_confirming());
        if !is_meant {
            cx.io.drop_for(DropCause::Untimely);
            return;
        }
        let Some(proved) = proved else {
            cx.io.drop_for(DropCause::Unproved);
            self.fail_attempt(cx);
            return;
        };
        if let Some(attempt) = self.attempt.take() {
            let opened = Established::new(cx.now, attempt, proved, hidden);
            self.promote(opened, cx);
        }
    }
}
