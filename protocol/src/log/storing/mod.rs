//! What is to be stored, in batches, and what of it is stored. Own entries are said to others only after that.
//!
//! A store holds entries, by session and number, and records: short texts by their keys. What is to be done to it are
//! [`StoreChange`]s; what it gives back when the room is opened again is read by [`Restored::read`].

mod batches;
mod range;
mod ranges;
mod records;

use std::sync::Arc;

pub(super) use self::batches::Batches;
pub use self::{
    range::StoredRange,
    records::{RecordKey, RecordKind, StoreChange, read_said_to},
};
pub use super::stored::BLOCK;
use super::{
    content::History, log_entry::LogEntry, piles::Amount, place::Place, receipts::Progress,
};
use crate::crypto::{IdentityKey, SessionKey, SignedCard, SignedReceipt, entry::SignedEntry};

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

/// Something to store.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// And how much is stored then of its [`BLOCK`].
    Entry(Arc<LogEntry>, Amount),
    /// Whose a session is.
    Card(SignedCard),
    /// Takes the place of the session's one before.
    Receipt(SessionKey, SignedReceipt),
    /// The greatest Lamport time when somebody was first seen.
    Seen(IdentityKey, u64),
    /// Who was a member when an own entry was said.
    SaidTo(u64, Arc<[IdentityKey]>),
    /// How far somebody has come in one's own log; takes the place of the one before.
    Progress(IdentityKey, Progress),
    /// The latest there is, and where its entry stands, which may be gone; takes the place of the one before.
    Latest(Place, Latest),
    /// No session of somebody's is here any more, and their name is to be dropped.
    Nameless(IdentityKey),
    /// Entries of a session up to this number are to be dropped, and so are to whom they were said and the counts of whole blocks.
    Dropped(SessionKey, u64),
    /// A session made room for another one: everything of it is to be dropped.
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
    /// Whose sessions are, with or without entries.
    pub cards: Vec<SignedCard>,
    /// Of each session the newest range.
    pub ranges: Vec<StoredRange>,
    /// How much is stored of each block: its session, its first number.
    pub blocks: Vec<(SessionKey, u64, Amount)>,
    /// What was set last.
    pub latest: Vec<(Place, Latest)>,
    /// How far sessions have come.
    pub receipts: Vec<SignedReceipt>,
    /// The greatest Lamport time when each person was first seen.
    pub seen: Vec<(IdentityKey, u64)>,
    /// How far each person has come in one's own log.
    pub progress: Vec<(IdentityKey, Progress)>,
}

/// What a store has of a page that it was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// By number; of what was deleted, what is left ([`LogEntry::read`] reads both).
    pub entries: Vec<SignedEntry>,
    /// To whom those numbers were said, where it is a page of one's own session.
    pub said_to: Vec<(u64, Arc<[IdentityKey]>)>,
}
