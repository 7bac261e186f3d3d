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
pub enum Reach {
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
        let told = self.told.get(session);
        let delivered = told.iter().flat_map(|told| &told.receipt.delivered);
        let mine = delivered.filter(|it| it.session == self.me);
        mine.map(|it| it.number).max().unwrap_or(0)
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
    ) -> Option<(SessionKey, Vec<SessionKey>)> {
        let receipt = signed.read()?;
        let (who, counter) = (receipt.session, receipt.counter);
        let before = self.told.get(&who);
        let is_new = before.is_none_or(|before| before.receipt.counter < counter);
        let has_room = before.is_some() || self.told.len() < limits::ROOM_MEMBERS;
        if who == self.me || !is_new || !has_room {
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
        self.handle_progress(person, progress);
        self.told.insert(who, Told { receipt, signed });
        Some((who, changed))
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
