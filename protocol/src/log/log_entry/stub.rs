//! What is left of an entry that its author has deleted: everything but what was said. The chain holds without it, since the entry's
//! signature is over the hash of its text, and the hash is left.
//!
//! Whoever deletes something says in the signed deletion what is to be left of it ([`Remains`]). So a stub is believed because of the
//! author's own deletion, which it carries, and because of nothing that whoever hands it over says.

use serde::{Deserialize, Serialize};

use super::{Header, LogEntry};
use crate::{
    crypto::{
        SessionKey,
        entry::{EntryHash, SignedEntry},
    },
    log::content::{Content, Remains},
};

/// How the text of a stub begins; no entry's does.
const BEGINNING: &str = r#"{"deletion":"#;

/// Instead of the text of an entry.
#[derive(Serialize, Deserialize)]
struct StubText {
    deletion: SignedEntry,
}

/// What a stub says, by the deletion in it.
pub(in crate::log) struct Stub {
    pub(in crate::log) header: Header,
    pub(in crate::log) hash: EntryHash,
    pub(in crate::log) content: Content,
    /// The session that signed the deletion.
    pub(in crate::log) deleted_by: SessionKey,
}

pub(in crate::log) fn is_stub(signed: &SignedEntry) -> bool {
    signed.text.starts_with(BEGINNING)
}

/// The deletion in a stub.
pub(in crate::log) fn deletion(signed: &SignedEntry) -> Option<SignedEntry> {
    let stub: StubText = serde_json::from_str(&signed.text).ok()?;
    Some(stub.deletion)
}

fn write(deletion: SignedEntry) -> Option<String> {
    serde_json::to_string(&StubText { deletion }).ok()
}

/// Reads a stub whose signatures are not looked at.
pub(in crate::log) fn read(signed: &SignedEntry) -> Option<Stub> {
    let deletion = deletion(signed).filter(|_| signed.fits())?;
    // With one spelling, nobody can make it longer on its way.
    if write(deletion.clone()).as_ref() != Some(&signed.text) {
        return None;
    }
    let entry = deletion.read_kept()?;
    let Content::Delete { target, remains } = Content::read(&deletion.text)? else {
        return None;
    };
    let remains = remains?;
    let begins_or_follows = target.number > 0 && (target.number == 1) == remains.previous.is_none();
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
pub(in crate::log) fn remains(entry: &LogEntry) -> Option<Remains> {
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
pub(in crate::log) fn make(entry: &LogEntry, deletion: &LogEntry) -> Option<LogEntry> {
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
    let text = write(deletion.signed.clone())?;
    let signature = entry.signed.signature.clone();
    LogEntry::read(SignedEntry { text, signature })
}
