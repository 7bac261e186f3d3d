//! What the two sides of a link say to each other through the server.

use serde_json::Value;

use super::{
    Attempt, Effect, Link, LinkContext, Side, Signal, TRIES_APART, create_connection,
    freshness::Freshness,
    payload::{self, CandidatePayload, OfferPayload},
};
use crate::{limits, signaling::ClientMessage};

/// A local candidate as it is relayed: whole, as the browser wrote it.
pub(super) fn candidate(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

impl Link {
    pub(in crate::engine) fn handle_offer(
        &mut self,
        negotiation: Option<String>,
        payload: Value,
        cx: &mut LinkContext<'_>,
    ) {
        match payload::parse_offer(payload) {
            Some(OfferPayload::Sdp(sdp)) => self.handle_sdp_offer(negotiation, sdp, cx),
            Some(OfferPayload::Ask) => self.handle_ask(cx),
            None => cx.io.dropped += 1,
        }
    }

    pub(in crate::engine) fn handle_answer(
        &mut self,
        negotiation: Option<&str>,
        payload: Value,
        cx: &mut LinkContext<'_>,
    ) {
        let attempt = self
            .attempt
            .as_mut()
            .filter(|attempt| attempt.side == Side::Offerer && attempt.is_meant(negotiation));
        match (attempt, payload::parse_answer(payload)) {
            (Some(attempt), Some(sdp)) => attempt.handle_answer(sdp, cx.io),
            (None, _) | (_, None) => cx.io.dropped += 1,
        }
    }

    pub(in crate::engine) fn handle_candidate(
        &mut self,
        negotiation: Option<String>,
        payload: Value,
        cx: &mut LinkContext<'_>,
    ) {
        let candidate = match payload::parse_candidate(payload) {
            Some(CandidatePayload::Candidate(candidate)) => candidate,
            Some(CandidatePayload::End) => return,
            None => {
                cx.io.dropped += 1;
                return;
            }
        };
        if let Some(attempt) = &mut self.attempt
            && attempt.is_meant(negotiation.as_deref())
        {
            attempt.handle_candidate(candidate, cx.io);
        } else if let Some(current) = &self.current
            && (negotiation.is_none() || current.negotiation == negotiation)
        {
            cx.io
                .push(Effect::AddCandidate(current.connection, candidate));
        } else if let Some(negotiation) = negotiation {
            match &mut self.early {
                Some((id, candidates)) if *id == negotiation => {
                    if candidates.len() < limits::QUEUED_CANDIDATES {
                        candidates.push(candidate);
                    }
                }
                Some(_) | None if negotiation.len() <= limits::NEGOTIATION_ID_BYTES => {
                    self.early = Some((negotiation, vec![candidate]));
                }
                Some(_) | None => cx.io.dropped += 1,
            }
        }
    }

    /// Asks the peer to offer, by an offer of `null`.
    pub(super) fn ask(&self, cx: &mut LinkContext<'_>) {
        self.say(Signal::Offer(Value::Null), None, cx);
    }

    pub(super) fn say(
        &self,
        signal: Signal,
        negotiation: Option<String>,
        cx: &mut LinkContext<'_>,
    ) {
        let (from, to) = (cx.me, self.peer);
        let message = match signal {
            Signal::Offer(offer) => ClientMessage::Offer {
                from,
                to,
                negotiation,
                offer,
            },
            Signal::Answer(answer) => ClientMessage::Answer {
                from,
                to,
                negotiation,
                answer,
            },
            Signal::Candidate(candidate) => ClientMessage::IceCandidate {
                from,
                to,
                negotiation,
                candidate,
            },
        };
        cx.session.send(&message, cx.io);
    }

    fn handle_ask(&mut self, cx: &mut LinkContext<'_>) {
        let spaced = self
            .last_try
            .is_none_or(|last| cx.now >= last + TRIES_APART);
        if self.attempt.is_none() && spaced {
            self.offer(cx);
        }
    }

    fn handle_sdp_offer(
        &mut self,
        negotiation: Option<String>,
        sdp: String,
        cx: &mut LinkContext<'_>,
    ) {
        if negotiation
            .as_ref()
            .is_some_and(|id| id.len() > limits::NEGOTIATION_ID_BYTES)
        {
            cx.io.dropped += 1;
            return;
        }
        let freshness = self.freshest.judge(negotiation.as_deref());
        let ours_stands = self.leads
            && self
                .attempt
                .as_ref()
                .is_some_and(|a| a.side == Side::Offerer && !a.is_opening());
        match freshness {
            Freshness::Stale => {
                cx.io.dropped += 1;
                return;
            }
            Freshness::New if ours_stands => return,
            Freshness::New => {}
            Freshness::NewPage => self.drop_current(cx),
        }
        self.drop_attempt(cx);
        let early = match self.early.take() {
            Some((id, candidates)) if Some(&id) == negotiation.as_ref() => candidates,
            Some(_) | None => Vec::new(),
        };
        let connection = create_connection(cx);
        self.attempt = Some(Attempt::answer(
            cx.now,
            connection,
            negotiation,
            sdp,
            early,
            cx.io,
        ));
        self.asks_next = true;
        cx.io.peers_changed = true;
    }
}
