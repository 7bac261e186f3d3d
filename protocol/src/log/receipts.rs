//! How far each has come: what they have and what they have read, as their sessions say, signed or over their own link.

use std::time::Duration;

use litemap::LiteMap;

use super::logs::Logs;
use crate::{
    crypto::{
        IdentityKey, Session, SessionKey, SignedReceipt,
        receipt::{Reached, Receipt},
    },
    limits,
    time::Timestamp,
};

/// How long an own receipt waits for others.
const PUT_OFF: Duration = Duration::from_millis(50);

/// How far a person has come with an entry of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReceiptState {
    /// Not yet.
    Waiting,
    /// Some session of theirs has it.
    Delivered,
    /// They have read it.
    Read,
}

/// The greatest numbers of one's own log that a person has, and has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// They have all up to this.
    pub delivered: u64,
    /// They have read all up to this.
    pub read: u64,
}

#[derive(Debug)]
struct Told {
    receipt: Receipt,
    signed: SignedReceipt,
    /// Up to which own entry they have ever said that they have them; a receipt has no room for all logs.
    delivered: u64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Receipts {
    me: SessionKey,
    /// The newest of each session; at most [`limits::ROOM_MEMBERS`].
    told: LiteMap<SessionKey, Told>,
    progress: LiteMap<IdentityKey, Progress>,
    /// What was read here.
    read: LiteMap<SessionKey, u64>,
    counter: u64,
    /// Logs of which something new is to be said, and when.
    changed: Vec<SessionKey>,
    due: Option<Timestamp>,
}

impl Receipts {
    pub(super) fn new(me: SessionKey) -> Self {
        Self {
            me,
            told: LiteMap::default(),
            progress: LiteMap::default(),
            read: LiteMap::default(),
            counter: 0,
            changed: Vec::new(),
            due: None,
        }
    }

    /// How far a person has come in one's own log.
    pub(super) fn progress(&self, person: &IdentityKey) -> Progress {
        self.progress.get(person).copied().unwrap_or_default()
    }

    /// Up to which own entry a session has said that it has them.
    pub(super) fn delivered(&self, session: &SessionKey) -> u64 {
        self.told.get(session).map_or(0, |told| told.delivered)
    }

    /// A person has this of one's own log. Gives whether that is news.
    pub(super) fn handle_progress(&mut self, person: IdentityKey, told: Progress) -> bool {
        let is_known = self.progress.contains_key(&person);
        if !is_known && self.progress.len() >= limits::FORKED_PEOPLE {
            return false;
        }
        let progress = self.progress.entry(person).or_default();
        let before = *progress;
        progress.delivered = before.delivered.max(told.delivered).max(told.read);
        progress.read = before.read.max(told.read);
        *progress != before
    }

    /// What was read here up to. Gives whether that is news.
    pub(super) fn read_to(&mut self, now: Timestamp, session: SessionKey, number: u64) {
        let before = self.read.get(&session).copied().unwrap_or(0);
        if number > before && session != self.me {
            self.read.insert(session, number);
            self.hurry(now, session);
        }
    }

    /// Something of a session came whose author has to hear of it by a receipt.
    pub(super) fn hurry(&mut self, now: Timestamp, session: SessionKey) {
        if !self.changed.contains(&session) {
            self.changed.push(session);
        }
        self.due.get_or_insert(now + PUT_OFF);
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        self.due
    }

    /// The own receipt, where it is due, with the logs of which it says something new.
    pub(super) fn due(
        &mut self,
        now: Timestamp,
        logs: &Logs,
        session: &Session,
        room_tag: &[u8; 32],
    ) -> Option<(SignedReceipt, Vec<SessionKey>)> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        let changed = std::mem::take(&mut self.changed);
        let mut receipt = Receipt {
            session: self.me,
            // Above all that were signed before the store was lost.
            counter: (self.counter + 1).max(now.as_millis()),
            delivered: Vec::new(),
            read: Vec::new(),
        };
        self.counter = receipt.counter;
        let others = logs.sessions().map(|(session, _)| session);
        let rest = others.filter(|other| *other != self.me && !changed.contains(other));
        for session in changed.iter().copied().chain(rest) {
            if receipt.delivered.len() == limits::RECEIPT_SESSIONS {
                break;
            }
            if let Some((_, number)) = logs.log(&session).and_then(|log| log.range()) {
                receipt.delivered.push(Reached { session, number });
                if let Some(&number) = self.read.get(&session) {
                    receipt.read.push(Reached { session, number });
                }
            }
        }
        let signed = SignedReceipt::sign(&receipt, session, room_tag);
        let told = Told {
            receipt,
            signed: signed.clone(),
            delivered: 0,
        };
        self.told.insert(self.me, told);
        Some((signed, changed))
    }

    /// Somebody's receipt. Gives whose it is and of which logs it says something new, where it is genuine and newer.
    pub(super) fn take(
        &mut self,
        signed: SignedReceipt,
        logs: &Logs,
        room_tag: &[u8; 32],
        is_here: impl Fn(&SessionKey) -> bool,
    ) -> Option<(SessionKey, Vec<SessionKey>)> {
        let receipt = signed.read()?;
        let (who, counter) = (receipt.session, receipt.counter);
        let before = self.told.get(&who);
        let is_new = before.is_none_or(|before| before.receipt.counter < counter);
        if who == self.me || !is_new {
            return None;
        }
        let person = logs.identity(&who)?;
        if !signed.is_genuine(&who, room_tag) {
            return None;
        }
        let differs = |now: &[Reached], before: &[Reached]| {
            let news = now.iter().filter(|it| !before.contains(it));
            news.map(|it| it.session).collect::<Vec<_>>()
        };
        let none: &[Reached] = &[];
        let (had, had_read) = before.map_or((none, none), |before| {
            (&*before.receipt.delivered, &*before.receipt.read)
        });
        let mut changed = differs(&receipt.delivered, had);
        changed.extend(differs(&receipt.read, had_read));
        let of_me = |reached: &[Reached]| {
            let mine = reached.iter().find(|it| it.session == self.me);
            mine.map_or(0, |it| it.number)
        };
        let progress = Progress {
            delivered: of_me(&receipt.delivered),
            read: of_me(&receipt.read),
        };
        let delivered = before.map_or(0, |before| before.delivered);
        let told = Told {
            delivered: delivered.max(progress.delivered),
            receipt,
            signed,
        };
        if before.is_none() && !self.make_room(&told, &is_here) {
            return None;
        }
        self.handle_progress(person, progress);
        self.told.insert(who, told);
        Some((who, changed))
    }

    /// Where there is no room for one more, one goes that matters least: of who is not here, or says nothing of one's own log.
    fn make_room(&mut self, new: &Told, is_here: &impl Fn(&SessionKey) -> bool) -> bool {
        if self.told.len() < limits::ROOM_MEMBERS {
            return true;
        }
        let rank = |told: &Told| (is_here(&told.receipt.session), told.delivered > 0);
        let others = self.told.iter().filter(|(session, _)| **session != self.me);
        let least = others.map(|(session, told)| (rank(told), *session)).min();
        let Some((_, session)) =
            least.filter(|(least, _)| *least < (true, true) && *least <= rank(new))
        else {
            return false;
        };
        self.told.remove(&session);
        true
    }

    /// A session is not here any more.
    pub(super) fn forget(&mut self, session: &SessionKey) {
        self.told.remove(session);
        self.read.remove(session);
        self.changed.retain(|changed| changed != session);
    }

    /// The receipt of a session, with its counter.
    pub(super) fn get(&self, session: &SessionKey) -> Option<(u64, &SignedReceipt)> {
        let told = self.told.get(session)?;
        Some((told.receipt.counter, &told.signed))
    }

    /// Receipts that say something of a log, with whose they are.
    pub(super) fn about(&self, log: &SessionKey) -> impl Iterator<Item = (SessionKey, u64)> {
        let says = move |told: &Told| {
            let mut reached = told.receipt.delivered.iter().chain(&told.receipt.read);
            reached.any(|it| it.session == *log)
        };
        let told = self.told.iter().filter(move |(_, told)| says(told));
        told.map(|(session, told)| (*session, told.receipt.counter))
    }

    /// What was kept of an own receipt: goes on above it.
    pub(super) fn restore(&mut self, receipt: &Receipt) {
        self.counter = self.counter.max(receipt.counter);
        for reached in &receipt.read {
            self.read.insert(reached.session, reached.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::{Identity, SignedCard},
        ids::PeerId,
    };

    const ROOM: [u8; 32] = [9; 32];

    fn session(number: u32) -> Session {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        Session::from_seed(&seed)
    }

    fn logs(sessions: std::ops::Range<u32>) -> Logs {
        let mut logs = Logs::new(ROOM, limits::LOG_IN_MEMORY, false);
        let (peer, name) = (PeerId::from_random(1), "Ada".parse().unwrap());
        for number in sessions {
            let identity = Identity::from_seed(&[1; 32]);
            let card = SignedCard::sign(peer, &name, &identity, &session(number), &ROOM);
            assert!(logs.introduce(card));
        }
        logs
    }

    fn receipt(number: u32, counter: u64, delivered: Vec<Reached>) -> SignedReceipt {
        let receipt = Receipt {
            session: session(number).key(),
            counter,
            delivered,
            read: Vec::new(),
        };
        SignedReceipt::sign(&receipt, &session(number), &ROOM)
    }

    fn mine(number: u64) -> Vec<Reached> {
        let session = session(0).key();
        vec![Reached { session, number }]
    }

    #[test]
    fn receipts_of_who_is_not_here_make_room_for_those_who_are() {
        let logs = logs(0..260);
        let mut receipts = Receipts::new(session(0).key());
        let members = [257, 258].map(|number| session(number).key());
        let mut take = |number, delivered| {
            let signed = receipt(number, 1, delivered);
            let is_here = |it: &SessionKey| members.contains(it);
            receipts.take(signed, &logs, &ROOM, is_here).is_some()
        };
        for number in 1..=256 {
            assert!(take(number, mine(1)));
        }
        assert!(take(257, mine(5)) && take(258, Vec::new()));
        assert!(
            !take(259, Vec::new()),
            "it matters less than all that are there"
        );
        assert_eq!(receipts.told.len(), limits::ROOM_MEMBERS);
        assert_eq!(receipts.delivered(&members[0]), 5);
    }

    #[test]
    fn what_somebody_has_had_is_not_forgotten_for_a_receipt_that_does_not_say_it() {
        let logs = logs(0..2);
        let mut receipts = Receipts::new(session(0).key());
        for signed in [receipt(1, 1, mine(5)), receipt(1, 2, Vec::new())] {
            let taken = receipts.take(signed, &logs, &ROOM, |_| true);
            assert!(taken.is_some());
        }
        assert_eq!(receipts.delivered(&session(1).key()), 5);
    }
}
