//! What linked members say about the log.

use super::{LogOutput, PROOFS, Proof, RoomLog};
use crate::{
    crypto::{IdentityKey, SessionKey, SessionName, SignedCard, SignedReceipt, entry::SignedEntry},
    ids::PeerId,
    limits,
    log::{
        log_entry::LogEntry,
        logs::{Hole, Taking},
        place::EntryId,
        receipts::Progress,
        storing::Item,
        sync::Cause,
    },
    peer::{Answer, Extent, LogMessage},
    time::Timestamp,
};

impl RoomLog {
    /// A linked member says something about the log.
    pub fn handle_message(&mut self, now: Timestamp, peer: PeerId, message: LogMessage) {
        let Some((session, person)) = self.sync.member(peer) else {
            return;
        };
        match message {
            LogMessage::Digest { digest } => {
                let (sync, holdings) = self.parts();
                sync.handle_digest(now, peer, &digest, &holdings);
            }
            LogMessage::Have { sessions } => self.handle_have(now, peer, person, sessions),
            LogMessage::Want { id, ranges } => {
                let (sync, holdings) = self.parts();
                sync.handle_want(now, peer, id, ranges, &holdings);
            }
            LogMessage::Entries { entries, answer } => {
                self.handle_entries(now, peer, entries, answer);
            }
            LogMessage::Cards { cards } => {
                for card in cards {
                    self.handle_card(now, peer, session, card);
                }
            }
            LogMessage::Pass { from, to } => {
                let (sync, holdings) = self.parts();
                sync.handle_pass(peer, from, &to, &holdings);
            }
            LogMessage::Fork { entries } => self.handle_fork(now, peer, &entries),
            LogMessage::Receipts { receipts } => {
                for receipt in receipts {
                    self.handle_receipt(now, peer, receipt);
                }
            }
        }
        self.drive(now);
    }

    pub(super) fn handle_have(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        person: IdentityKey,
        extents: Vec<Extent<SessionName>>,
    ) {
        for extent in &extents {
            if extent.session == self.me {
                let delivered = extent.last.min(self.handover.own_kept());
                let read = 0;
                let told = Progress { delivered, read };
                if self.receipts.handle_progress(person, told) {
                    let progress = self.receipts.progress(&person);
                    self.batches.put(now, Item::Progress(person, progress));
                }
            }
            self.compare(now, peer, extent);
        }
        let (sync, holdings) = self.parts();
        sync.handle_have(now, peer, extents, &holdings);
    }

    /// Somebody has another entry in a place: the own one goes to them, so that the fork is found. Or they can be shown the proof.
    pub(super) fn compare(&mut self, now: Timestamp, peer: PeerId, extent: &Extent<SessionName>) {
        let Some((session, log)) = self.logs.named(&extent.session) else {
            return;
        };
        let message = if log.is_frozen() {
            self.proofs.get(&session).map(Proof::message)
        } else {
            let held = log.get(extent.last);
            let other = held.filter(|held| held.is_whole() && held.hash != extent.hash);
            other.map(|held| LogMessage::Fork {
                entries: vec![held.signed.clone()],
            })
        };
        if let Some(message) = message
            && self.sync.may_contradict(now, peer, extent, bytes(&message))
        {
            let (sync, holdings) = self.parts();
            sync.introduce(peer, &[session], &holdings);
            sync.send(peer, message);
        }
    }

    pub(super) fn handle_card(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        linked: SessionKey,
        card: SignedCard,
    ) {
        let session = card.session;
        let known = self.logs.card(&session);
        if known.is_some_and(|known| known.identity == card.identity) {
            self.sync.handle_known_card(peer, session);
            return;
        }
        if !self.sync.handle_card(now, peer, &card) {
            self.dropped += 1;
        } else if self.logs.contradicts(&card) {
            self.spread_contradiction(card);
        } else if self.logs.introduce(card.clone()) {
            self.forget_released(now);
            self.batches.put(now, Item::Card(card));
            if session == linked {
                self.logs.set_present(&session, true);
            }
        } else {
            self.dropped += 1;
        }
    }

    /// A session says that it is two persons': whoever knew only one of its cards hears of the other.
    pub(super) fn spread_contradiction(&mut self, card: SignedCard) {
        let Some(known) = self.logs.card(&card.session).cloned() else {
            return;
        };
        for person in [known.identity, card.identity] {
            self.outputs.push_back(LogOutput::Forked(person));
        }
        let session = card.session;
        let proof = Proof::Cards(vec![known, card]);
        for peer in self.sync.shown(&self.me, None) {
            self.sync.send(peer, proof.message());
        }
        self.prove(session, proof);
    }

    pub(super) fn prove(&mut self, session: SessionKey, proof: Proof) {
        if self.proofs.len() < PROOFS {
            self.proofs.insert(session, proof);
        }
    }

    pub(super) fn handle_entries(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        entries: Vec<SignedEntry>,
        answer: Option<Answer>,
    ) {
        let bytes = entries.iter().map(|entry| entry.text.len()).sum();
        for signed in entries {
            let Some(claim) = LogEntry::read(signed) else {
                self.dropped += 1;
                continue;
            };
            if self.is_ahead(now, &claim) {
                self.dropped += 1;
                continue;
            }
            let place = (&claim.entry.session, claim.entry.number);
            let cause = self.sync.cause(now, peer, place, answer, &self.logs);
            let id = claim.id();
            let hole = match cause {
                Cause::Unasked => {
                    self.dropped += 1;
                    continue;
                }
                Cause::PushedTooMuch => {
                    self.sync.handle_says(peer, id, claim.hash);
                    continue;
                }
                Cause::AskedBeyondHole => Hole::Skipped,
                Cause::Asked | Cause::Pushed | Cause::PassedOn => Hole::Waits,
            };
            let taking = self.logs.take(claim, hole);
            self.handle_taking(now, peer, id, cause, taking);
        }
        if let Some(answer) = answer {
            self.sync.handle_answer(now, peer, answer, bytes);
        }
    }

    /// Whether an entry's Lamport time is one that nobody can have come to: it would stand last for ever, or use up all numbers.
    fn is_ahead(&self, now: Timestamp, claim: &LogEntry) -> bool {
        let by_clock = now + limits::LAMPORT_AHEAD;
        let by_count = self.end.lamport.saturating_add(limits::LAMPORT_STEPS);
        claim.entry.lamport > by_count.max(by_clock.as_millis())
    }

    pub(super) fn handle_taking(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        id: EntryId,
        cause: Cause,
        taking: Taking,
    ) {
        let session = id.session;
        if cause == Cause::Asked && matches!(taking, Taking::Beyond(_) | Taking::Known) {
            self.sync.handle_begins(peer, id, &self.logs);
            return;
        }
        match taking {
            Taking::Taken(entries) => {
                for entry in &entries {
                    self.note_taken(now, entry);
                    self.sync.handle_taken(now, peer, entry, cause);
                }
                let is_expected = cause == Cause::PassedOn || self.members.contains(&session);
                if is_expected && !self.sync.is_linked(&session) && session != self.me {
                    self.receipts.hurry(now, session);
                }
            }
            Taking::Stored(entry) => {
                self.note_kept(now, &entry);
                self.sync.handle_taken(now, peer, &entry, cause);
            }
            Taking::Known => {
                if matches!(cause, Cause::Pushed | Cause::PassedOn) {
                    self.sync.handle_known(now, peer, session);
                }
            }
            Taking::Beyond(entry) => self.sync.handle_has(peer, &entry),
            Taking::Forked(entries) => self.spread_fork(None, session, entries),
            Taking::Refused => self.dropped += 1,
        }
    }

    pub(super) fn handle_fork(&mut self, now: Timestamp, peer: PeerId, entries: &[SignedEntry]) {
        if !self.sync.admits(now, peer) {
            self.dropped += 1;
            return;
        }
        match entries {
            [one, other] => match self.logs.convict(one, other) {
                Some(session) => {
                    self.spread_fork(Some(peer), session, [one.clone(), other.clone()]);
                }
                None => self.dropped += 1,
            },
            [half] => {
                let claim = LogEntry::read(half.clone());
                let claim = claim.filter(|claim| !self.is_ahead(now, claim));
                let taking = claim.map(|claim| (claim.id(), self.logs.take(claim, Hole::Waits)));
                if let Some((id, taking)) = taking {
                    self.handle_taking(now, peer, id, Cause::PassedOn, taking);
                }
            }
            _ => self.dropped += 1,
        }
    }

    pub(super) fn spread_fork(
        &mut self,
        from: Option<PeerId>,
        session: SessionKey,
        entries: [SignedEntry; 2],
    ) {
        if let Some(person) = self.logs.identity(&session) {
            self.outputs.push_back(LogOutput::Forked(person));
        }
        let proof = Proof::Entries(entries);
        let peers = self.sync.shown(&self.me, from);
        let (sync, holdings) = self.parts();
        for peer in peers {
            sync.introduce(peer, &[session], &holdings);
            sync.send(peer, proof.message());
        }
        self.prove(session, proof);
    }

    pub(super) fn handle_receipt(&mut self, now: Timestamp, peer: PeerId, receipt: SignedReceipt) {
        if !self.sync.admits_receipt(now, peer) {
            self.dropped += 1;
            return;
        }
        let (sync, members) = (&self.sync, &self.members);
        let is_here = |session: &SessionKey| sync.is_linked(session) || members.contains(session);
        let taken = self
            .receipts
            .take(receipt.clone(), &self.logs, &self.room_tag, is_here);
        let Some((who, changed)) = taken else {
            self.dropped += 1;
            return;
        };
        self.batches.put(now, Item::Receipt(who, receipt));
        if let Some(person) = self.logs.identity(&who) {
            let progress = self.receipts.progress(&person);
            self.batches.put(now, Item::Progress(person, progress));
        }
        let (sync, holdings) = self.parts();
        sync.handle_receipt(peer, who, &holdings);
        sync.spread_receipt(Some(peer), who, &changed, &holdings);
    }
}

/// Of the entries in a message.
fn bytes(message: &LogMessage) -> usize {
    if let LogMessage::Fork { entries } = message {
        entries.iter().map(|entry| entry.text.len()).sum()
    } else {
        0
    }
}
