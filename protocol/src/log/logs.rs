//! All session logs of a room, with whose they are, within bounds: so many sessions, so many entries, so many bytes. A flood pushes
//! out its author's own oldest first, as in the room's other bounds.

mod memory;

pub(super) use self::memory::Erasure;

use std::sync::Arc;

use litemap::LiteMap;

use super::{
    log_entry::{LogEntry, stub},
    piles::{Amount, Piles},
    session_log::{Insertion, SessionLog, proves_fork},
    stored::{BLOCK, Stored},
};
use crate::{
    crypto::{IdentityKey, SessionKey, SessionName, SignedCard, entry::SignedEntry},
    limits::{self, Bounds},
};

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taking {
    /// New, with what had waited for it, in the order of numbers.
    Taken(Vec<Arc<LogEntry>>),
    /// New, and only for the store: what follows it is not in memory either.
    Stored(Arc<LogEntry>),
    /// It was here.
    Known,
    /// It is genuine and beyond a hole.
    Beyond(Arc<LogEntry>),
    /// It and another one prove a fork, by which its session is frozen now.
    Forked([SignedEntry; 2]),
    /// It is not signed by a session that is known here, or nothing of the session is taken any more.
    Refused,
}

/// Whether an entry may begin its session's log anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// What is missing before it may still come.
    Waits,
    /// Nobody has what is missing before it.
    Skipped,
}

#[derive(Debug)]
struct Session {
    card: SignedCard,
    log: SessionLog,
    /// How many sessions were met before.
    met: u64,
    /// Somebody who is linked, or this tab's own.
    is_present: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Logs {
    room_tag: [u8; 32],
    bounds: Bounds,
    /// What is not in memory is still in the store.
    is_stored: bool,
    /// Boxed, since there may be a thousand (ADR 25).
    sessions: LiteMap<SessionKey, Box<Session>>,
    /// The sessions of each person.
    people: LiteMap<IdentityKey, Vec<SessionKey>>,
    piles: Piles,
    stored: Stored,
    /// Bytes of memory that wait beyond holes.
    waiting: usize,
    met: u64,
    /// What made room and was not told yet.
    released: Vec<Arc<LogEntry>>,
    /// Of whom no session is here any more, which was not told yet.
    gone: Vec<IdentityKey>,
    /// Sessions that made room for others, which was not told yet.
    forgotten: Vec<SessionKey>,
    /// Logs that began anew beyond a hole, and up to where what was before it is handed over no more; not told yet.
    left_behind: Vec<(SessionKey, u64)>,
}

impl Logs {
    pub(super) fn new(room_tag: [u8; 32], bounds: Bounds, is_stored: bool) -> Self {
        Self {
            room_tag,
            bounds,
            is_stored,
            sessions: LiteMap::default(),
            people: LiteMap::default(),
            piles: Piles::default(),
            stored: Stored::default(),
            waiting: 0,
            met: 0,
            released: Vec::new(),
            gone: Vec::new(),
            forgotten: Vec::new(),
            left_behind: Vec::new(),
        }
    }

    /// Entries in memory.
    pub(super) fn len(&self) -> usize {
        as_usize(self.piles.all().entries)
    }

    /// Bytes of memory that entries take, about; waiting ones included.
    pub(super) fn bytes(&self) -> usize {
        as_usize(self.piles.all().bytes) + self.waiting
    }

    /// Every session, in order.
    pub(super) fn sessions(&self) -> impl Iterator<Item = (SessionKey, &SessionLog)> {
        self.sessions.iter().map(|(key, it)| (*key, &it.log))
    }

    pub(super) fn log(&self, session: &SessionKey) -> Option<&SessionLog> {
        self.sessions.get(session).map(|it| &it.log)
    }

    /// The session that somebody names, where it is known.
    pub(super) fn named(&self, name: &SessionName) -> Option<(SessionKey, &SessionLog)> {
        let session = self.sessions.get(name.as_bytes())?;
        Some((session.card.session, &session.log))
    }

    pub(super) fn card(&self, session: &SessionKey) -> Option<&SignedCard> {
        self.sessions.get(session).map(|it| &it.card)
    }

    pub(super) fn identity(&self, session: &SessionKey) -> Option<IdentityKey> {
        self.card(session).map(|card| card.identity)
    }

    /// Whether the logs of a new session would be held.
    pub(super) fn has_room(&self) -> bool {
        self.sessions.len() < limits::SESSIONS
    }

    /// Takes in whose session it is; the first genuine card of a session stays. Gives whether it is new.
    pub(super) fn introduce(&mut self, card: SignedCard) -> bool {
        if self.sessions.contains_key(&card.session) || !card.is_genuine(&self.room_tag) {
            return false;
        }
        if !self.has_room() && !self.make_room(&card.identity) {
            return false;
        }
        let session = Session {
            log: SessionLog::default(),
            met: self.met,
            is_present: false,
            card,
        };
        self.met += 1;
        let theirs = self.people.entry(session.card.identity).or_default();
        theirs.push(session.card.session);
        self.sessions
            .insert(session.card.session, Box::new(session));
        true
    }

    /// Whether a genuine card says that a session is another person's than it has said before: its session has signed both. It is
    /// frozen then.
    pub(super) fn contradicts(&mut self, card: &SignedCard) -> bool {
        let Some(session) = self.sessions.get(&card.session) else {
            return false;
        };
        session.card.identity != card.identity
            && !session.log.is_frozen()
            && card.is_genuine(&self.room_tag)
            && self.freeze(&card.session)
    }

    /// Takes nothing of a session any more. Gives whether that is news.
    fn freeze(&mut self, key: &SessionKey) -> bool {
        self.stop_waiting(key);
        let session = self.sessions.get_mut(key);
        session.is_some_and(|session| session.log.freeze())
    }

    fn stop_waiting(&mut self, key: &SessionKey) {
        self.waiting = self.waiting.saturating_sub(self.waiting_bytes(key));
        if let Some(session) = self.sessions.get_mut(key) {
            session.log.stop_waiting();
        }
    }

    fn waiting_bytes(&self, key: &SessionKey) -> usize {
        self.log(key).map_or(0, SessionLog::waiting_bytes)
    }

    /// Marks who is here: their sessions are not pushed out by others.
    pub(super) fn set_present(&mut self, session: &SessionKey, is_present: bool) {
        if let Some(it) = self.sessions.get_mut(session) {
            it.is_present = is_present;
        }
    }

    /// Forgets the session that matters least: of whoever comes as most, else one with least entries, in memory or stored, the last one met.
    fn make_room(&mut self, identity: &IdentityKey) -> bool {
        let own = self.people.get(identity).map_or(0, Vec::len);
        let absent = self.sessions.iter().filter(|(_, it)| !it.is_present);
        let rank = |(key, it): (&SessionKey, &Session)| {
            let is_own = own > limits::SESSIONS / 10 && it.card.identity == *identity;
            (!is_own, self.amount(key, it), u64::MAX - it.met, *key)
        };
        let Some((.., key)) = absent.map(|(key, it)| rank((key, it))).min() else {
            return false;
        };
        self.forget(&key);
        true
    }

    /// Entries of a session, wherever there are more.
    fn amount(&self, key: &SessionKey, session: &Session) -> u64 {
        self.stored.entries(key).max(session.log.len() as u64)
    }

    fn forget(&mut self, key: &SessionKey) {
        self.stop_waiting(key);
        let Some(mut session) = self.sessions.remove(key) else {
            return;
        };
        while let Some(entry) = session.log.release_oldest(false) {
            self.count_released(entry);
        }
        self.forgotten.push(*key);
        self.stored.forget(key);
        let person = session.card.identity;
        if let Some(theirs) = self.people.get_mut(&person) {
            theirs.retain(|session| session != key);
            if theirs.is_empty() {
                self.people.remove(&person);
                self.gone.push(person);
            }
        }
    }

    /// Takes in an entry whose signature was not looked at yet.
    pub(super) fn take(&mut self, claim: LogEntry, hole: Hole) -> Taking {
        let (key, author) = (claim.entry.session, claim.entry.author);
        let before = self.waiting_bytes(&key);
        let taking = self.take_in(claim, hole);
        self.waiting = (self.waiting + self.waiting_bytes(&key)).saturating_sub(before);
        match &taking {
            Taking::Taken(_) => self.release(&author),
            Taking::Forked(_) => {
                self.freeze(&key);
            }
            Taking::Beyond(_) if self.waiting > limits::WAITING_BYTES => self.stop_waiting(&key),
            Taking::Beyond(_) | Taking::Stored(_) | Taking::Known | Taking::Refused => {}
        }
        taking
    }

    fn take_in(&mut self, claim: LogEntry, hole: Hole) -> Taking {
        let key = claim.entry.session;
        let Some(log) = self.log(&key).filter(|log| !log.is_frozen()) else {
            return Taking::Refused;
        };
        let number = claim.entry.number;
        // What waits beyond a hole may be what the log begins anew with.
        let is_compared = hole == Hole::Waits || log.get(number).is_some();
        if is_compared && log.compare(number, &claim.hash) == Some(true) {
            return Taking::Known;
        }
        if !self.is_genuine(&claim) {
            return Taking::Refused;
        }
        let Some(session) = self.sessions.get_mut(&key) else {
            return Taking::Refused;
        };
        let entry = Arc::new(claim);
        let before = session.log.range();
        let insertion = match hole {
            Hole::Waits => session.log.insert(Arc::clone(&entry)),
            Hole::Skipped => session.log.restart(Arc::clone(&entry)),
        };
        match insertion {
            Insertion::Taken(taken) => {
                let after = session.log.range();
                if let (Some((_, last)), Some((first, _))) = (before, after)
                    && first > last + 1
                {
                    self.left_behind.push((key, last));
                    self.stored.drop_through(&key, last, last);
                }
                let again = session.log.take_past_again();
                self.count(&taken);
                for entry in again {
                    self.uncount(&entry);
                }
                Taking::Taken(taken)
            }
            Insertion::Forked(entries) => Taking::Forked(entries),
            Insertion::Stored => Taking::Stored(entry),
            Insertion::Known => Taking::Known,
            Insertion::Beyond => Taking::Beyond(entry),
            Insertion::Refused => Taking::Refused,
        }
    }

    /// Whether an entry is signed by its session, on behalf of whose it is; and where only a stub is left, the same person has signed
    /// what is left.
    fn is_genuine(&self, entry: &LogEntry) -> bool {
        let author = entry.entry.author;
        let is_of_author = |session: &SessionKey| self.identity(session) == Some(author);
        let key = entry.entry.session;
        if !is_of_author(&key) || !entry.signed.signs(&entry.hash, &key, &self.room_tag) {
            return false;
        }
        entry.deleted_by.is_none_or(|by| {
            let verify = |it: SignedEntry| it.verify(&author, &by, &self.room_tag);
            is_of_author(&by) && stub::deletion(&entry.signed).and_then(verify).is_some()
        })
    }

    /// Two entries that are said to prove a fork. Gives the session that is frozen by it, where that is news.
    pub(super) fn convict(&mut self, one: &SignedEntry, other: &SignedEntry) -> Option<SessionKey> {
        let read = |signed: &SignedEntry| {
            let entry = LogEntry::read(signed.clone()).filter(LogEntry::is_whole)?;
            let is_frozen = self.log(&entry.entry.session)?.is_frozen();
            (!is_frozen && self.is_genuine(&entry)).then_some(entry)
        };
        let (one, other) = (read(one)?, read(other)?);
        let session = one.entry.session;
        let is_news = proves_fork(&one, &other) && self.freeze(&session);
        is_news.then_some(session)
    }

    /// What was kept of a session.
    pub(super) fn restore(&mut self, key: SessionKey, log: SessionLog) {
        if let Some(session) = self.sessions.get_mut(&key)
            && session.log.range().is_none()
        {
            session.log = log;
        }
    }

    /// So much was kept of a block of a session.
    pub(super) fn restore_block(&mut self, key: SessionKey, number: u64, amount: Amount) {
        let Some(session) = self.sessions.get(&key) else {
            return;
        };
        let (first, last) = session.log.range().unwrap_or((u64::MAX, 0));
        if number.saturating_add(BLOCK) > first && number <= last {
            let person = session.card.identity;
            self.stored.count(key, person, number, amount);
        }
    }

    /// What is up to this number was dropped from the store.
    pub(super) fn drop_through(&mut self, key: &SessionKey, number: u64) {
        let Some(session) = self.sessions.get_mut(key) else {
            return;
        };
        let log = &mut session.log;
        let mut gone = Vec::new();
        while log.front().is_some_and(|it| it.entry.number <= number) {
            gone.extend(log.release_oldest(true));
        }
        let hash = gone.last().filter(|it| it.entry.number == number);
        let last = log.range().map_or(number, |(_, last)| last);
        self.stored.drop_through(key, number, last);
        log.drop_through(number, hash.map(|it| it.hash));
        for entry in gone {
            self.count_released(entry);
        }
    }

    /// The store failed: what is not in memory is not here any more, now and later.
    pub(super) fn stop_storing(&mut self) {
        self.is_stored = false;
        self.stored = Stored::default();
        for session in self.sessions.iter_mut().map(|(_, it)| it) {
            session.log.drop_stored();
        }
    }

    /// An entry goes to the store. Gives how much of its block is stored then.
    pub(super) fn count_stored(&mut self, entry: &LogEntry) -> Amount {
        self.stored.add(entry)
    }

    /// What is stored.
    pub(super) fn stored(&self) -> Amount {
        self.stored.all()
    }

    /// What is to be dropped from a store of which these are the bounds, after somebody's entry came: of which session, and up to
    /// which number. The last one of a session stays, for the next to follow it.
    pub(super) fn too_much(
        &self,
        bounds: Bounds,
        author: Option<&IdentityKey>,
    ) -> Option<(SessionKey, u64)> {
        let (session, number) = self.stored.too_much(bounds, author)?;
        let (first, last) = self.log(&session)?.range()?;
        (first < last).then_some((session, number.clamp(first, last - 1)))
    }

    /// What made room in memory since it was asked last.
    pub(super) fn take_released(&mut self) -> Vec<Arc<LogEntry>> {
        std::mem::take(&mut self.released)
    }

    /// Of whom no session is here any more, since it was asked last.
    pub(super) fn take_gone(&mut self) -> Vec<IdentityKey> {
        std::mem::take(&mut self.gone)
    }

    /// Sessions that made room for others, since it was asked last.
    pub(super) fn take_forgotten(&mut self) -> Vec<SessionKey> {
        std::mem::take(&mut self.forgotten)
    }

    /// Logs that began anew beyond a hole since it was asked last, and the last number before it.
    pub(super) fn take_left_behind(&mut self) -> Vec<(SessionKey, u64)> {
        std::mem::take(&mut self.left_behind)
    }

    /// Of how many people something is in memory.
    #[cfg(test)]
    pub(super) fn people(&self) -> usize {
        self.piles.people()
    }
}

fn as_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
