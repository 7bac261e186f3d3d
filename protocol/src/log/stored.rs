//! How much of each session is in the store. The entries themselves are not here, and a store is slow to count: so what is stored is
//! counted in blocks of numbers, and each entry is stored with the count of its block.

use litemap::LiteMap;

use super::{
    log_entry::LogEntry,
    piles::{Amount, Piles},
};
use crate::{
    crypto::{IdentityKey, SessionKey},
    limits::Bounds,
};

/// So many numbers of a session are counted together, from a multiple of it on.
pub const BLOCK: u64 = 64;

#[derive(Debug)]
struct StoredLog {
    person: IdentityKey,
    /// By the first number that may be in each.
    blocks: LiteMap<u64, Amount>,
    all: Amount,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Stored {
    sessions: LiteMap<SessionKey, Box<StoredLog>>,
    piles: Piles,
}

impl Stored {
    /// Of all sessions together.
    pub(super) fn all(&self) -> Amount {
        self.piles.all()
    }

    /// Entries of a session.
    pub(super) fn entries(&self, session: &SessionKey) -> u64 {
        self.sessions.get(session).map_or(0, |it| it.all.entries)
    }

    /// An entry is to be stored. Gives how much its block holds then.
    pub(super) fn add(&mut self, entry: &LogEntry) -> Amount {
        let amount = Amount {
            entries: 1,
            bytes: entry.bytes() as u64,
        };
        let (session, person) = (entry.entry.session, entry.entry.author);
        self.count(session, person, entry.entry.number, amount)
    }

    /// So much more is in the block of a number.
    pub(super) fn count(
        &mut self,
        session: SessionKey,
        person: IdentityKey,
        number: u64,
        amount: Amount,
    ) -> Amount {
        self.piles.add(person, amount);
        let log = self.sessions.entry(session).or_insert_with(|| {
            Box::new(StoredLog {
                person,
                blocks: LiteMap::default(),
                all: Amount::default(),
            })
        });
        log.all.add(amount);
        let block = log.blocks.entry(number - number % BLOCK).or_default();
        block.add(amount);
        *block
    }

    /// An entry takes the place of a longer or shorter one. Gives how much its block holds then.
    pub(super) fn exchange(&mut self, old: &LogEntry, new: &LogEntry) -> Amount {
        let (old, number) = (old.bytes() as u64, new.entry.number);
        let less = Amount {
            entries: 0,
            bytes: old,
        };
        if let Some(log) = self.sessions.get_mut(&new.entry.session) {
            self.piles.subtract(&log.person, less);
            log.all.subtract(less);
            let block = log.blocks.entry(number - number % BLOCK).or_default();
            block.subtract(less);
        }
        let more = Amount {
            entries: 0,
            bytes: new.bytes() as u64,
        };
        self.count(new.entry.session, new.entry.author, number, more)
    }

    /// What is up to this number is stored no more; the session has entries up to `last`.
    pub(super) fn drop_through(&mut self, session: &SessionKey, number: u64, last: u64) {
        let Some(log) = self.sessions.get_mut(session) else {
            return;
        };
        let mut dropped = Amount::default();
        while let Some((&first, block)) = log.blocks.first() {
            let block = *block;
            if first > number {
                break;
            }
            log.blocks.remove(&first);
            let end = (first + BLOCK - 1).min(last);
            let left = end.saturating_sub(number).min(block.entries);
            // Which of a block's entries are long is not known: those that stay count as much as those that go.
            let bytes = (block.bytes * left).checked_div(block.entries);
            let rest = Amount {
                entries: left,
                bytes: bytes.unwrap_or(0),
            };
            dropped.add(block);
            if left > 0 {
                dropped.subtract(rest);
                log.blocks.insert(first, rest);
                break;
            }
        }
        log.all.subtract(dropped);
        self.piles.subtract(&log.person, dropped);
        if log.blocks.is_empty() {
            self.sessions.remove(session);
        }
    }

    /// Nothing of a session is stored any more.
    pub(super) fn forget(&mut self, session: &SessionKey) {
        if let Some(log) = self.sessions.remove(session) {
            self.piles.subtract(&log.person, log.all);
        }
    }

    /// Of which session something makes room, after somebody's entry came, where it is too much: of whoever pays, the log with most
    /// of what there is too much of, and of that the first block. Gives the last number of it.
    pub(super) fn too_much(
        &self,
        bounds: Bounds,
        author: Option<&IdentityKey>,
    ) -> Option<(SessionKey, u64)> {
        let payer = self.piles.payer(bounds, author)?;
        let by_bytes = self.all().bytes > (bounds.bytes - bounds.bytes / bounds.shares) as u64;
        let size = |log: &StoredLog| match by_bytes {
            true => log.all.bytes,
            false => log.all.entries,
        };
        let logs = self.sessions.iter();
        let logs = logs.filter(|(_, log)| log.person == payer && log.all.entries > 1);
        let (session, log) = logs.max_by_key(|(_, log)| size(log))?;
        let (first, _) = log.blocks.first()?;
        Some((*session, first + BLOCK - 1))
    }
}
