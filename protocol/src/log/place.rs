//! Where an entry stands: in its session's log, and in the order in which everybody reads.

use serde::{Deserialize, Serialize};

use crate::crypto::{SessionKey, entry::Entry};

/// An entry by its place in its session's log; how entries name each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId {
    /// Whose log.
    pub session: SessionKey,
    /// From 1.
    pub number: u64,
}

/// An entry by its place among all: by Lamport time, then session, then number. The same everywhere, whatever any clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its Lamport time.
    pub lamport: u64,
    /// Its session.
    pub session: SessionKey,
    /// Its number.
    pub number: u64,
}

impl Place {
    /// Of an entry.
    pub fn of(entry: &Entry) -> Self {
        Self {
            lamport: entry.lamport,
            session: entry.session,
            number: entry.number,
        }
    }

    /// Its place in its session's log.
    pub fn id(&self) -> EntryId {
        EntryId {
            session: self.session,
            number: self.number,
        }
    }
}
