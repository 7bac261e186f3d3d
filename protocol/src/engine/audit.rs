//! Whether everybody is told the same: the newest entries of each session, compared with what others hold of it. Who signs two
//! different things under one number is found out, and believed no more.

use std::collections::{BTreeMap, VecDeque};

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
pub(super) struct Author {
    pub(super) peer: PeerId,
    pub(super) identity: IdentityKey,
    pub(super) name: PersonName,
}

/// What an entry is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Finding {
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

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Audit {
    logs: BTreeMap<SessionKey, Log>,
    /// Who has signed two different things, with whatever session.
    forked: Vec<IdentityKey>,
}

impl Audit {
    /// Somebody who is listened to has proved that they speak with this session key. A session never changes its person. Where
    /// there are too many, one makes room that is not `in_use`.
    pub(super) fn introduce(&mut self, session: SessionKey, author: Author, in_use: &[SessionKey]) {
        if let Some(log) = self.logs.get_mut(&session) {
            if log.author.identity == author.identity {
                log.author = author;
            }
            return;
        }
        if self.logs.len() >= limits::ROOM_MEMBERS {
            let idle = |(key, log): (&SessionKey, &Log)| {
                (!log.is_frozen && !in_use.contains(key)).then_some(*key)
            };
            let Some(idle) = self.logs.iter().find_map(idle) else {
                return;
            };
            self.logs.remove(&idle);
        }
        let log = Log {
            author,
            held: VecDeque::new(),
            bytes: 0,
            is_frozen: false,
            told: 0,
        };
        self.logs.insert(session, log);
    }

    /// Whether a session is known to be another person's.
    pub(super) fn contradicts(&self, session: &SessionKey, identity: &IdentityKey) -> bool {
        self.author(session)
            .is_some_and(|author| author.identity != *identity)
    }

    /// Whether a person has signed two different things with any session.
    pub(super) fn is_forked(&self, identity: &IdentityKey) -> bool {
        self.forked.contains(identity)
    }

    pub(super) fn author(&self, session: &SessionKey) -> Option<&Author> {
        self.logs.get(session).map(|log| &log.author)
    }

    /// Reads an entry of somebody who was introduced.
    pub(super) fn verify(&self, signed: &SignedEntry, room_tag: &[u8; 32]) -> Option<Entry> {
        let session = signed.claimed_session()?;
        let log = self.logs.get(&session)?;
        signed.verify(&log.author.identity, &session, room_tag)
    }

    /// Compares a verified entry with the others of its session.
    pub(super) fn check(&self, entry: &Entry, signed: &SignedEntry) -> Finding {
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
    pub(super) fn record(&mut self, entry: &Entry, signed: SignedEntry) -> Finding {
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
        self.hold_less(entry.session);
        Finding::New
    }

    /// However many people speak, what is held of all is bounded: who speaks now makes room of their own.
    fn hold_less(&mut self, session: SessionKey) {
        let mut all: usize = self.logs.values().map(|log| log.bytes).sum();
        let Some(log) = self.logs.get_mut(&session) else {
            return;
        };
        while all > limits::AUDITED_BYTES_IN_ALL && log.held.len() > 1 {
            all = all.saturating_sub(log.drop_oldest());
        }
    }

    /// What to tell others; the author of a session needs not hear of it.
    pub(super) fn take_news(&mut self) -> Vec<(PeerId, Head)> {
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
    pub(super) fn contradiction(&self, heads: &[Head]) -> Option<SignedEntry> {
        heads.iter().find_map(|head| {
            let log = self.logs.get(&head.session).filter(|log| !log.is_frozen)?;
            let held = log.held.iter().find(|held| held.number == head.number)?;
            (crate::crypto::encode(&held.hash) != head.hash).then(|| held.entry.clone())
        })
    }

    /// Whether two verified entries prove a fork of one session.
    pub(super) fn proves_fork(
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

    /// Takes in nothing more of a session. Gives whether that is news.
    pub(super) fn freeze(&mut self, session: &SessionKey) -> bool {
        let Some(log) = self.logs.get_mut(session) else {
            return false;
        };
        let identity = log.author.identity;
        let news = !std::mem::replace(&mut log.is_frozen, true);
        if news && !self.forked.contains(&identity) {
            self.forked.push(identity);
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::{
            Identity, Session,
            entry::{EntryContent, LogEnd},
        },
        ids::MessageId,
        time::Timestamp,
    };

    const TAG: [u8; 32] = [9; 32];

    fn audit() -> Audit {
        let mut audit = Audit::default();
        let author = Author {
            peer: PeerId::from_random(1),
            identity: Identity::from_seed(&[1; 32]).key(),
            name: "Mallory".parse().unwrap(),
        };
        audit.introduce(Session::from_seed(&[2; 32]).key(), author, &[]);
        audit
    }

    fn say(log: &mut LogEnd, text: &str) -> SignedEntry {
        let content = EntryContent::ChatMessage {
            id: MessageId::from_random(7),
            text: text.parse().unwrap(),
        };
        let keys = (
            Identity::from_seed(&[1; 32]).key(),
            &Session::from_seed(&[2; 32]),
        );
        log.append(keys, content, Timestamp::from_millis(1), &TAG)
    }

    fn record(audit: &mut Audit, signed: &SignedEntry) -> Finding {
        let entry = audit.verify(signed, &TAG).unwrap();
        audit.record(&entry, signed.clone())
    }

    #[test]
    fn entries_in_any_order_and_with_gaps_are_no_fork() {
        let mut log = LogEnd::default();
        let entries: Vec<_> = ["a", "b", "c", "d"].map(|text| say(&mut log, text)).into();
        let mut audit = audit();
        for place in [3, 0, 1, 2] {
            assert_eq!(record(&mut audit, &entries[place]), Finding::New);
            assert_eq!(record(&mut audit, &entries[place]), Finding::Known);
        }
        assert_eq!(audit.take_news().len(), 1);
        assert!(audit.take_news().is_empty());
    }

    /// Promise 11: two entries under one number, or one that does not follow the one before, freeze the session.
    #[test]
    fn a_fork_is_found_whichever_half_comes_first() {
        let mut log = LogEnd::default();
        let one = say(&mut log, "one");
        let mut fork = log.clone();
        let (two, other_two) = (say(&mut log, "two"), say(&mut fork, "two, for Bob"));
        let (three, other_three) = (say(&mut log, "three"), say(&mut fork, "three"));
        for (first, second) in [
            (&two, &other_two),
            (&two, &other_three),
            (&other_three, &two),
            (&three, &other_two),
        ] {
            let mut audit = audit();
            assert_eq!(record(&mut audit, &one), Finding::New);
            assert_eq!(record(&mut audit, first), Finding::New);
            let Finding::Forked([held, new]) = record(&mut audit, second) else {
                panic!("no fork found");
            };
            let session = Session::from_seed(&[2; 32]).key();
            assert!(audit.freeze(&session) && !audit.freeze(&session));
            assert_eq!(record(&mut audit, &one), Finding::Frozen);
            // The proof convinces somebody who has seen neither.
            let other = self::audit();
            let entries = [&held, &new].map(|signed| other.verify(signed, &TAG).unwrap());
            assert!(other.proves_fork((&entries[0], &held), (&entries[1], &new)));
        }
        let audit = audit();
        let entries = [&one, &two].map(|signed| audit.verify(signed, &TAG).unwrap());
        assert!(!audit.proves_fork((&entries[0], &one), (&entries[1], &two)));
    }

    #[test]
    fn others_heads_that_differ_are_answered_with_evidence() {
        let mut log = LogEnd::default();
        let mut fork = log.clone();
        let (mine, theirs) = (say(&mut log, "yes"), say(&mut fork, "no"));
        let (mut audit, mut other) = (audit(), audit());
        record(&mut audit, &mine);
        record(&mut other, &theirs);
        let heads: Vec<_> = other
            .take_news()
            .into_iter()
            .map(|(_, head)| head)
            .collect();
        assert_eq!(audit.contradiction(&heads), Some(mine));
        assert_eq!(other.contradiction(&heads), None);
    }

    #[test]
    fn a_session_keeps_its_person_and_room_is_made_for_newcomers() {
        let mut audit = audit();
        let first = Session::from_seed(&[2; 32]).key();
        let author = |seed| Author {
            peer: PeerId::from_random(1),
            identity: Identity::from_seed(&[seed; 32]).key(),
            name: "Eve".parse().unwrap(),
        };
        audit.introduce(first, author(7), &[]);
        assert!(audit.contradicts(&first, &author(7).identity));
        let session = |number: u16| {
            let mut seed = [9; 32];
            seed[..2].copy_from_slice(&number.to_be_bytes());
            Session::from_seed(&seed).key()
        };
        for number in 0..300 {
            audit.introduce(session(number), author(7), &[first]);
        }
        assert_eq!(audit.logs.len(), limits::ROOM_MEMBERS);
        assert!(audit.author(&session(299)).is_some() && audit.author(&first).is_some());
    }

    #[test]
    fn what_is_held_is_bounded() {
        let (mut audit, mut log) = (audit(), LogEnd::default());
        for _ in 0..40 {
            let entry = say(&mut log, &"x".repeat(30_000));
            record(&mut audit, &entry);
        }
        let log = audit.logs.values().next().unwrap();
        assert!(log.bytes <= limits::AUDITED_BYTES && log.held.len() >= 10);
    }
}
