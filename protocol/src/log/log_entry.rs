//! A verified entry, as a log holds it.

pub(super) mod stub;

use crate::{
    crypto::{
        IdentityKey, SessionKey,
        entry::{Entry, EntryHash, SignedEntry},
    },
    time::Timestamp,
};

use super::{
    content::Content,
    place::{EntryId, Place},
};

/// What an entry takes in memory besides its texts, roughly: itself, its place in the log and in the view, and what allocations take for
/// themselves. On a machine of 64 bits; a browser takes less.
const HELD_BYTES: usize = 768;

/// Where an entry stands, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The person.
    pub author: IdentityKey,
    /// The session that signed it.
    pub session: SessionKey,
    /// From 1.
    pub number: u64,
    /// The hash of the entry before.
    pub previous: Option<EntryHash>,
    /// Its Lamport time.
    pub lamport: u64,
    /// By the author's wall clock.
    pub time: Timestamp,
}

impl Header {
    /// Of an entry.
    pub fn of(entry: &Entry) -> Self {
        Self {
            author: entry.author,
            session: entry.session,
            number: entry.number,
            previous: entry.previous,
            lamport: entry.lamport,
            time: entry.time,
        }
    }
}

/// An entry that its session has signed for this room, with what follows from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// As it travels.
    pub signed: SignedEntry,
    /// Of its text.
    pub hash: EntryHash,
    /// What the text says, but for its content.
    pub entry: Header,
    /// What is said, as far as it is understood.
    pub content: Content,
    /// Where only what a deletion leaves is left: the session that signed the deletion.
    pub deleted_by: Option<SessionKey>,
}

impl LogEntry {
    /// Of a whole entry that was read, or verified.
    pub fn new(signed: SignedEntry, entry: &Entry) -> Self {
        Self {
            hash: signed.hash(),
            content: Content::read(&signed.text).unwrap_or(Content::Unknown),
            entry: Header::of(entry),
            signed,
            deleted_by: None,
        }
    }

    /// Reads an entry, or what is left of one, without a look at the signatures.
    pub fn read(signed: SignedEntry) -> Option<Self> {
        if !stub::is_stub(&signed) {
            let entry = signed.read_kept()?;
            return Some(Self::new(signed, &entry));
        }
        let stub = stub::read(&signed)?;
        Some(Self {
            signed,
            hash: stub.hash,
            entry: stub.header,
            content: stub.content,
            deleted_by: Some(stub.deleted_by),
        })
    }

    /// Whether its text is here; what is left of a deleted one proves nothing to others by itself.
    pub fn is_whole(&self) -> bool {
        self.deleted_by.is_none()
    }

    /// Where it stands in its session's log.
    pub fn id(&self) -> EntryId {
        self.place().id()
    }

    /// Where it stands among all.
    pub fn place(&self) -> Place {
        Place {
            lamport: self.entry.lamport,
            session: self.entry.session,
            number: self.entry.number,
        }
    }

    /// Bytes of its text.
    pub fn bytes(&self) -> usize {
        self.signed.text.len()
    }

    /// Bytes that it takes in memory, about.
    pub fn weight(&self) -> usize {
        HELD_BYTES + self.bytes() + self.signed.signature.len() + self.content.text_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use litemap::LiteMap;

    use super::*;
    use crate::crypto::{Identity, Session, entry::LogEnd};

    #[test]
    fn what_an_entry_takes_is_what_its_parts_take() {
        let session = Session::from_seed(&[2; 32]);
        let id = EntryId {
            session: session.key(),
            number: 1,
        };
        let text = || "hello".repeat(20).parse().unwrap();
        for content in [
            Content::ChatMessage {
                text: text(),
                reply_to: Some(id),
            },
            Content::Edit {
                target: id,
                text: text(),
            },
        ] {
            let keys = (Identity::from_seed(&[1; 32]).key(), &session);
            let said = content.write(crate::ids::MessageId::from_random(1));
            let time = Timestamp::from_millis(1);
            let signed = LogEnd::default().append(keys, said, time, &[9; 32]);
            let entry = LogEntry::new(signed.clone(), &signed.read_kept().unwrap());
            let texts = signed.text.len() + signed.signature.len() + 100;
            let held = size_of::<LogEntry>() + 2 * size_of::<usize>();
            let in_log = size_of::<Arc<LogEntry>>();
            let as_message = size_of::<(Place, Arc<LogEntry>)>() + size_of::<(EntryId, u64)>();
            let as_effect = size_of::<(EntryId, LiteMap<Place, Arc<LogEntry>>)>()
                + size_of::<(Place, Arc<LogEntry>)>();
            // Lists hold up to twice as much as is in them, the shortest four; four allocations, of which each may waste 16 bytes.
            let least = texts + held + in_log + as_message.max(as_effect);
            let most = texts + held + 2 * in_log + 2 * as_message.max(2 * as_effect) + 64;
            assert!(
                (least..=most).contains(&entry.weight()),
                "{} is not within {least} and {most}",
                entry.weight()
            );
        }
    }
}
