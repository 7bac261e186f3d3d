//! One session's entries: a range of numbers without holes, checked by their hashes in both directions.

use std::{collections::VecDeque, sync::Arc};

use super::{log_entry::LogEntry, storing::StoredRange};
use crate::{
    crypto::{
        SessionKey,
        entry::{EntryHash, SignedEntry},
    },
    limits,
    peer::Extent,
};

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Insertion {
    /// It is in the range now, and so is what had waited for it, in the order of numbers.
    Taken(Vec<Arc<LogEntry>>),
    /// It is in the range now, but not in memory, where nothing is beside it.
    Stored,
    /// It was there.
    Known,
    /// It waits until the hole before it is filled; or it is too far off to wait.
    Beyond,
    /// It and another one prove that their session signed two different things for one place.
    Forked([SignedEntry; 2]),
    /// Nothing of the session is taken any more, or it does not fit what was here and is not in memory any more.
    Refused,
}

/// See the module. The newest part is in memory; the rest is in the store, where there is one.
#[derive(Debug, Default)]
pub(super) struct SessionLog {
    /// By number, without holes, up to the last.
    held: VecDeque<Arc<LogEntry>>,
    /// What the person has paged back to, by number, without holes. Between it and what is held there may be more in the store.
    paged: VecDeque<Arc<LogEntry>>,
    /// From before a hole that nobody could fill: shown, and handed over no more.
    past: VecDeque<Arc<LogEntry>>,
    /// First and last number that are here, in memory or in the store.
    range: Option<(u64, u64)>,
    /// The number of the last that was ever here; 0 before any was. It stays when all has made room.
    last: u64,
    /// Of that one.
    head: EntryHash,
    /// Of that one too.
    head_lamport: u64,
    /// What the first one names as the one before it.
    before: Option<EntryHash>,
    /// The Lamport time of the first one; of one in the store it is not known, and the greatest.
    first_lamport: u64,
    /// By number; all beyond the last, after a hole.
    waiting: VecDeque<Arc<LogEntry>>,
    /// Below this nothing is taken any more: it was here, and made room.
    floor: u64,
    is_frozen: bool,
}

impl SessionLog {
    /// What was stored: a range of which nothing is in memory yet but its ends.
    pub(super) fn restored(range: &StoredRange) -> Self {
        let (first, last) = (range.first.0, range.last.0);
        Self {
            range: (first <= last).then_some((first, last)),
            before: range.first.1,
            last,
            head: range.last.1,
            head_lamport: range.lamport,
            first_lamport: u64::MAX,
            floor: range.floor,
            ..Self::default()
        }
    }

    /// First and last number that are here.
    pub(super) fn range(&self) -> Option<(u64, u64)> {
        self.range
    }

    /// What others are told; nothing of a frozen one.
    pub(super) fn extent(&self, session: SessionKey) -> Option<Extent> {
        let (first, last) = self.range.filter(|_| !self.is_frozen)?;
        let hash = self.head;
        Some(Extent {
            session,
            first,
            last,
            hash,
        })
    }

    /// The number and the hash of the last entry that was ever here: what is said next follows it.
    pub(super) fn tip(&self) -> Option<(u64, EntryHash)> {
        (self.last > 0).then_some((self.last, self.head))
    }

    /// Whether its session signed two different things for one place.
    pub(super) fn is_frozen(&self) -> bool {
        self.is_frozen
    }

    /// Below this nothing is taken any more.
    pub(super) fn floor(&self) -> u64 {
        self.floor
    }

    /// Entries in memory.
    pub(super) fn len(&self) -> usize {
        self.past.len() + self.paged.len() + self.held.len()
    }

    /// Bytes of memory that wait beyond a hole; at most [`limits::WAITING_ENTRIES`] are looked at.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting.iter().map(|entry| entry.weight()).sum()
    }

    /// The oldest in memory.
    pub(super) fn front(&self) -> Option<&Arc<LogEntry>> {
        self.past.front().or_else(|| self.oldest())
    }

    /// The oldest in memory of what is handed over.
    pub(super) fn oldest(&self) -> Option<&Arc<LogEntry>> {
        self.paged.front().or_else(|| self.held.front())
    }

    /// Entries in memory up to the newest, and those that were paged in.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.held.len(), self.paged.len())
    }

    /// Whether something between what was paged in and the newest is not in memory.
    pub(super) fn has_gap(&self) -> bool {
        let ends = self.paged.back().zip(self.held.front());
        ends.is_some_and(|(one, other)| one.entry.number + 1 < other.entry.number)
    }

    /// An entry that is in memory.
    pub(super) fn get(&self, number: u64) -> Option<&Arc<LogEntry>> {
        [&self.held, &self.paged].into_iter().find_map(|entries| {
            let begins = entries.front()?.entry.number;
            let place = usize::try_from(number.checked_sub(begins)?).ok()?;
            entries.get(place)
        })
    }

    /// The first number in memory whose entry is later than this Lamport time; those of one session only grow.
    pub(super) fn first_after(&self, lamport: u64) -> Option<u64> {
        [&self.paged, &self.held].into_iter().find_map(|entries| {
            let place = entries.partition_point(|entry| entry.entry.lamport <= lamport);
            entries.get(place).map(|entry| entry.entry.number)
        })
    }

    /// Whether an entry is here already, or a different one with its number is.
    pub(super) fn compare(&self, number: u64, hash: &EntryHash) -> Option<bool> {
        let same = self.get(number).or_else(|| self.waits(number))?;
        Some(same.hash == *hash)
    }

    fn waits(&self, number: u64) -> Option<&Arc<LogEntry>> {
        let place = self
            .waiting
            .binary_search_by_key(&number, |entry| entry.entry.number);
        self.waiting.get(place.ok()?)
    }

    /// Takes a verified entry of this session.
    pub(super) fn insert(&mut self, entry: Arc<LogEntry>) -> Insertion {
        let number = entry.entry.number;
        if self.is_frozen || number < self.floor {
            return Insertion::Refused;
        }
        let Some((first, last)) = self.range else {
            let is_next = self.tip().is_some_and(|(last, _)| number == last + 1);
            return if !is_next || self.is_followed_by(&entry) {
                self.begin(entry)
            } else {
                Insertion::Refused
            };
        };
        if (first..=last).contains(&number) {
            return match self.get(number) {
                Some(held) if held.hash != entry.hash => forked(held, &entry),
                Some(_) | None => Insertion::Known,
            };
        }
        if number == last + 1 {
            return self.append(entry);
        }
        if number + 1 == first {
            return self.prepend(entry);
        }
        if number < first {
            return Insertion::Beyond;
        }
        self.wait(entry)
    }

    /// Begins anew with an entry beyond a hole that nobody can fill. What was here before stays where it is shown, but is handed over
    /// no more, and kept no more either: nothing would lead to it.
    pub(super) fn restart(&mut self, entry: Arc<LogEntry>) -> Insertion {
        let is_beyond = self
            .range
            .is_some_and(|(_, last)| entry.entry.number > last + 1);
        if self.is_frozen || !is_beyond {
            return self.insert(entry);
        }
        self.past.append(&mut self.paged);
        self.past.append(&mut self.held);
        self.begin(entry)
    }

    fn begin(&mut self, entry: Arc<LogEntry>) -> Insertion {
        let number = entry.entry.number;
        self.range = Some((number, number));
        self.last = number;
        self.head = entry.hash;
        self.head_lamport = entry.entry.lamport;
        self.before = entry.entry.previous;
        self.first_lamport = entry.entry.lamport;
        self.held.push_back(Arc::clone(&entry));
        self.waiting.retain(|waiting| waiting.entry.number > number);
        self.take_waiting(vec![entry])
    }

    fn append(&mut self, entry: Arc<LogEntry>) -> Insertion {
        if !self.is_followed_by(&entry) {
            return self.contradiction(self.held.back(), &entry);
        }
        self.push(&entry);
        self.take_waiting(vec![entry])
    }

    /// Whether an entry with the next number fits.
    fn is_followed_by(&self, entry: &LogEntry) -> bool {
        entry.entry.previous == Some(self.head) && entry.entry.lamport > self.head_lamport
    }

    fn push(&mut self, entry: &Arc<LogEntry>) {
        self.last = entry.entry.number;
        self.head = entry.hash;
        self.head_lamport = entry.entry.lamport;
        if let Some((_, last)) = &mut self.range {
            *last = entry.entry.number;
        }
        self.held.push_back(Arc::clone(entry));
    }

    /// Takes what had waited for the last entry. One that waits and does not fit proves a fork; it comes up when it is met again.
    fn take_waiting(&mut self, mut taken: Vec<Arc<LogEntry>>) -> Insertion {
        while let Some(next) = self.waiting.pop_front() {
            let last = self.range.map_or(0, |(_, last)| last);
            if next.entry.number <= last {
                continue;
            }
            if next.entry.number > last + 1 {
                self.waiting.push_front(next);
                break;
            }
            if !self.is_followed_by(&next) {
                let forked = self.contradiction(self.held.back(), &next);
                return forked;
            }
            self.push(&next);
            taken.push(next);
        }
        Insertion::Taken(taken)
    }

    fn prepend(&mut self, entry: Arc<LogEntry>) -> Insertion {
        if self.before != Some(entry.hash) || entry.entry.lamport >= self.first_lamport {
            return self.contradiction(self.oldest(), &entry);
        }
        let number = entry.entry.number;
        if let Some(past) = self.past.back()
            && past.entry.number == number
            && past.hash != entry.hash
        {
            return forked(past, &entry);
        }
        self.before = entry.entry.previous;
        self.first_lamport = entry.entry.lamport;
        let begins = self.oldest().map(|oldest| oldest.entry.number);
        if let Some((first, _)) = &mut self.range {
            *first = number;
        }
        if begins != Some(number + 1) {
            return Insertion::Stored;
        }
        if self.paged.is_empty() {
            self.held.push_front(Arc::clone(&entry));
        } else {
            self.paged.push_front(Arc::clone(&entry));
        }
        Insertion::Taken(vec![entry])
    }

    /// Two neighbours that do not fit.
    fn contradiction(&self, held: Option<&Arc<LogEntry>>, entry: &Arc<LogEntry>) -> Insertion {
        let neighbour = held.filter(|held| held.entry.number.abs_diff(entry.entry.number) == 1);
        neighbour.map_or(Insertion::Refused, |held| forked(held, entry))
    }

    fn wait(&mut self, entry: Arc<LogEntry>) -> Insertion {
        let number = entry.entry.number;
        match self
            .waiting
            .binary_search_by_key(&number, |entry| entry.entry.number)
        {
            Ok(place) => match self.waiting.get(place) {
                Some(held) if held.hash != entry.hash => forked(held, &entry),
                Some(_) | None => Insertion::Known,
            },
            Err(place) => {
                self.waiting.insert(place, entry);
                if self.waiting.len() > limits::WAITING_ENTRIES {
                    // What is needed last is dropped first.
                    self.waiting.pop_back();
                }
                Insertion::Beyond
            }
        }
    }

    /// Drops what waits.
    pub(super) fn stop_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Holds the oldest entry in memory no more; it is still here where there is a store.
    pub(super) fn release_oldest(&mut self, is_stored: bool) -> Option<Arc<LogEntry>> {
        if let Some(past) = self.past.pop_front() {
            return Some(past);
        }
        if let Some(paged) = self.paged.pop_front() {
            return Some(paged);
        }
        let oldest = self.held.pop_front()?;
        if !is_stored && !self.is_frozen {
            self.drop_through(oldest.entry.number, Some(oldest.hash));
        }
        Some(oldest)
    }

    /// What had been left before a hole and has come again behind it.
    pub(super) fn take_past_again(&mut self) -> Vec<Arc<LogEntry>> {
        let first = self.range.map_or(u64::MAX, |(first, _)| first);
        let is_before = |entry: &Arc<LogEntry>| entry.entry.number < first;
        let place = self.past.partition_point(is_before);
        self.past.split_off(place).into()
    }

    /// What is up to this number is here no more, and is not taken again.
    pub(super) fn drop_through(&mut self, number: u64, hash: Option<EntryHash>) {
        let Some((first, last)) = self.range else {
            return;
        };
        if number < first {
            return;
        }
        self.floor = number + 1;
        self.before = hash;
        self.range = (number < last).then_some((number + 1, last));
        for entries in [&mut self.paged, &mut self.held] {
            let is_dropped = |entry: &Arc<LogEntry>| entry.entry.number <= number;
            drop(entries.drain(..entries.partition_point(is_dropped)));
        }
    }

    /// The store was asked for entries from `low` to `high`, and of those before the oldest in memory it has none before this one, or
    /// none at all. The range begins later then, and what is missing is taken again from whoever has it. Gives the last number that
    /// is missing.
    pub(super) fn lose(
        &mut self,
        (low, high): (u64, u64),
        begins: Option<&LogEntry>,
    ) -> Option<u64> {
        let (first, last) = self.range?;
        let front = self.oldest();
        let is_asked_still = low >= first && high <= last;
        if !is_asked_still || front.is_some_and(|front| front.entry.number <= high) {
            return None;
        }
        let next = front.filter(|front| front.entry.number == high + 1);
        let begins = begins.or(next.map(|next| &**next)).map(|it| it.entry);
        match begins {
            Some(begins) if begins.number <= low => return None,
            Some(begins) => {
                self.range = Some((begins.number, last));
                self.before = begins.previous;
                self.first_lamport = begins.lamport;
            }
            None => self.drop_through(high, (high == last).then_some(self.head)),
        }
        Some(begins.map_or(high, |begins| begins.number - 1))
    }

    /// The store has nothing any more: what is not in memory is not here.
    pub(super) fn drop_stored(&mut self) {
        self.past.append(&mut self.paged);
        match self.held.front().map(|held| &held.entry) {
            Some(front) => self.drop_through(front.number - 1, front.previous),
            None => self.drop_through(self.last, Some(self.head)),
        }
    }

    /// Holds no more what is farthest from whoever pages back: the oldest but for so many of the newest, of which nothing was paged in.
    pub(super) fn release_held(&mut self, newest: usize) -> Option<Arc<LogEntry>> {
        let is_spare = self.held.len() > newest;
        is_spare.then(|| self.held.pop_front()).flatten()
    }

    /// Holds the newest that was paged in no more.
    pub(super) fn release_newest_paged(&mut self) -> Option<Arc<LogEntry>> {
        self.paged.pop_back()
    }

    /// Holds the oldest that was paged in no more.
    pub(super) fn release_oldest_paged(&mut self) -> Option<Arc<LogEntry>> {
        self.paged.pop_front()
    }

    /// Holds this in the place of what has the same hash.
    pub(super) fn replace(&mut self, entry: &Arc<LogEntry>) {
        for entries in [&mut self.past, &mut self.paged, &mut self.held] {
            for held in entries.iter_mut().filter(|held| held.hash == entry.hash) {
                *held = Arc::clone(entry);
            }
        }
    }

    /// Takes nothing more, and hands nothing over. What was shown stays. Gives whether that is news.
    pub(super) fn freeze(&mut self) -> bool {
        self.stop_waiting();
        !std::mem::replace(&mut self.is_frozen, true)
    }

    /// Entries of the store come back into memory: those right before the oldest that is there, newest last. Gives which fit.
    pub(super) fn load(&mut self, page: Vec<Arc<LogEntry>>) -> Vec<Arc<LogEntry>> {
        let mut loaded = Vec::new();
        let Some((first, last)) = self.range.filter(|_| !self.is_frozen) else {
            return loaded;
        };
        let is_paging = !self.held.is_empty();
        for entry in page.into_iter().rev() {
            let front = self.oldest();
            let next = front.map_or(last, |held| held.entry.number.saturating_sub(1));
            let named = front.map_or(Some(self.head), |held| held.entry.previous);
            let fits = entry.entry.number == next && next >= first && named == Some(entry.hash);
            if !fits {
                break;
            }
            let entries = if is_paging {
                &mut self.paged
            } else {
                &mut self.held
            };
            entries.push_front(Arc::clone(&entry));
            loaded.push(entry);
        }
        loaded
    }
}

/// Two that do not fit: a proof, where both are whole.
fn forked(one: &LogEntry, other: &LogEntry) -> Insertion {
    if one.is_whole() && other.is_whole() {
        Insertion::Forked([one.signed.clone(), other.signed.clone()])
    } else {
        Insertion::Refused
    }
}

/// Whether two verified entries of one session prove that it signed two different things for one place.
pub(super) fn proves_fork(one: &LogEntry, other: &LogEntry) -> bool {
    let breaks = |earlier: &LogEntry, later: &LogEntry| {
        earlier.entry.number.checked_add(1) == Some(later.entry.number)
            && (later.entry.previous != Some(earlier.hash)
                || later.entry.lamport <= earlier.entry.lamport)
    };
    let same_number = one.entry.number == other.entry.number && one.hash != other.hash;
    one.entry.session == other.entry.session
        && (same_number || breaks(one, other) || breaks(other, one))
}
