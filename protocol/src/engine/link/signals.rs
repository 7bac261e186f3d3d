//! What the peer says through the server, opened already, and what this side says to that.

use serde_json::Value;

use super::{
    Attempt, Link, Saying, Side, Terms, Thread,
    freshness::Freshness,
    ice_path::IcePath,
    schedule::{TRIES_APART, create_connection},
    sdp::{self, CandidatePayload, OfferPayload},
};
use crate::{
    engine::{DropCause, context::Context, effect::RemoteCandidate},
    limits,
    time::Timestamp,
};

/// A local candidate as it is relayed: whole, as the browser wrote it.
pub(super) fn candidate(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

impl Link {
    /// An offer, or that the peer asks for one.
    pub(in crate::engine) fn handle_offer(
        &mut self,
        thread: Thread,
        payload: Value,
        terms: Terms,
        cx: &mut Context<'_>,
    ) {
        match sdp::parse_offer(payload) {
            Some(OfferPayload::Sdp(sdp)) => self.handle_sdp_offer(thread, sdp, terms, cx),
            Some(OfferPayload::Ask) => {
                let spaced = self.soonest_try(cx.now) <= cx.now;
                if let Some(attempt) = &mut self.attempt {
                    attempt.handle_asked(cx.now);
                } else if spaced && terms.may_offer {
                    self.offer(terms, cx);
                } else {
                    cx.io.drop_for(DropCause::Untimely);
                }
            }
            None => cx.io.drop_for(DropCause::Unreadable),
        }
    }

    pub(in crate::engine) fn handle_answer(
        &mut self,
        thread: &Thread,
        payload: Value,
        cx: &mut Context<'_>,
    ) {
        let negotiation = thread.negotiation.as_deref();
        let attempt = self.attempt.as_mut().filter(|attempt| {
            attempt.side == Side::Offerer && attempt.thread.is_meant(negotiation)
        });
        match (attempt, sdp::parse_answer(payload)) {
            (Some(attempt), Some(sdp)) => attempt.handle_answer(sdp, thread.theirs, cx.io),
            (_, None) => cx.io.drop_for(DropCause::Unreadable),
            (None, Some(_)) => cx.io.drop_for(DropCause::Untimely),
        }
    }

    pub(in crate::engine) fn handle_candidate(
        &mut self,
        negotiation: Option<String>,
        payload: Value,
        cx: &mut Context<'_>,
    ) {
        let candidate = match sdp::parse_candidate(payload) {
            Some(CandidatePayload::Candidate(candidate)) => candidate,
            Some(CandidatePayload::End) => return,
            None => {
                cx.io.drop_for(DropCause::Unreadable);
                return;
            }
        };
        if let Some(attempt) = &mut self.attempt
            && attempt.thread.is_meant(negotiation.as_deref())
        {
            attempt.handle_candidate(candidate, cx.io);
        } else if let Some(current) = &mut self.current
            && (negotiation.is_none() || current.thread.negotiation == negotiation)
        {
            current.handle_candidate(candidate, cx.io);
        } else if let Some(negotiation) = negotiation {
            match &mut self.early {
                Some((id, candidates)) if *id == negotiation => {
                    if candidates.len() < limits::CANDIDATES {
                        candidates.push(candidate);
                    } else {
                        cx.io.drop_for(DropCause::TooMany);
                    }
                }
                Some(_) | None if negotiation.len() <= limits::NEGOTIATION_ID_BYTES => {
                    let early = self.early.replace((negotiation, vec![candidate]));
                    drop_early(early, cx);
                }
                Some(_) | None => cx.io.drop_for(DropCause::Unreadable),
            }
        } else {
            cx.io.drop_for(DropCause::Untimely);
        }
    }

    /// Asks the peer to offer, by an offer of `null`.
    pub(super) fn ask(&mut self, newest: Thread) {
        self.say(newest, Saying::Offer(Value::Null));
    }

    /// Tells a peer that it is not let in; not often, since it may ask often.
    pub(in crate::engine) fn refuse(&mut self, newest: Thread, now: Timestamp) {
        if self.may_reply(now) {
            self.say(newest, Saying::Refusal);
        }
    }

    /// Tells a peer who sealed something for an epoch that is over which one it is now, by asking it for an offer; not often.
    /// Where it was a recording, a link that works is not made anew for it.
    pub(in crate::engine) fn tell_epoch(&mut self, newest: Thread, now: Timestamp) {
        if self.needs_connection(now) && self.may_reply(now) {
            self.ask(newest);
        }
    }

    fn may_reply(&mut self, now: Timestamp) -> bool {
        let spaced = |last| now >= last + TRIES_APART;
        let may = self.last_reply.is_none_or(spaced);
        if may {
            self.last_reply = Some(now);
        }
        may
    }

    fn handle_sdp_offer(
        &mut self,
        thread: Thread,
        sdp: String,
        terms: Terms,
        cx: &mut Context<'_>,
    ) {
        let negotiation = thread.negotiation.as_deref();
        if negotiation.is_some_and(|id| id.len() > limits::NEGOTIATION_ID_BYTES) {
            cx.io.drop_for(DropCause::Unreadable);
            return;
        }
        let freshness = self.freshest.judge(negotiation);
        let ours_stands = self.leads
            && self
                .attempt
                .as_ref()
                .is_some_and(|a| a.side == Side::Offerer && !a.is_opening());
        match freshness {
            Freshness::Stale => {
                cx.io.drop_for(DropCause::Untimely);
                return;
            }
            Freshness::New if ours_stands => {
                cx.io.drop_for(DropCause::Untimely);
                return;
            }
            Freshness::New => {}
            Freshness::NewPage => self.drop_current(cx),
        }
        self.drop_attempt(cx);
        let early = match self.early.take() {
            Some((id, candidates)) if Some(&*id) == negotiation => candidates,
            other => {
                drop_early(other, cx);
                Vec::new()
            }
        };
        let ice_path = IcePath::new(&terms.settings);
        let connection = create_connection(terms.settings, cx);
        let described = (sdp, early);
        self.attempt = Some(Attempt::answer(
            cx.now, connection, thread, ice_path, described, cx.io,
        ));
        self.asks_next = true;
        cx.io.peers_changed = true;
    }
}

/// Candidates that came before an offer, which did not come.
fn drop_early(early: Option<(String, Vec<RemoteCandidate>)>, cx: &mut Context<'_>) {
    for _ in early.into_iter().flat_map(|(_, candidates)| candidates) {
        cx.io.drop_for(DropCause::Untimely);
    }
}
