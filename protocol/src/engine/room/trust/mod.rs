//! What is known of who others are, and whether they say the same to everybody.

mod audit;
mod comparing;
mod comparisons;
mod inspected;
mod people;
mod regard;

use std::{sync::Arc, time::Duration};

use litemap::LiteMap;

use self::{audit::Audit, comparisons::Comparisons, inspected::Inspected};
pub(in crate::engine) use self::{
    audit::{Author, Finding},
    comparing::Ends,
    people::{People, Regard},
};
use super::roster::{Member, Roster};
use crate::{
    crypto::{
        Announcement, IdentityKey, SessionKey,
        entry::{Entry, SignedEntry},
    },
    engine::{
        DropCause, Effect, EmojiView, Hearing, Io, KnownPerson, Persist, PersonView, RoomEvent,
        Standing, context::Context,
    },
    ids::PeerId,
    names::PersonName,
    peer::{Head, PeerMessage},
    time::Timestamp,
};

/// How long after an entry others are told that it is here, so that one word serves for many.
const TELL_HEADS_AFTER: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct Trust {
    /// The person of this page.
    me: IdentityKey,
    pub(in crate::engine) people: People,
    audit: Audit,
    comparisons: Comparisons,
    inspected: Option<Inspected>,
    /// When to tell others which entries are here.
    heads_due: Option<Timestamp>,
    /// When this side last answered what somebody holds with evidence; an entry may be long.
    evidence_sent: LiteMap<PeerId, Timestamp>,
}

impl Trust {
    pub(in crate::engine) fn new(me: IdentityKey, people: People) -> Self {
        Self {
            me,
            people,
            audit: Audit::default(),
            comparisons: Comparisons::default(),
            inspected: None,
            heads_due: None,
            evidence_sent: LiteMap::default(),
        }
    }

    pub(in crate::engine) fn me(&self) -> IdentityKey {
        self.me
    }

    /// Whether somebody announces a session that is known to be another person's.
    pub(in crate::engine) fn contradicts(&self, announcement: &Announcement) -> bool {
        let Announcement {
            session, identity, ..
        } = announcement;
        self.audit.contradicts(session, identity)
    }

    /// What to make of a tab that has proved whose it is.
    pub(in crate::engine) fn judge(
        &self,
        peer: PeerId,
        (identity, name): (&IdentityKey, &PersonName),
        roster: &Roster,
        now: Timestamp,
    ) -> Standing {
        if self.audit.is_forked(identity) {
            return Standing::Forked;
        }
        let is_present = |key: &IdentityKey| {
            let mut others = roster.iter().filter(|(other, _)| **other != peer);
            *key == self.me
                || others.any(|(_, it)| it.identity() == Some(*key) && it.link.is_connected(now))
        };
        self.people.judge(identity, name, is_present)
    }

    /// A new connection to a tab has proved whose it is.
    pub(in crate::engine) fn handle_proved(&mut self, peer: PeerId, identity: IdentityKey) {
        self.comparisons.handle_proved(peer, identity);
    }

    /// Somebody who is listened to speaks with this session from now on. A name that somebody else holds becomes another's only by
    /// the person's decision.
    pub(in crate::engine) fn introduce(
        &mut self,
        session: SessionKey,
        author: Author,
        roster: &Roster,
        io: &mut Io,
    ) {
        let (identity, name) = (author.identity, author.name.clone());
        let regard = regard::of_sessions(roster, &self.people);
        self.audit.introduce(session, author, regard);
        if !self.people.is_contested(&identity, &name) {
            self.pin(identity, &name, io);
        }
    }

    /// From now on the name is also this key's.
    pub(in crate::engine) fn pin(&mut self, identity: IdentityKey, name: &PersonName, io: &mut Io) {
        if let Some(person) = self.people.pin(identity, name) {
            io.push(Effect::Persist(Persist::Person(person)));
        }
    }

    /// Another session speaks in a tab's place.
    pub(in crate::engine) fn handle_replaced(&mut self, peer: PeerId) {
        self.comparisons.forget(peer);
    }

    /// A tab is gone.
    pub(in crate::engine) fn forget(&mut self, peer: PeerId) {
        self.comparisons.forget(peer);
        self.evidence_sent.remove(&peer);
    }

    /// Takes a member for verified, or no more.
    pub(in crate::engine) fn set_verified(
        &mut self,
        peer: PeerId,
        verified: bool,
        roster: &mut Roster,
        io: &mut Io,
    ) {
        let Some(member) = roster.get(peer).filter(|member| member.passes()) else {
            return;
        };
        let Some(identity) = member.identity() else {
            return;
        };
        for person in self.people.set_verified(&identity, &member.name, verified) {
            io.judged.push(person.clone());
            io.push(Effect::Persist(Persist::Person(person)));
        }
        self.show_verified(&identity, roster, io);
    }

    /// Somebody was taken for verified in another room, or no more.
    pub(in crate::engine) fn handle_judged(
        &mut self,
        judged: &KnownPerson,
        roster: &mut Roster,
        io: &mut Io,
    ) {
        for person in self.people.learn(judged) {
            io.push(Effect::Persist(Persist::Person(person)));
        }
        self.show_verified(&judged.identity, roster, io);
    }

    /// The members whose key this is, and everybody who is verified, are shown as that stands now.
    fn show_verified(&self, identity: &IdentityKey, roster: &mut Roster, io: &mut Io) {
        for member in roster.members_mut() {
            if member.identity() == Some(*identity) && member.passes() {
                member.standing = self.standing(identity);
            }
        }
        io.peers_changed = true;
        self.tell_verified(io);
    }

    /// Of somebody whose name is in order.
    pub(in crate::engine) fn standing(&self, identity: &IdentityKey) -> Standing {
        if self.people.is_verified(identity) {
            Standing::Verified
        } else {
            Standing::Known
        }
    }

    pub(in crate::engine) fn tell_verified(&self, io: &mut Io) {
        io.notify(RoomEvent::Verified(Arc::from(self.people.verified())));
    }

    /// Reads an entry of a session that was met here.
    pub(in crate::engine) fn read(
        &self,
        signed: &SignedEntry,
        room_tag: &[u8; 32],
    ) -> Option<(Entry, Author)> {
        let entry = self.audit.verify(signed, room_tag)?;
        let author = self.audit.author(&entry.session)?.clone();
        Some((entry, author))
    }

    /// Compares an entry with the others of its session, and holds it where it is new.
    pub(in crate::engine) fn record(
        &mut self,
        entry: &Entry,
        signed: SignedEntry,
        roster: &Roster,
        now: Timestamp,
    ) -> Finding {
        let regard = regard::of_sessions(roster, &self.people);
        let finding = self.audit.record(entry, signed, regard);
        if finding == Finding::New {
            self.heads_due.get_or_insert(now + TELL_HEADS_AFTER);
        }
        finding
    }

    /// Somebody tells what they hold. What differs here is shown to them; not often.
    pub(in crate::engine) fn handle_heads(
        &mut self,
        peer: PeerId,
        heads: &[Head],
        member: &Member,
        cx: &mut Context<'_>,
    ) {
        let spaced = |last: &Timestamp| cx.now >= *last + TELL_HEADS_AFTER;
        if self.evidence_sent.get(&peer).is_none_or(spaced)
            && let Some(entry) = self.audit.contradiction(heads)
        {
            self.evidence_sent.insert(peer, cx.now);
            let entries = vec![entry];
            member.tell(&PeerMessage::Evidence { entries }, cx.io);
        }
    }

    /// Somebody shows that a session signed two different things: gives the session with the proof, where it is one.
    pub(in crate::engine) fn judge_evidence(
        &self,
        entries: Vec<SignedEntry>,
        room_tag: &[u8; 32],
    ) -> Option<(SessionKey, [SignedEntry; 2])> {
        let verified: Vec<(Entry, SignedEntry)> = entries
            .into_iter()
            .filter_map(|signed| Some((self.audit.verify(&signed, room_tag)?, signed)))
            .collect();
        match &*verified {
            [(entry, signed)] => match self.audit.check(entry, signed) {
                Finding::Forked(proof) => Some((entry.session, proof)),
                Finding::New | Finding::Known | Finding::Frozen => None,
            },
            [(one, first), (other, second)] => self
                .audit
                .proves_fork((one, first), (other, second))
                .then(|| (one.session, [first.clone(), second.clone()])),
            _ => None,
        }
    }

    /// Believes nothing more of a session that signed two different things, and shows everybody the proof. Gives whose it was,
    /// where that is news.
    pub(in crate::engine) fn expose(
        &mut self,
        session: SessionKey,
        proof: [SignedEntry; 2],
        roster: &mut Roster,
        io: &mut Io,
    ) -> Option<IdentityKey> {
        let regard = regard::of_people(roster, &self.people);
        if !self.audit.freeze(&session, regard) {
            return None;
        }
        let evidence = PeerMessage::Evidence {
            entries: proof.into(),
        };
        for member in roster.members_mut() {
            let is_theirs = member
                .identity()
                .is_some_and(|it| self.audit.is_forked(&it));
            if is_theirs {
                member.standing = Standing::Forked;
            } else {
                member.tell(&evidence, io);
            }
        }
        io.peers_changed = true;
        self.audit.author(&session).map(|author| author.identity)
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Option<Timestamp> {
        self.heads_due
    }

    /// Tells everybody which entries of others are here, once that is due.
    pub(in crate::engine) fn handle_timeout(&mut self, roster: &Roster, cx: &mut Context<'_>) {
        if self.heads_due.is_none_or(|due| due > cx.now) {
            return;
        }
        self.heads_due = None;
        let news = self.audit.take_news();
        for (peer, member) in roster.iter() {
            let of_others = news.iter().filter(|(author, _)| author != peer);
            let heads: Vec<Head> = of_others.map(|(_, head)| head.clone()).collect();
            if !heads.is_empty() {
                member.tell(&PeerMessage::Heads { heads }, cx.io);
            }
        }
    }

    /// The person wants to compare emoji with a member, or agrees to it.
    pub(in crate::engine) fn compare(&mut self, peer: PeerId, roster: &Roster, io: &mut Io) {
        if let Some(member) = roster.get(peer)
            && let Some(connection) = member.link.connection()
            && member.passes()
            && let Some(message) = self.comparisons.begin(peer, member, &mut io.secure)
        {
            io.send_peer(connection, &message);
        }
    }

    /// The person has compared. Gives whether that verifies the member.
    pub(in crate::engine) fn judge_emoji(
        &mut self,
        peer: PeerId,
        same: bool,
        roster: &Roster,
        io: &mut Io,
    ) -> bool {
        let Some(member) = roster.get(peer) else {
            return false;
        };
        let (counts, message) = self.comparisons.judge(peer, same);
        if let (Some(message), Some(connection)) = (message, member.link.connection()) {
            io.send_peer(connection, &message);
        }
        counts
    }

    /// A member said something about a comparison.
    pub(in crate::engine) fn handle_emoji(
        &mut self,
        peer: PeerId,
        message: &PeerMessage,
        member: &Member,
        io: &mut Io,
    ) {
        let (Some(ends), Some(connection)) = (self.ends(member), member.link.connection()) else {
            io.drop_for(DropCause::Untimely);
            return;
        };
        let before = self.comparisons.view(peer);
        match self.comparisons.handle(peer, message, &ends) {
            Some(answer) => io.send_peer(connection, &answer),
            None if self.comparisons.view(peer) == before => io.drop_for(DropCause::Untimely),
            None => {}
        }
        io.peers_changed = true;
    }

    /// What the two ends of the connection to somebody have in common.
    fn ends(&self, member: &Member) -> Option<Ends> {
        Some(Ends {
            export: member.link.export()?.clone(),
            me: self.me,
            them: member.identity()?,
            leads: member.link.leads(),
        })
    }

    pub(in crate::engine) fn asks_to_compare(&self, peer: PeerId) -> bool {
        self.comparisons.view(peer) == EmojiView::Asked
    }

    /// The person looks closely at somebody, or at nobody any more.
    pub(in crate::engine) fn inspect(&mut self, peer: Option<PeerId>) {
        self.inspected = peer.map(Inspected::new);
    }

    /// Whom the person looks at closely, where they are still there.
    pub(in crate::engine) fn inspected(
        &mut self,
        roster: &Roster,
        hearing: impl Fn(IdentityKey) -> Hearing,
    ) -> Option<PersonView> {
        let inspected = self.inspected.as_mut()?;
        let peer = inspected.peer;
        let member = roster.get(peer)?;
        let identity = member.identity()?;
        Some(PersonView {
            peer,
            name: member.name.clone(),
            identity,
            safety_number: inspected.safety_number(&self.me, identity).clone(),
            standing: member.standing,
            emoji: self.comparisons.view(peer),
            hearing: hearing(identity),
        })
    }
}
