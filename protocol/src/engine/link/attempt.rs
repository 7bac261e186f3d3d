//! One attempt at a connection: a new `RTCPeerConnection` from the first description to the open channel.

use std::time::Duration;

use serde_json::Value;

use super::super::{Effect, Io};
use crate::{
    engine::{
        ConnectionId, OpId,
        effect::{DescriptionKind, RemoteCandidate, RemoteDescription},
    },
    limits,
    time::Timestamp,
};

/// For the other side's description.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// For the channel to open after both descriptions are there.
const OPEN_WITHIN: Duration = Duration::from_secs(15);

/// How far an attempt is.
#[derive(Debug, PartialEq, Eq)]
enum Phase {
    CreatingOffer(OpId),
    AwaitingAnswer,
    ApplyingAnswer(OpId),
    ApplyingOffer(OpId),
    CreatingAnswer(OpId),
    Opening,
}

/// Who made the first description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Offerer,
    Answerer,
}

/// What an attempt wants to be said to the peer.
#[derive(Debug, PartialEq)]
pub(super) enum Signal {
    Offer(Value),
    Answer(Value),
    Candidate(Value),
}

/// What came of an asynchronous call.
#[derive(Debug)]
pub(super) enum Progress {
    /// Nothing to say; the call belonged to somebody else, or the next one is under way.
    Nothing,
    /// To be said to the peer, in this order.
    Say(Vec<Signal>),
    /// The browser refused; the attempt is over.
    Failed,
}

/// A connection that is not open yet.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) connection: ConnectionId,
    pub(super) negotiation: Option<String>,
    pub(super) side: Side,
    phase: Phase,
    deadline: Timestamp,
    /// Of the peer, waiting for its description to be applied.
    early: Vec<RemoteCandidate>,
    /// Of this side, waiting for its description to be sent.
    unsent: Vec<Value>,
}

impl Attempt {
    /// Makes an offer on a connection just created.
    pub(super) fn offer(
        now: Timestamp,
        connection: ConnectionId,
        negotiation: String,
        io: &mut Io,
    ) -> Self {
        let op = io.op_id();
        io.push(Effect::CreateOffer(connection, op));
        Self::new(
            now,
            connection,
            Some(negotiation),
            Side::Offerer,
            Phase::CreatingOffer(op),
        )
    }

    /// Answers an offer on a connection just created; `early` are candidates that came before it.
    pub(super) fn answer(
        now: Timestamp,
        connection: ConnectionId,
        negotiation: Option<String>,
        sdp: String,
        early: Vec<RemoteCandidate>,
        io: &mut Io,
    ) -> Self {
        let op = io.op_id();
        let offer = RemoteDescription {
            kind: DescriptionKind::Offer,
            sdp,
        };
        io.push(Effect::ApplyDescription(connection, op, offer));
        let phase = Phase::ApplyingOffer(op);
        Self {
            early,
            ..Self::new(now, connection, negotiation, Side::Answerer, phase)
        }
    }

    fn new(
        now: Timestamp,
        connection: ConnectionId,
        negotiation: Option<String>,
        side: Side,
        phase: Phase,
    ) -> Self {
        let deadline = now + ANSWER_WITHIN;
        Self {
            connection,
            negotiation,
            side,
            phase,
            deadline,
            early: Vec::new(),
            unsent: Vec::new(),
        }
    }

    pub(super) fn deadline(&self) -> Timestamp {
        self.deadline
    }

    /// Whether both descriptions are known and only the network is waited for.
    pub(super) fn is_opening(&self) -> bool {
        self.phase == Phase::Opening
    }

    /// Whether a message under this id belongs here; one without an id means the newest attempt.
    pub(super) fn is_meant(&self, negotiation: Option<&str>) -> bool {
        negotiation.is_none() || self.negotiation.as_deref() == negotiation
    }

    /// The peer's answer; one that nobody waits for is dropped.
    pub(super) fn handle_answer(&mut self, sdp: String, io: &mut Io) {
        if self.phase != Phase::AwaitingAnswer {
            io.dropped += 1;
            return;
        }
        let op = io.op_id();
        let answer = RemoteDescription {
            kind: DescriptionKind::Answer,
            sdp,
        };
        io.push(Effect::ApplyDescription(self.connection, op, answer));
        self.phase = Phase::ApplyingAnswer(op);
    }

    /// A candidate of the peer's: given to the browser once it knows the description that it belongs to.
    pub(super) fn handle_candidate(&mut self, candidate: RemoteCandidate, io: &mut Io) {
        match self.phase {
            Phase::CreatingAnswer(_) | Phase::Opening => {
                io.push(Effect::AddCandidate(self.connection, candidate));
            }
            Phase::CreatingOffer(_)
            | Phase::AwaitingAnswer
            | Phase::ApplyingAnswer(_)
            | Phase::ApplyingOffer(_) => {
                if self.early.len() < limits::QUEUED_CANDIDATES {
                    self.early.push(candidate);
                } else {
                    io.dropped += 1;
                }
            }
        }
    }

    /// A candidate of this side: sent once the description that it belongs to is.
    pub(super) fn handle_local_candidate(&mut self, candidate: Value) -> Option<Signal> {
        match self.phase {
            Phase::CreatingOffer(_) | Phase::ApplyingOffer(_) | Phase::CreatingAnswer(_) => {
                self.unsent.push(candidate);
                None
            }
            Phase::AwaitingAnswer | Phase::ApplyingAnswer(_) | Phase::Opening => {
                Some(Signal::Candidate(candidate))
            }
        }
    }

    pub(super) fn handle_op(
        &mut self,
        now: Timestamp,
        op: OpId,
        result: &Result<String, String>,
        io: &mut Io,
    ) -> Progress {
        let (Phase::CreatingOffer(current)
        | Phase::ApplyingAnswer(current)
        | Phase::ApplyingOffer(current)
        | Phase::CreatingAnswer(current)) = self.phase
        else {
            return Progress::Nothing;
        };
        if current != op {
            return Progress::Nothing;
        }
        let Ok(description) = result else {
            return Progress::Failed;
        };
        match self.phase {
            Phase::CreatingOffer(_) => {
                self.phase = Phase::AwaitingAnswer;
                self.deadline = now + ANSWER_WITHIN;
                self.say(description, Signal::Offer)
            }
            Phase::CreatingAnswer(_) => {
                self.phase = Phase::Opening;
                self.deadline = now + OPEN_WITHIN;
                self.say(description, Signal::Answer)
            }
            Phase::ApplyingOffer(_) => {
                let op = io.op_id();
                io.push(Effect::CreateAnswer(self.connection, op));
                self.phase = Phase::CreatingAnswer(op);
                self.release_early(io);
                Progress::Nothing
            }
            Phase::ApplyingAnswer(_) => {
                self.phase = Phase::Opening;
                self.deadline = now + OPEN_WITHIN;
                self.release_early(io);
                Progress::Nothing
            }
            Phase::AwaitingAnswer | Phase::Opening => Progress::Nothing,
        }
    }

    fn say(&mut self, description: &str, signal: fn(Value) -> Signal) -> Progress {
        let Ok(description) = serde_json::from_str(description) else {
            return Progress::Failed;
        };
        let candidates = self.unsent.drain(..).map(Signal::Candidate);
        Progress::Say(
            std::iter::once(signal(description))
                .chain(candidates)
                .collect(),
        )
    }

    fn release_early(&mut self, io: &mut Io) {
        for candidate in self.early.drain(..) {
            io.push(Effect::AddCandidate(self.connection, candidate));
        }
    }
}
