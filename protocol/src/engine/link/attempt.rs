//! One attempt at a connection: a new `RTCPeerConnection` from the first description to the open channel.

use std::time::Duration;

use serde_json::Value;

use super::{
    ice_path::IcePath,
    output::{Binding, Saying, Thread},
};
use crate::{
    crypto::CertificateFingerprint,
    engine::{
        ConnectionId, DropCause, Effect, Io, Obstacle, OpId,
        effect::{DescriptionKind, RemoteCandidate, RemoteDescription},
    },
    time::Timestamp,
};

/// For the other side's description.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// For the other side's next word where it asks for an offer though there is an attempt: the two may have crossed.
const CROSSED_WITHIN: Duration = Duration::from_secs(2);
/// For the other side's proof after the channel is open.
const CONFIRM_WITHIN: Duration = Duration::from_secs(10);
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
    /// The channel is open; the other side's proof is waited for.
    Confirming,
}

/// Who made the first description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Offerer,
    Answerer,
}

/// What came of an asynchronous call.
#[derive(Debug)]
pub(super) enum Progress {
    /// Nothing to say; the call belonged to somebody else, or the next one is under way.
    Nothing,
    /// To be said to the peer, in this order.
    Say(Vec<Saying>),
    /// The browser refused; the attempt is over.
    Failed,
}

/// A connection that is not open yet.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) connection: ConnectionId,
    pub(super) thread: Thread,
    pub(super) side: Side,
    pub(super) ice_path: IcePath,
    /// This side's certificate and the other's, once DTLS has used them.
    certificates: Option<(CertificateFingerprint, CertificateFingerprint)>,
    /// The other side's, where it came before this side's channel was open.
    proof: Option<String>,
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
        thread: Thread,
        ice_path: IcePath,
        io: &mut Io,
    ) -> Self {
        let op = io.op_id();
        io.push(Effect::CreateOffer(connection, op));
        let phase = Phase::CreatingOffer(op);
        Self::new(now, connection, thread, ice_path, Side::Offerer, phase)
    }

    /// Answers an offer on a connection just created; `early` are candidates that came before it.
    pub(super) fn answer(
        now: Timestamp,
        connection: ConnectionId,
        thread: Thread,
        mut ice_path: IcePath,
        (sdp, mut early): (String, Vec<RemoteCandidate>),
        io: &mut Io,
    ) -> Self {
        let op = io.op_id();
        ice_path.handle_peer_description(&sdp);
        ice_path.count_candidates(&sdp, &mut early, io);
        for candidate in &early {
            ice_path.handle_peer_candidate(&candidate.candidate);
        }
        let offer = RemoteDescription {
            kind: DescriptionKind::Offer,
            sdp,
        };
        io.push(Effect::ApplyDescription(connection, op, offer));
        let phase = Phase::ApplyingOffer(op);
        Self {
            early,
            ..Self::new(now, connection, thread, ice_path, Side::Answerer, phase)
        }
    }

    fn new(
        now: Timestamp,
        connection: ConnectionId,
        thread: Thread,
        ice_path: IcePath,
        side: Side,
        phase: Phase,
    ) -> Self {
        let deadline = now + ANSWER_WITHIN;
        Self {
            connection,
            thread,
            side,
            ice_path,
            certificates: None,
            proof: None,
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
        matches!(self.phase, Phase::Opening | Phase::Confirming)
    }

    /// What stands in the way, should nothing come of it.
    pub(super) fn obstacle(&self) -> Obstacle {
        match self.phase {
            Phase::CreatingOffer(_) | Phase::AwaitingAnswer | Phase::ApplyingOffer(_) => {
                Obstacle::NoAnswer
            }
            Phase::Opening => self.ice_path.obstacle(),
            Phase::ApplyingAnswer(_) | Phase::CreatingAnswer(_) | Phase::Confirming => {
                Obstacle::Unknown
            }
        }
    }

    /// Whether the result of this call is waited for.
    pub(super) fn awaits(&self, op: OpId) -> bool {
        match self.phase {
            Phase::CreatingOffer(current)
            | Phase::ApplyingAnswer(current)
            | Phase::ApplyingOffer(current)
            | Phase::CreatingAnswer(current) => current == op,
            Phase::AwaitingAnswer | Phase::Opening | Phase::Confirming => false,
        }
    }

    pub(super) fn is_confirming(&self) -> bool {
        self.phase == Phase::Confirming
    }

    /// Whether an offer was made for an epoch of the peer's that is over.
    pub(super) fn is_outdated(&self, theirs: u32) -> bool {
        let waits = matches!(self.phase, Phase::CreatingOffer(_) | Phase::AwaitingAnswer);
        waits && self.thread.theirs.is_some_and(|epoch| epoch != theirs)
    }

    /// What a proof is about, once it is known who is at the other end.
    pub(super) fn binding(&self) -> Option<Binding> {
        let (own, peer) = self.certificates?;
        Some(Binding {
            connection: self.connection,
            thread: self.thread.clone(),
            own,
            peer,
        })
    }

    pub(super) fn handle_certificates(
        &mut self,
        own: CertificateFingerprint,
        peer: CertificateFingerprint,
    ) {
        self.certificates = Some((own, peer));
    }

    /// The peer asks for an offer, as whoever has none does. Unless that crossed with what this side said, it has dropped its end.
    pub(super) fn handle_asked(&mut self, now: Timestamp) {
        if matches!(self.phase, Phase::AwaitingAnswer | Phase::Opening) {
            self.deadline = self.deadline.min(now + CROSSED_WITHIN);
        }
    }

    /// The channel is open and this side has said its proof.
    pub(super) fn confirm(&mut self, now: Timestamp) {
        self.phase = Phase::Confirming;
        self.deadline = now + CONFIRM_WITHIN;
    }

    /// The other side's proof came; it is judged by [`Attempt::take_proof`].
    pub(super) fn handle_proof(&mut self, proof: String) {
        self.proof = Some(proof);
    }

    pub(super) fn take_proof(&mut self) -> Option<String> {
        self.proof.take()
    }

    /// The peer's answer; one that nobody waits for is dropped.
    pub(super) fn handle_answer(&mut self, sdp: String, theirs: Option<u32>, io: &mut Io) {
        if self.phase != Phase::AwaitingAnswer {
            io.drop_for(DropCause::Untimely);
            return;
        }
        self.thread.theirs = theirs;
        self.ice_path.handle_peer_description(&sdp);
        self.ice_path.count_candidates(&sdp, &mut self.early, io);
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
        if !self.ice_path.admit_candidate(&candidate, io) {
            return;
        }
        match self.phase {
            Phase::CreatingAnswer(_) | Phase::Opening | Phase::Confirming => {
                io.push(Effect::AddCandidate(self.connection, candidate));
            }
            Phase::CreatingOffer(_)
            | Phase::AwaitingAnswer
            | Phase::ApplyingAnswer(_)
            | Phase::ApplyingOffer(_) => self.early.push(candidate),
        }
    }

    /// A candidate of this side: sent once the description that it belongs to is.
    pub(super) fn handle_local_candidate(&mut self, candidate: Value) -> Option<Saying> {
        self.ice_path.handle_own_candidate(&candidate);
        match self.phase {
            Phase::CreatingOffer(_) | Phase::ApplyingOffer(_) | Phase::CreatingAnswer(_) => {
                self.unsent.push(candidate);
                None
            }
            Phase::AwaitingAnswer
            | Phase::ApplyingAnswer(_)
            | Phase::Opening
            | Phase::Confirming => Some(Saying::Candidate(candidate)),
        }
    }

    pub(super) fn handle_op(
        &mut self,
        now: Timestamp,
        op: OpId,
        result: &Result<String, String>,
        io: &mut Io,
    ) -> Progress {
        if !self.awaits(op) {
            return Progress::Nothing;
        }
        let Ok(description) = result else {
            return Progress::Failed;
        };
        match self.phase {
            Phase::CreatingOffer(_) => {
                self.phase = Phase::AwaitingAnswer;
                self.deadline = now + ANSWER_WITHIN;
                self.described(description, Saying::Offer)
            }
            Phase::CreatingAnswer(_) => {
                self.phase = Phase::Opening;
                self.deadline = now + OPEN_WITHIN;
                self.described(description, Saying::Answer)
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
            Phase::AwaitingAnswer | Phase::Opening | Phase::Confirming => Progress::Nothing,
        }
    }

    fn described(&mut self, description: &str, saying: fn(Value) -> Saying) -> Progress {
        let Ok(description) = serde_json::from_str::<Value>(description) else {
            return Progress::Failed;
        };
        let sdp = description.get("sdp").and_then(Value::as_str);
        self.ice_path
            .handle_own_description(sdp.unwrap_or_default());
        let candidates = self.unsent.drain(..).map(Saying::Candidate);
        Progress::Say(
            std::iter::once(saying(description))
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

#[cfg(test)]
mod tests;
