//! What is to be stored, in batches, and what of it is stored. Own entries are said to others only after that.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{
    content::History, log_entry::LogEntry, piles::Amount, place::Place, receipts::Progress,
};
use crate::{
    crypto::{
        IdentityKey, SessionKey, SignedCard, SignedReceipt,
        entry::{EntryHash, SignedEntry},
    },
    time::Timestamp,
};

/// How long what is to be stored waits for others.
const PUT_OFF: Duration = Duration::from_millis(50);

/// Things in one batch: more of them hold a browser up.
const BATCH: usize = 50;

pub use super::stored::BLOCK;

/// Whether there is a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// What is not in memory is not here.
    Memory,
    /// Everything is stored.
    Device,
}

/// A batch, for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchId(pub u64);

/// A page that is asked of the store, for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId(pub u64);

/// Something to store, by its key.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// By (session, number), with an index by Lamport time. And how much is stored then of its [`BLOCK`], by (session, first number of
    /// the block); takes the place of what was there before.
    Entry(Arc<LogEntry>, Amount),
    /// By session.
    Card(SignedCard),
    /// By session; takes the place of the one before.
    Receipt(SessionKey, SignedReceipt),
    /// By person: the greatest Lamport time when they were first seen.
    Seen(IdentityKey, u64),
    /// By number: who was a member when an own entry was said.
    SaidTo(u64, Arc<[IdentityKey]>),
    /// By person: how far they have come in one's own log; takes the place of the one before.
    Progress(IdentityKey, Progress),
    /// By which setting, or whose name, it is: the latest there is, and where its entry stands, which may be gone; takes the place of the
    /// one before.
    Latest(Place, Latest),
    /// By person: no session of theirs is here any more, and their name is to be dropped.
    Nameless(IdentityKey),
    /// Entries of a session up to this number are to be dropped, and so are to whom they were said and the counts of whole blocks.
    Dropped(SessionKey, u64),
    /// A session made room for another one: its card, its receipt and all its entries with their counts are to be dropped.
    Forgotten(SessionKey),
}

/// What counts until something later says otherwise, whether its entry is in memory or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Latest {
    /// How much newcomers get.
    History(History),
    /// The room's title.
    Title(String),
    /// Somebody's name.
    Name(IdentityKey, String),
}

/// What a store gives back when a room is opened again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// [`Kept::Card`], with or without entries.
    pub cards: Vec<SignedCard>,
    /// Of each session the newest range.
    pub ranges: Vec<KeptRange>,
    /// How much is stored of each block: its session, its first number.
    pub blocks: Vec<(SessionKey, u64, Amount)>,
    /// [`Kept::Latest`]
    pub latest: Vec<(Place, Latest)>,
    /// [`Kept::Receipt`]
    pub receipts: Vec<SignedReceipt>,
    /// [`Kept::Seen`]
    pub seen: Vec<(IdentityKey, u64)>,
    /// [`Kept::Progress`]
    pub progress: Vec<(IdentityKey, Progress)>,
}

/// What a store has of a page that it was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// By number; of what was deleted, what is left ([`LogEntry::read`] reads both).
    pub entries: Vec<SignedEntry>,
    /// [`Kept::SaidTo`] of the same numbers, where it is a page of one's own session.
    pub said_to: Vec<(u64, Arc<[IdentityKey]>)>,
}

/// What a store gives back of a session when a room is opened again: the newest range without a hole.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRange {
    /// Whose log; its card is kept too.
    pub session: SessionKey,
    /// The oldest number, and the hash that its entry names as the one before.
    pub first: (u64, Option<EntryHash>),
    /// The newest number, and its entry's hash.
    pub last: (u64, EntryHash),
    /// The Lamport time of the newest.
    pub lamport: u64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Keeper {
    storage: Storage,
    waiting: Vec<Kept>,
    due: Option<Timestamp>,
    next: u64,
    /// Batches that are not answered yet, with the last own number in them.
    open: VecDeque<(BatchId, Option<u64>)>,
}

impl Keeper {
    pub(super) fn new(storage: Storage) -> Self {
        Self {
            storage,
            waiting: Vec::new(),
            due: None,
            next: 0,
            open: VecDeque::new(),
        }
    }

    pub(super) fn is_storing(&self) -> bool {
        self.storage == Storage::Device
    }

    /// Something is to be stored soon.
    pub(super) fn keep(&mut self, now: Timestamp, kept: Kept) {
        if !self.is_storing() {
            return;
        }
        self.due.get_or_insert(now + PUT_OFF);
        if let Kept::Progress(person, _) = &kept {
            let is_same =
                |it: &&mut Kept| matches!(it, Kept::Progress(other, _) if other == person);
            let mut newest = self.waiting.iter_mut().rev().take(BATCH);
            if let Some(before) = newest.find(is_same) {
                *before = kept;
                return;
            }
        }
        self.waiting.push(kept);
    }

    /// Somebody waits for what was put off.
    pub(super) fn hurry(&mut self, now: Timestamp) {
        self.due = self.due.map(|due| due.min(now));
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        self.due
    }

    /// The next batch that is due.
    pub(super) fn due(&mut self, now: Timestamp, me: &SessionKey) -> Option<(BatchId, Vec<Kept>)> {
        let is_full = self.waiting.len() >= BATCH;
        let is_due = is_full || self.due.is_some_and(|due| due <= now);
        is_due.then(|| self.next_batch(me)).flatten()
    }

    /// The next batch, due or not.
    pub(super) fn next_batch(&mut self, me: &SessionKey) -> Option<(BatchId, Vec<Kept>)> {
        if self.waiting.is_empty() {
            return None;
        }
        let rest = self.waiting.split_off(self.waiting.len().min(BATCH));
        let batch = std::mem::replace(&mut self.waiting, rest);
        if self.waiting.is_empty() {
            self.due = None;
        }
        let own = batch.iter().filter_map(|kept| match kept {
            Kept::Entry(entry, _) if entry.entry.session == *me => Some(entry.entry.number),
            Kept::Entry(..)
            | Kept::Card(_)
            | Kept::Receipt(..)
            | Kept::Seen(..)
            | Kept::SaidTo(..)
            | Kept::Progress(..)
            | Kept::Dropped(..)
            | Kept::Latest(..)
            | Kept::Nameless(_)
            | Kept::Forgotten(_) => None,
        });
        let id = BatchId(self.next);
        self.next += 1;
        self.open.push_back((id, own.max()));
        Some((id, batch))
    }

    /// A batch is stored. Gives the last own number of which that is true, and of all before it.
    pub(super) fn handle_stored(&mut self, batch: BatchId) -> Option<u64> {
        let place = self.open.iter().position(|(id, _)| *id == batch)?;
        let (_, own) = self.open.remove(place)?;
        // One transaction follows another; if not, the first that is still open holds later ones back.
        let is_first = place == 0;
        if is_first {
            return own;
        }
        if let Some(before) = self.open.get_mut(place - 1) {
            before.1 = own.max(before.1);
        }
        None
    }

    /// Nothing is stored any more.
    pub(super) fn handle_failed(&mut self) {
        self.storage = Storage::Memory;
        self.waiting.clear();
        self.open.clear();
        self.due = None;
    }
}
