//! A verified entry, as a log holds it.

use crate::crypto::entry::{Entry, EntryHash, SignedEntry};

use super::{
    content::Content,
    place::{EntryId, Place},
};

/// An entry that its session has signed for this room, with what follows from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// As it travels.
    pub signed: SignedEntry,
    /// Of its text.
    pub hash: EntryHash,
    /// What the text says.
    pub entry: Entry,
    /// What is said, as far as it is understood.
    pub content: Content,
}

impl LogEntry {
    /// Of an entry that was verified.
    pub fn new(signed: SignedEntry, entry: Entry) -> Self {
        Self {
            hash: signed.hash(),
            content: Content::read(&signed.text).unwrap_or(Content::Unknown),
            signed,
            entry,
        }
    }

    /// Where it stands in its session's log.
    pub fn id(&self) -> EntryId {
        self.place().id()
    }

    /// Where it stands among all.
    pub fn place(&self) -> Place {
        Place::of(&self.entry)
    }

    /// Bytes of its text.
    pub fn bytes(&self) -> usize {
        self.signed.text.len()
    }
}
