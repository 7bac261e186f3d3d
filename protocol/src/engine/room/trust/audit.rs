//! Whether everybody is told the same: the newest entries of each session, compared with what others hold of it. Who signs two
//! different things under one number is found out, and believed no more.

use std::{cmp::Reverse, collections::VecDeque};

use litemap::LiteMap;

use super::people::Regard;
use crate::{
    crypto::{
        IdentityKey, SessionKey,
        entry::{Entry, EntryHash, SignedEntry},
    },
    ids::PeerId,
    limits,
    names::PersonName,
    peer::Head,
};

/// Who speaks with a session key.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Author {
    pub(in crate::engine) peer: PeerId,
    pub(in crate::engine) identity: IdentityKey,
    pub(in crate::engine) name: PersonName,
}

/// What an entry is to us.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine) enum Finding {
    /// Not seen before.
    New,
    /// Seen before.
    Known,
    /// It and another one prove a fork: the session is frozen.
    Forked([SignedEntry; 2]),
    /// Its session is frozen.
    Frozen,
}

#[derive(Debug)]
struct Held {
    number: u64,
    hash: EntryHash,
    previous: Option<EntryHash>,
    entry: SignedEntry,
}

#[derive(Debug)]
struct Log {
    author: Author,
    /// By number.
    held: VecDeque<Held>,
    bytes: usize,
    is_frozen: bool,
    /// The newest number that others were told.
    told: u64,
    /// How many sessions were met before.
    met: u64,
}

impl Log {
    /// Holds the oldest entry no more. Gives its bytes.
    fn drop_oldest(&mut self) -> usize {
        let oldest = self.held.pop_front();
        let bytes = oldest.map_or(0, |oldest| oldest.entry.text.len());
        self.bytes = self.bytes.saturating_sub(bytes);
        bytes
    }
}

/// See the module. Everything in it is bounded, and who matters least makes room: sessions and people of somebody who comes as
/// many push out each other, and neither who is here nor who is known.
#[derive(Debug, Default)]
pub(in crate::engine) struct Audit {
    logs: LiteMap<SessionKey, Log>,
    /// Counts the sessions that were met.
    met: u64,
    /// Who has signed two different things, with whatever session; the last found out last.
    forked: Vec<IdentityKey>,
}

impl Audit {
    /// Somebody who is listened to has proved that they speak with this session key. A session never changes its person. There is
    /// always room for one more of those who are here.
    pub(in crate::engine) fn introduce(
        &mut self,
        session: SessionKey,
        author: Author,
        regard: impl Fn(&SessionKey, &IdentityKey) -> Regard,
    ) {
        if let Some(log) = self.logs.get_mut(&session) {
            if log.author.identity == author.identity {
                log.author = author;
            }
            return;
        }
        if self.logs.len() >= limits::ROOM_MEMBERS && !self.make_room(regard) {
            return;
        }
        let log = Log {
            author,
            held: VecDeque::new(),
            bytes: 0,
            is_frozen: false,
            told: 0,
            met: self.met,
        };
        self.met += 1;
        self.logs.insert(session, log);
    }

    /// Drops the log of the session that matters least: of those, one that has nothing to show, and then the one that was met last,
    /// so that a flood pushes out itself.
    fn make_room(&mut self, regard: impl Fn(&SessionKey, &IdentityKey) -> Regard) -> bool {
        let rank = |(session, log): (&SessionKey, &Log)| {
            let regard = regard(session, &log.author.identity);
            let rank = (regard, !log.held.is_empty(), Reverse(log.met), *session);
            (regard < Regard::Present).then_some(rank)
        };
        let least = self.logs.iter().filter_map(rank).min();
        least.is_some_and(|(.., session)| self.logs.remove(&session).is_some())
    }

    /// Whether a session is known to be another person's.
    pub(in crate::engine) fn contradicts(
        &self,
        session: &SessionKey,
        identity: &IdentityKey,
    ) -> bool {
        self.author(session)
            .is_some_and(|author| author.identity != *identity)
    }

    /// Whether a person has signed two different things with any session.
    pub(in crate::engine) fn is_forked(&self, identity: &IdentityKey) -> bool {
        self.forked.contains(identity)
    }

    pub(in crate::engine) fn author(&self, session: &SessionKey) -> Option<&Author> {
        self.logs.get(session).map(|log| &log.author)
    }

    /// Reads an entry of somebody who was introduced.
    pub(in crate::engine) fn verify(
        &self,
        signed: &SignedEntry,
        room_tag: &[u8; 32],
    ) -> Option<Entry> {
        let session = signed.claimed_session()?;
        let log = self.logs.get(&session)?;
        signed.verify(&log.author.identity, &session, room_tag)
    }

    /// Compares a verified entry with the others of its session.
    pub(in crate::engine) fn check(&self, entry: &Entry, signed: &SignedEntry) -> Finding {
        self.compare(entry, signed, signed.hash())
    }

    fn compare(&self, entry: &Entry, signed: &SignedEntry, hash: EntryHash) -> Finding {
        let Some(log) = self.logs.get(&entry.session) else {
            return Finding::Frozen;
        };
        if log.is_frozen {
            return Finding::Frozen;
        }
        let place = log.held.partition_point(|held| held.number < entry.number);
        let same = log
            .held
            .get(place)
            .filter(|held| held.number == entry.number);
        if same.is_some_and(|held| held.hash == hash) {
            return Finding::Known;
        }
        let before = place.checked_sub(1).and_then(|before| log.held.get(before));
        let before = before
            .filter(|held| held.number + 1 == entry.number && Some(held.hash) != entry.previous);
        let after = log
            .held
            .get(place)
            .filter(|held| held.number == entry.number + 1 && held.previous != Some(hash));
        match same.or(before).or(after) {
            Some(other) => Finding::Forked([other.entry.clone(), signed.clone()]),
            None => Finding::New,
        }
    }

    /// The same, and holds an entry that is new.
    pub(in crate::engine) fn record(
        &mut self,
        entry: &Entry,
        signed: SignedEntry,
        regard: impl Fn(&SessionKey, &IdentityKey) -> Regard,
    ) -> Finding {
        let hash = signed.hash();
        let finding = self.compare(entry, &signed, hash);
        let Some(log) = self.logs.get_mut(&entry.session) else {
            return finding;
        };
        if finding != Finding::New {
            return finding;
        }
        let place = log.held.partition_point(|held| held.number < entry.number);
        log.bytes += signed.text.len();
        let held = Held {
            number: entry.number,
            hash,
            previous: entry.previous,
            entry: signed,
        };
        log.held.insert(place, held);
        while log.held.len() > limits::AUDITED_ENTRIES || log.bytes > limits::AUDITED_BYTES {
            log.drop_oldest();
        }
        self.hold_less(entry.session, regard);
        Finding::New
    }

    /// However many people speak, what is held of all is bounded: those who are gone make room, the ones that matter least first,
    /// and then who speaks now.
    fn hold_less(
        &mut self,
        session: SessionKey,
        regard: impl Fn(&SessionKey, &IdentityKey) -> Regard,
    ) {
        let mut all: usize = self.logs.values().map(|log| log.bytes).sum();
        while all > limits::AUDITED_BYTES_IN_ALL {
            let rank = |(&other, log): (&SessionKey, &Log)| {
                let regard = regard(&other, &log.author.identity);
                let can = other != session && regard < Regard::Present && !log.held.is_empty();
                can.then_some((regard, Reverse(log.met), other))
            };
            let gone = self.logs.iter().filter_map(rank).min();
            let from = gone.map_or(session, |(.., gone)| gone);
            let Some(log) = self.logs.get_mut(&from) else {
                return;
            };
            if from == session && log.held.len() <= 1 {
                return;
            }
            all = all.saturating_sub(log.drop_oldest());
        }
    }

    /// What to tell others; the author of a session needs not hear of it.
    pub(in crate::engine) fn take_news(&mut self) -> Vec<(PeerId, Head)> {
        let mut news = Vec::new();
        for (&session, log) in &mut self.logs {
            let newest = log.held.back().filter(|held| held.number > log.told);
            if let Some(Held { number, hash, .. }) = newest
                && news.len() < limits::HEADS
            {
                log.told = *number;
                let head = Head {
                    session,
                    number: *number,
                    hash: crate::crypto::encode(hash),
                };
                news.push((log.author.peer, head));
            }
        }
        news
    }

    /// An entry that differs from what somebody else holds: half of a proof. One at a time, since entries may be long; what is left
    /// is found the next time.
    pub(in crate::engine) fn contradiction(&self, heads: &[Head]) -> Option<SignedEntry> {
        heads.iter().find_map(|head| {
            let log = self.logs.get(&head.session).filter(|log| !log.is_frozen)?;
            let held = log.held.iter().find(|held| held.number == head.number)?;
            (crate::crypto::encode(&held.hash) != head.hash).then(|| held.entry.clone())
        })
    }

    /// Whether two verified entries prove a fork of one session.
    pub(in crate::engine) fn proves_fork(
        &self,
        (one, first): (&Entry, &SignedEntry),
        (other, second): (&Entry, &SignedEntry),
    ) -> bool {
        let same_number = one.number == other.number && first.text != second.text;
        let breaks = |earlier: (&Entry, &SignedEntry), later: &Entry| {
            earlier.0.number.checked_add(1) == Some(later.number)
                && later.previous != Some(earlier.1.hash())
        };
        one.session == other.session
            && (same_number || breaks((one, first), other) || breaks((other, second), one))
    }

    /// Takes in nothing more of a session, and holds nothing of it: others have the proof. Gives whether that is news.
    pub(in crate::engine) fn freeze(
        &mut self,
        session: &SessionKey,
        regard: impl Fn(&IdentityKey) -> Regard,
    ) -> bool {
        let Some(log) = self.logs.get_mut(session) else {
            return false;
        };
        let identity = log.author.identity;
        let news = !std::mem::replace(&mut log.is_frozen, true);
        log.held.clear();
        log.bytes = 0;
        if news && !self.forked.contains(&identity) {
            self.forked.push(identity);
            if self.forked.len() > limits::FORKED_PEOPLE {
                self.forget_a_fork(regard);
            }
        }
        news
    }

    /// Forgets the fork of who matters least, the one that was found out first.
    fn forget_a_fork(&mut self, regard: impl Fn(&IdentityKey) -> Regard) {
        let ranks = self.forked.iter().map(regard).enumerate();
        let least = ranks.min_by_key(|&(place, regard)| (regard, place));
        if let Some((place, _)) = least.filter(|&(_, regard)| regard < Regard::Present) {
            let identity = self.forked.remove(place);
            self.logs
                .retain(|_, log| !(log.is_frozen && log.author.identity == identity));
        }
    }
}

#[cfg(test)]
mod tests;
