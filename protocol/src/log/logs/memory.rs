//! What of the logs is in memory: what is read again from the store, and what makes room.

use std::sync::Arc;

use super::{Logs, Session};
use crate::{
    crypto::{IdentityKey, SessionKey},
    log::{log_entry::LogEntry, piles::Amount, place::Place},
};

/// One of so many parts of what is in memory is released at once.
const AT_ONCE: usize = 100;

/// Of how many entries of all sessions together the newest stay, whatever is paged in: a screen full.
const SCREENFUL: usize = 60;

/// Of each session at least so many of them.
const LEAST: usize = 5;

/// Entries of one session that make room for a page before it is seen again which has most.
const PAGE: usize = 50;

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

    /// What is paged in takes the place of what is farthest from it and from the newest: of what lies between the two, then of what was
    /// paged in before.
    fn release_for_page(&mut self) {
        let held = self.sessions.values().filter(|it| it.log.len() > 0);
        let newest = (SCREENFUL / held.count().max(1)).max(LEAST);
        while self.piles.is_too_much(self.bounds) {
            let by_held = |(_, it): &(&SessionKey, &Box<Session>)| it.log.lengths().0;
            let by_paged = |(_, it): &(&SessionKey, &Box<Session>)| it.log.lengths().1;
            let longest = self.sessions.iter().max_by_key(by_held);
            let spare = longest
                .filter(|it| by_held(it) > newest)
                .map(|(key, _)| *key);
            let paged = self
                .sessions
                .iter()
                .max_by_key(by_paged)
                .map(|(key, _)| *key);
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

    /// Releases somebody's oldest: some at once, so that their logs are not looked through for each. Gives whether there were any.
    fn release_of(&mut self, payer: &IdentityKey) -> bool {
        let front = |(key, it): (&SessionKey, &Session)| Some((it.log.front()?.place(), *key));
        let theirs = self.sessions.iter().map(|(key, it)| (key, &**it));
        let theirs = theirs.filter(|(_, it)| it.card.identity == *payer);
        let mut fronts: Vec<(Place, SessionKey)> = theirs.filter_map(front).collect();
        fronts.sort_unstable_by(|one, other| other.cmp(one));
        let (mut entries, mut weight) = (0, 0);
        while entries == 0
            || entries < self.bounds.messages / AT_ONCE && weight < self.bounds.bytes / AT_ONCE
        {
            let Some((_, key)) = fronts.pop() else {
                break;
            };
            let Some(session) = self.sessions.get_mut(&key) else {
                continue;
            };
            let released = session.log.release_oldest(self.is_stored);
            if let Some(next) = session.log.front().map(|next| (next.place(), key)) {
                let place = fronts.partition_point(|front| *front > next);
                fronts.insert(place, next);
            }
            if let Some(released) = released {
                entries += 1;
                weight += released.weight();
                self.count_released(released);
            }
        }
        entries > 0
    }
}

fn amount(entry: &LogEntry) -> Amount {
    Amount {
        entries: 1,
        bytes: entry.weight() as u64,
    }
}
