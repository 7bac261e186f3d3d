//! What the two sides of a link say to each other through the server: in the clear in an open room, sealed in a private one.

use serde_json::{Value, json};

use super::{
    Attempt, Link, LinkContext, Saying, Side, TRIES_APART, Thread,
    freshness::Freshness,
    hiding,
    payload::{self, CandidatePayload, OfferPayload},
    route::Route,
    trying::create_connection,
};
use crate::{
    crypto::signal::{Signal, SignalKind},
    engine::PathPolicy,
    limits,
    signaling::ClientMessage,
};

/// What an answer holds that is none, in an open room; in a private one the sealed kind says it.
const REFUSED: &str = "refused";

/// A local candidate as it is relayed: whole, as the browser wrote it.
pub(super) fn candidate(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

/// Whether an answer says that this side is not let in.
pub(in crate::engine) fn is_refusal(payload: &Value) -> bool {
    payload.get(REFUSED).is_some()
}

impl Link {
    pub(in crate::engine) fn handle_offer(
        &mut self,
        thread: Thread,
        payload: Value,
        cx: &mut LinkContext<'_>,
    ) {
        match payload::parse_offer(payload) {
            Some(OfferPayload::Sdp(sdp)) => self.handle_sdp_offer(thread, sdp, cx),
            Some(OfferPayload::Ask) => self.handle_ask(cx),
            None => cx.io.dropped += 1,
        }
    }

    pub(in crate::engine) fn handle_answer(
        &mut self,
        negotiation: Option<&str>,
        theirs: Option<u32>,
        payload: Value,
        cx: &mut LinkContext<'_>,
    ) {
        let attempt = self.attempt.as_mut().filter(|attempt| {
            attempt.side == Side::Offerer && attempt.thread.is_meant(negotiation)
        });
        match (attempt, payload::parse_answer(payload)) {
            (Some(attempt), Some(sdp)) => attempt.handle_answer(sdp, theirs, cx.io),
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
                        cx.io.dropped += 1;
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
    pub(super) fn ask(&mut self, cx: &mut LinkContext<'_>) {
        let thread = self.newest_thread(cx);
        self.say(Saying::Offer(Value::Null), &thread, cx);
    }

    /// Tells a peer that it is not let in; not often, since it may ask often.
    pub(in crate::engine) fn refuse(&mut self, cx: &mut LinkContext<'_>) {
        if self.may_reply(cx) {
            let thread = self.newest_thread(cx);
            let payload = if cx.vault.is_private() {
                json!("locked")
            } else {
                json!({ REFUSED: "locked" })
            };
            self.send(SignalKind::Refusal, payload, &thread, cx);
        }
    }

    /// Tells a peer who sealed something for an epoch that is over which one it is now, by asking it for an offer; not often.
    pub(in crate::engine) fn tell_epoch(&mut self, cx: &mut LinkContext<'_>) {
        if self.may_reply(cx) {
            self.ask(cx);
        }
    }

    pub(super) fn say(&mut self, saying: Saying, thread: &Thread, cx: &mut LinkContext<'_>) {
        let saying = match cx.policy {
            PathPolicy::Any => Some(saying),
            PathPolicy::RelayOnly => hiding::only_relays(saying),
        };
        let Some(saying) = saying else {
            return;
        };
        let (kind, payload) = match saying {
            Saying::Offer(offer) => (SignalKind::Offer, offer),
            Saying::Answer(answer) => (SignalKind::Answer, answer),
            Saying::Candidate(candidate) => (SignalKind::Candidate, candidate),
        };
        self.send(kind, payload, thread, cx);
    }

    fn send(
        &mut self,
        kind: SignalKind,
        payload: Value,
        thread: &Thread,
        cx: &mut LinkContext<'_>,
    ) {
        let negotiation = thread.negotiation.clone();
        let (negotiation, payload) = if cx.vault.is_private() {
            let epochs = thread.epochs();
            let Some(pair) = epochs.and_then(|epochs| self.keys.pair(epochs, cx.vault)) else {
                return;
            };
            let signal = Signal {
                kind,
                negotiation,
                payload,
            };
            let sealed = pair.seal(&signal);
            if sealed.len() > limits::SIGNALING_FRAME_BYTES - limits::DISPLAY_NAME_BYTES {
                // The server would close the socket. No description that the other side takes in is so long.
                return;
            }
            (None, Value::String(sealed))
        } else {
            (negotiation, payload)
        };
        let (from, to) = (cx.me, self.peer);
        let announcement = Some(cx.vault.sealed(thread.mine).to_owned());
        let message = match kind {
            SignalKind::Offer => ClientMessage::Offer {
                from,
                to,
                negotiation,
                announcement,
                offer: payload,
            },
            SignalKind::Answer | SignalKind::Refusal => ClientMessage::Answer {
                from,
                to,
                negotiation,
                announcement,
                answer: payload,
            },
            SignalKind::Candidate => ClientMessage::IceCandidate {
                from,
                to,
                negotiation,
                candidate: payload,
            },
        };
        cx.session.send(&message, cx.io);
    }

    fn newest_thread(&self, cx: &LinkContext<'_>) -> Thread {
        Thread {
            negotiation: None,
            mine: cx.vault.epoch(),
            theirs: self.keys.latest().map(|latest| latest.epoch),
        }
    }

    fn may_reply(&mut self, cx: &LinkContext<'_>) -> bool {
        let spaced = |last| cx.now >= last + TRIES_APART;
        let may = self.last_reply.is_none_or(spaced);
        if may {
            self.last_reply = Some(cx.now);
        }
        may
    }

    fn handle_ask(&mut self, cx: &mut LinkContext<'_>) {
        let spaced = self.soonest_try(cx.now) <= cx.now;
        if self.attempt.is_none() && spaced && self.may_offer(cx) {
            self.offer(cx);
        }
    }

    fn handle_sdp_offer(&mut self, thread: Thread, sdp: String, cx: &mut LinkContext<'_>) {
        let negotiation = thread.negotiation.as_deref();
        if negotiation.is_some_and(|id| id.len() > limits::NEGOTIATION_ID_BYTES) {
            cx.io.dropped += 1;
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
                cx.io.dropped += 1;
                return;
            }
            Freshness::New if ours_stands => return,
            Freshness::New => {}
            Freshness::NewPage => self.drop_current(cx),
        }
        self.drop_attempt(cx);
        let early = match self.early.take() {
            Some((id, candidates)) if Some(&*id) == negotiation => candidates,
            Some(_) | None => Vec::new(),
        };
        let connection = create_connection(cx);
        let described = (sdp, early);
        self.attempt = Some(Attempt::answer(
            cx.now,
            connection,
            thread,
            Route::new(cx.ice_servers, cx.policy),
            described,
            cx.io,
        ));
        self.asks_next = true;
        cx.io.peers_changed = true;
    }
}
