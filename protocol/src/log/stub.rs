//! What is left of an entry that its author has deleted: everything but what was said. The chain holds without it, since the entry's
//! signature is over the hash of its text, and the hash is left.
//!
//! Whoever deletes something says in the signed deletion what is to be left of it ([`Remains`]). So a stub is believed because of the
//! author's own deletion, which it carries, and because of nothing that whoever hands it over says.

use serde::{Deserialize, Serialize};

use super::{
    content::{Content, Remains},
    log_entry::{Header, LogEntry},
};
use crate::crypto::{
    SessionKey,
    entry::{EntryHash, SignedEntry},
};

/// How the text of a stub begins; no entry's does.
const BEGINNING: &str = r#"{"deletion":"#;

/// Instead of the text of an entry.
#[derive(Serialize, Deserialize)]
struct StubText {
    deletion: SignedEntry,
}

/// What a stub says, by the deletion in it.
pub(super) struct Stub {
    pub(super) header: Header,
    pub(super) hash: EntryHash,
    pub(super) content: Content,
    /// The session that signed the deletion.
    pub(super) deleted_by: SessionKey,
}

pub(super) fn is_stub(signed: &SignedEntry) -> bool {
    signed.text.starts_with(BEGINNING)
}

/// The deletion in a stub.
pub(super) fn deletion(signed: &SignedEntry) -> Option<SignedEntry> {
    let stub: StubText = serde_json::from_str(&signed.text).ok()?;
    Some(stub.deletion)
}

/// Reads a stub whose signatures are not looked at.
pub(super) fn read(signed: &SignedEntry) -> Option<Stub> {
    let deletion = deletion(signed)?;
    let entry = deletion.read_kept()?;
    let Content::Delete { target, remains } = Content::read(&deletion.text)? else {
        return None;
    };
    let remains = remains?;
    let begins_or_follows =
        target.number > 0 && (target.number == 1) == remains.previous.is_none();
    begins_or_follows.then_some(Stub {
        header: Header {
            author: entry.author,
            session: target.session,
            number: target.number,
            previous: remains.previous,
            lamport: remains.lamport,
            time: remains.time,
        },
        hash: remains.hash,
        content: if remains.is_message {
            Content::Deleted
        } else {
            Content::Unknown
        },
        deleted_by: entry.session,
    })
}

/// What is left of an entry whose content may be deleted: a message, or another text for one.
pub(super) fn remains(entry: &LogEntry) -> Option<Remains> {
    let is_message = match entry.content {
        Content::ChatMessage { .. } => true,
        Content::Edit { .. } => false,
        Content::Delete { .. }
        | Content::Reaction { .. }
        | Content::Setting(_)
        | Content::Profile { .. }
        | Content::Deleted
        | Content::Unknown => return None,
    };
    Some(Remains {
        hash: entry.hash,
        previous: entry.entry.previous,
        lamport: entry.entry.lamport,
        time: entry.entry.time,
        is_message,
    })
}

/// The stub of an entry, where its author's deletion says truly what is to be left of it.
pub(super) fn make(entry: &LogEntry, deletion: &LogEntry) -> Option<LogEntry> {
    let Content::Delete {
        target,
        remains: said,
    } = &deletion.content
    else {
        return None;
    };
    let is_of = *target == entry.id() && deletion.entry.author == entry.entry.author;
    if !is_of || remains(entry)? != **said.as_ref()? {
        return None;
    }
    let deletion = deletion.signed.clone();
    let text = serde_json::to_string(&StubText { deletion }).ok()?;
    let signature = entry.signed.signature.clone();
    LogEntry::read(SignedEntry { text, signature })
}
