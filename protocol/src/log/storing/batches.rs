//! What waits to be stored, and what is under way to the store.

use std::{collections::VecDeque, time::Duration};

use super::{
    BatchId, Item, Storage, StoreChange, StoredRange,
    ranges::Ranges,
    records::{change, change_of_range},
};
use crate::{crypto::SessionKey, time::Timestamp};

/// How long what is to be stored waits for others.
const PUT_OFF: Duration = Duration::from_millis(50);

/// Things in one batch: more of them hold a browser up.
const BATCH: usize = 50;

/// See the module.
#[derive(Debug)]
pub(in crate::log) struct Batches {
    storage: Storage,
    waiting: Vec<Item>,
    due: Option<Timestamp>,
    next: u64,
    /// Batches that are not answered yet, with the last own number in them.
    open: VecDeque<(BatchId, Option<u64>)>,
    /// What is stored of each session once the last batch is.
    ranges: Ranges,
}

impl Batches {
    pub(in crate::log) fn new(storage: Storage) -> Self {
        Self {
            storage,
            waiting: Vec::new(),
            due: None,
            next: 0,
            open: VecDeque::new(),
            ranges: Ranges::default(),
        }
    }

    /// What is stored already.
    pub(in crate::log) fn restore(&mut self, range: StoredRange) {
        self.ranges.restore(range);
    }

    pub(in crate::log) fn is_storing(&self) -> bool {
        self.storage == Storage::Device
    }

    /// Something is to be stored soon.
    pub(in crate::log) fn put(&mut self, now: Timestamp, item: Item) {
        if !self.is_storing() {
            return;
        }
        self.due.get_or_insert(now + PUT_OFF);
        if let Item::Progress(person, _) = &item {
            let is_same =
                |it: &&mut Item| matches!(it, Item::Progress(other, _) if other == person);
            let mut newest = self.waiting.iter_mut().rev().take(BATCH);
            if let Some(before) = newest.find(is_same) {
                *before = item;
                return;
            }
        }
        self.waiting.push(item);
    }

    /// Somebody waits for what was put off.
    pub(in crate::log) fn hurry(&mut self, now: Timestamp) {
        self.due = self.due.map(|due| due.min(now));
    }

    pub(in crate::log) fn poll_timeout(&self) -> Option<Timestamp> {
        self.due
    }

    /// The next batch that is due.
    pub(in crate::log) fn due(
        &mut self,
        now: Timestamp,
        me: &SessionKey,
    ) -> Option<(BatchId, Vec<StoreChange>)> {
        let is_full = self.waiting.len() >= BATCH;
        let is_due = is_full || self.due.is_some_and(|due| due <= now);
        is_due.then(|| self.next_batch(me)).flatten()
    }

    /// The next batch, due or not.
    pub(in crate::log) fn next_batch(
        &mut self,
        me: &SessionKey,
    ) -> Option<(BatchId, Vec<StoreChange>)> {
        if self.waiting.is_empty() {
            return None;
        }
        let rest = self.waiting.split_off(self.waiting.len().min(BATCH));
        let batch = std::mem::replace(&mut self.waiting, rest);
        if self.waiting.is_empty() {
            self.due = None;
        }
        let (mut changes, mut own) = (Vec::new(), None);
        for item in batch {
            self.ranges.follow(&item);
            if let Item::Entry(entry, _) = &item
                && entry.entry.session == *me
            {
                own = own.max(Some(entry.entry.number));
            }
            change(item, me, &mut changes);
        }
        changes.extend(self.ranges.take_changed().map(change_of_range));
        let id = BatchId(self.next);
        self.next += 1;
        self.open.push_back((id, own));
        Some((id, changes))
    }

    /// A batch is stored. Gives the last own number of which that is true, and of all before it.
    pub(in crate::log) fn handle_stored(&mut self, batch: BatchId) -> Option<u64> {
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
    pub(in crate::log) fn handle_failed(&mut self) {
        self.storage = Storage::Memory;
        self.waiting.clear();
        self.open.clear();
        self.due = None;
    }
}
