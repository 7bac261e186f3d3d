//! Which entries of a session are stored.

use crate::crypto::{SessionKey, entry::EntryHash};

/// What is stored of a session: the newest range without a hole. It stays when all of it has made room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRange {
    /// Whose log; its card is stored too.
    pub session: SessionKey,
    /// The oldest number, and the hash that its entry names as the one before. Where nothing is left, the number after the last.
    pub first: (u64, Option<EntryHash>),
    /// The newest number that was ever stored, and its entry's hash.
    pub last: (u64, EntryHash),
    /// The Lamport time of the newest.
    pub lamport: u64,
    /// What is below this number was here, and is not taken again.
    pub floor: u64,
}
