//! What of the logs is in memory: what is read again from the store, and what makes room.

use std::sync::Arc;

use super::Logs;
use crate::{
    crypto::{IdentityKey, SessionKey},
    log::{
        content::Remains,
        log_entry::{LogEntry, stub},
        piles::Amount,
        place::EntryId,
    },
};

/// One of so many parts of what may be in memory is released at once of what was paged in.
const AT_ONCE: usize = 100;

/// Of how many entries of all sessions together the newest stay, whatever is paged in: a screen full.
const SCREENFUL: usize = 60;

/// Of each session at least so many of them.
const LEAST: usize = 5;

/// Entries of one session that make room for a page before it is seen again which has most.
const PAGE: usize = 50;

/// What becomes of an entry that was deleted.
#[derive(Debug)]
pub(in crate::log) enum Erasure {
    /// The one takes the place of the other in memory.
    Done {
        whole: Arc<LogEntry>,
        stub: Arc<LogEntry>,
    },
    /// It has to be read first.
    InStore(EntryId),
    /// It is not here, or nothing is to be left of it, or it is not the author's deletion.
    Nothing,
}

impl Logs {
    /// What the store has of a page of a session that it was asked for. Gives up to where the session is not here, where that is news.
    pub(in crate::log) fn handle_page(
        &mut self,
        key: &SessionKey,
        (low, high): (u64, u64),
        page: &[Arc<LogEntry>],
    ) -> Option<u64> {
        let mut begins = None;
        for (number, entry) in (low..=high).rev().zip(page.iter().rev()) {
            if entry.entry.number != number {
                break;
            }
            begins = Some(&**entry);
        }
        let session = self.sessions.get_mut(key)?;
        let (_, last) = session.log.range()?;
        let lost = session.log.lose((low, high), begins)?;
        self.stored.drop_through(key, lost, last);
        Some(lost)
    }

    /// A page of kept entries of one session, by number. Gives those that are in memory now.
    pub(in crate::log) fn load(
        &mut self,
        key: &SessionKey,
        page: Vec<Arc<LogEntry>>,
    ) -> Vec<Arc<LogEntry>> {
        let Some(session) = self.sessions.get_mut(key) else {
            return Vec::new();
        };
        let author = session.card.identity;
        let of_author = |entry: &Arc<LogEntry>| entry.entry.author == author;
        let loaded = session
            .log
            .load(page.into_iter().filter(of_author).collect());
        self.count(&loaded);
        self.release_for_page();
        loaded
    }

    /// What is left of an entry, for its author to delete it.
    pub(in crate::log) fn remains(&self, target: EntryId, author: &IdentityKey) -> Option<Remains> {
        let entry = self.log(&target.session)?.get(target.number)?;
        let is_theirs = entry.entry.author == *author;
        is_theirs.then(|| stub::remains(entry)).flatten()
    }

    /// An entry was deleted by its author: only what is left of it is held.
    pub(in crate::log) fn erase(&mut self, deletion: &LogEntry) -> Erasure {
        let Some(target) = deletion.content.target() else {
            return Erasure::Nothing;
        };
        let Some(session) = self.sessions.get_mut(&target.session) else {
            return Erasure::Nothing;
        };
        if session.card.identity != deletion.entry.author {
            return Erasure::Nothing;
        }
        let Some(whole) = session.log.get(target.number).cloned() else {
            let range = session.log.range();
            let is_here =
                range.is_some_and(|(first, last)| (first..=last).contains(&target.number));
            return if is_here && self.is_stored {
                Erasure::InStore(target)
            } else {
                Erasure::Nothing
            };
        };
        let Some(stub) = stub::make(&whole, deletion).map(Arc::new) else {
            return Erasure::Nothing;
        };
        session.log.replace(&stub);
        self.uncount(&whole);
        self.count(std::slice::from_ref(&stub));
        Erasure::Done { whole, stub }
    }

    /// A stub is to be stored in the place of an entry. Gives how much of its block is stored then.
    pub(in crate::log) fn exchange_stored(&mut self, whole: &LogEntry, stub: &LogEntry) -> Amount {
        self.stored.exchange(whole, stub)
    }

    /// What is paged in takes the place of what is farthest from it and from the newest: of what lies between the two, then of what was
    /// paged in before.
    fn release_for_page(&mut self) {
        let held = self.sessions.values().filter(|it| it.log.len() > 0);
        let newest = (SCREENFUL / held.count().max(1)).max(LEAST);
        while self.piles.is_too_much(self.bounds) {
            let lengths = self
                .sessions
                .iter()
                .map(|(key, it)| (it.log.lengths(), *key));
            let longest = lengths.clone().map(|((held, _), key)| (held, key)).max();
            let spare = longest
                .filter(|(held, _)| *held > newest)
                .map(|(_, key)| key);
            let paged = lengths.map(|((_, paged), key)| (paged, key)).max();
            let paged = paged.map(|(_, key)| key);
            let mut released = 0;
            while released < PAGE && self.piles.is_too_much(self.bounds) {
                let key = spare.or(paged);
                let session = key.and_then(|key| self.sessions.get_mut(&key));
                let entry = session.and_then(|it| match spare {
                    Some(_) => it.log.release_held(newest),
                    None => it.log.release_newest_paged(),
                });
                let Some(entry) = entry else {
                    break;
                };
                self.count_released(entry);
                released += 1;
            }
            if released == 0 {
                return;
            }
        }
    }

    /// What was paged in goes before anything else, of whoever has most of it. Gives whether there was something.
    pub(in crate::log) fn release_paged(&mut self, most: usize) -> bool {
        let paged = self
            .sessions
            .iter()
            .map(|(key, it)| (it.log.lengths().1, *key));
        let Some((length, key)) = paged.max().filter(|(length, _)| *length > 0) else {
            return false;
        };
        for _ in 0..length.min(most) {
            let session = self.sessions.get_mut(&key);
            if let Some(entry) = session.and_then(|it| it.log.release_oldest_paged()) {
                self.count_released(entry);
            }
        }
        true
    }

    pub(super) fn count(&mut self, taken: &[Arc<LogEntry>]) {
        for entry in taken {
            self.piles.add(entry.entry.author, amount(entry));
        }
    }

    pub(super) fn count_released(&mut self, entry: Arc<LogEntry>) {
        self.uncount(&entry);
        self.released.push(entry);
    }

    pub(super) fn uncount(&mut self, entry: &LogEntry) {
        self.piles.subtract(&entry.entry.author, amount(entry));
    }

    /// Releases from memory until it is within its bounds, after somebody's entries came.
    pub(super) fn release(&mut self, author: &IdentityKey) {
        while let Some(payer) = self.piles.payer(self.bounds, Some(author)) {
            let most = (self.bounds.messages / AT_ONCE).max(1);
            if !self.release_paged(most) && !self.release_of(&payer) {
                return;
            }
        }
    }

    /// Releases somebody's oldest, looking at their sessions alone. Gives whether there was something.
    fn release_of(&mut self, payer: &IdentityKey) -> bool {
        let theirs = self.people.get(payer).into_iter().flatten();
        let front = |key: &SessionKey| Some((self.log(key)?.front()?.place(), *key));
        let Some((_, key)) = theirs.filter_map(front).min() else {
            return false;
        };
        let session = self.sessions.get_mut(&key);
        let released = session.and_then(|it| it.log.release_oldest(self.is_stored));
        released.map(|entry| self.count_released(entry)).is_some()
    }
}

fn amount(entry: &LogEntry) -> Amount {
    Amount {
        entries: 1,
        bytes: entry.weight() as u64,
    }
}
