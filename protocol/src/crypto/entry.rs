//! Signed entries: what somebody says in a room, so that it is theirs whoever hands it over.
//!
//! An entry is exact JSON text. It is signed as it stands and is never written anew, so no two spellings can mean one entry.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    encoding,
    identity::{IdentityKey, Session, SessionKey},
    labels::ENTRY,
};
use crate::{decoding::Fields, ids::MessageId, limits, message_text::MessageText, time::Timestamp};

/// SHA-256 of an entry's text.
pub type EntryHash = [u8; 32];

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The person.
    pub author: IdentityKey,
    /// The tab that signed it.
    pub session: SessionKey,
    /// From 1, with no gaps, for each session.
    pub number: u64,
    /// Of the entry with the number before; `None` for the first.
    pub previous: Option<EntryHash>,
    /// One more than the greatest that the author had seen (Lamport 1978).
    pub lamport: u64,
    /// By the author's wall clock.
    pub time: Timestamp,
    /// What is said.
    pub content: EntryContent,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryContent {
    /// `chat_message`
    ChatMessage {
        /// The same on every side.
        id: MessageId,
        /// What was said.
        text: MessageText,
    },
    /// Of a kind that this version does not know, or with a content that it cannot read. It takes its place in the chain, is
    /// answered, and is not shown.
    Unknown {
        /// Which kind.
        kind: String,
        /// Whatever it is.
        content: Value,
    },
}

impl EntryContent {
    /// By what the entry is answered. Every kind has one.
    pub fn id(&self) -> Option<MessageId> {
        match self {
            Self::ChatMessage { id, .. } => Some(*id),
            Self::Unknown { content, .. } => content.get("id")?.as_str()?.parse().ok(),
        }
    }
}

/// An entry as it travels: its text and its session's signature over the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedEntry {
    /// Exact JSON.
    pub text: String,
    /// 64 bytes in base64url.
    pub signature: String,
}

/// The JSON of an entry, in this order.
#[derive(Serialize)]
struct EntryJson<'a, C> {
    kind: &'a str,
    author: String,
    session: String,
    number: u64,
    previous: Option<String>,
    lamport: u64,
    time: Timestamp,
    content: C,
}

#[derive(Serialize)]
struct ContentJson<'a> {
    id: MessageId,
    text: &'a str,
}

const CHAT_MESSAGE: &str = "chat_message";

impl SignedEntry {
    /// Writes and signs an entry.
    pub fn sign(entry: &Entry, session: &Session, room_tag: &[u8; 32]) -> Self {
        let text = match &entry.content {
            EntryContent::ChatMessage { id, text } => {
                let text = text.as_str();
                to_json(entry, CHAT_MESSAGE, ContentJson { id: *id, text })
            }
            EntryContent::Unknown { kind, content } => to_json(entry, kind, content),
        };
        let signature = session.sign(&[ENTRY.as_bytes(), room_tag, &hash(&text)]);
        Self {
            text,
            signature: encoding::encode(&signature),
        }
    }

    /// The hash that the next entry of the session names.
    pub fn hash(&self) -> EntryHash {
        hash(&self.text)
    }

    /// Who this claims to be from. Proves nothing; see [`SignedEntry::verify`].
    pub fn claimed_session(&self) -> Option<SessionKey> {
        if !self.fits() {
            return None;
        }
        serde_json::from_str::<Fields>(&self.text)
            .ok()?
            .parsed("session")
    }

    /// Reads an entry that this session has signed for this room, on behalf of this author. `None` for everything else.
    pub fn verify(
        &self,
        author: &IdentityKey,
        session: &SessionKey,
        room_tag: &[u8; 32],
    ) -> Option<Entry> {
        if !self.fits() || !self.is_signed_by(session, room_tag) {
            return None;
        }
        read(&self.text).filter(|entry| entry.author == *author && entry.session == *session)
    }

    /// Reads an entry that was verified before it was kept. Whoever can change what a browser keeps could change the app as well.
    pub fn read_kept(&self) -> Option<Entry> {
        self.fits().then(|| read(&self.text)).flatten()
    }

    /// Whether two of this size fit in one message, however they are escaped there.
    pub(crate) fn fits(&self) -> bool {
        let escaped = |byte: u8| match byte {
            b'"' | b'\\' | 8 | b'\t' | b'\n' | 12 | b'\r' => 2,
            0..=31 => 6,
            _ => 1,
        };
        self.text.len() <= limits::ENTRY_BYTES
            && self.text.bytes().map(escaped).sum::<usize>() <= limits::ESCAPED_ENTRY_BYTES
    }

    /// By what to answer an entry that came whole and cannot be taken in: its session is not known here, or it is of a later
    /// version's make. Nobody can say whose it is.
    pub fn id_unread(&self, room_tag: &[u8; 32]) -> Option<MessageId> {
        let mut fields: Fields = serde_json::from_str(&self.text).ok()?;
        let session = fields.parsed("session")?;
        let mut content: Fields = fields.decoded("content")?;
        let id = content.parsed("id")?;
        self.is_signed_by(&session, room_tag).then_some(id)
    }

    fn is_signed_by(&self, session: &SessionKey, room_tag: &[u8; 32]) -> bool {
        self.signs(&self.hash(), session, room_tag)
    }

    /// Whether the signature is this session's over a text with this hash, which may be gone.
    pub(crate) fn signs(
        &self,
        hash: &EntryHash,
        session: &SessionKey,
        room_tag: &[u8; 32],
    ) -> bool {
        let fields: [&[u8]; 3] = [ENTRY.as_bytes(), room_tag, hash];
        encoding::decode_exactly(&self.signature)
            .is_some_and(|signature| session.has_signed(&fields, &signature))
    }
}

fn to_json(entry: &Entry, kind: &str, content: impl Serialize) -> String {
    let json = EntryJson {
        kind,
        author: entry.author.to_string(),
        session: entry.session.to_string(),
        number: entry.number,
        previous: entry.previous.map(|hash| encoding::encode(&hash)),
        lamport: entry.lamport,
        time: entry.time,
        content,
    };
    #[expect(clippy::expect_used, reason = "texts and numbers are always JSON")]
    serde_json::to_string(&json).expect("an entry is plain JSON")
}

fn hash(text: &str) -> EntryHash {
    Sha256::digest(text).into()
}

fn read(text: &str) -> Option<Entry> {
    let mut fields: Fields = serde_json::from_str(text).ok()?;
    let kind = fields.text("kind")?;
    let number = fields.number("number")?;
    let previous = match fields.any("previous")? {
        Value::Null => None,
        Value::String(hash) => Some(encoding::decode_exactly(&hash)?),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let content = fields.any("content")?;
    let entry = Entry {
        author: fields.parsed("author")?,
        session: fields.parsed("session")?,
        number,
        previous,
        lamport: fields.number("lamport")?,
        time: Timestamp::from_millis(fields.number("time")?),
        content: match said(&kind, &content) {
            Some(said) => said,
            None => EntryContent::Unknown { kind, content },
        },
    };
    let begins_or_follows = number > 0 && (number == 1) == entry.previous.is_none();
    let countable = number <= GREATEST && entry.lamport <= GREATEST;
    (begins_or_follows && countable).then_some(entry)
}

fn said(kind: &str, content: &Value) -> Option<EntryContent> {
    if kind != CHAT_MESSAGE {
        return None;
    }
    let field = |name| content.get(name)?.as_str();
    Some(EntryContent::ChatMessage {
        id: field("id")?.parse().ok()?,
        text: field("text")?.parse().ok()?,
    })
}

/// The greatest integer that every reader of JSON understands (RFC 8259, section 6).
const GREATEST: u64 = (1 << 53) - 1;

/// How far one entry may move a reader's Lamport time: one of a liar's must not use up all numbers.
const LEAP: u64 = 1 << 32;

/// Where a session's log ends; kept for the reload of a tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEnd {
    /// Of the last entry; 0 before the first.
    pub number: u64,
    /// Of the last entry, in base64url.
    pub head: Option<String>,
    /// The greatest Lamport time seen.
    pub lamport: u64,
}

impl LogEnd {
    /// Signs the next entry.
    pub fn append(
        &mut self,
        (author, session): (IdentityKey, &Session),
        content: EntryContent,
        time: Timestamp,
        room_tag: &[u8; 32],
    ) -> SignedEntry {
        self.number = self.number.saturating_add(1);
        self.lamport = self.lamport.saturating_add(1).min(GREATEST);
        let previous = self.head.take();
        let entry = Entry {
            author,
            session: session.key(),
            number: self.number,
            previous: previous.as_deref().and_then(encoding::decode_exactly),
            lamport: self.lamport,
            time,
            content,
        };
        let signed = SignedEntry::sign(&entry, session, room_tag);
        self.head = Some(encoding::encode(&signed.hash()));
        signed
    }

    /// Somebody's entry was seen.
    pub fn witness(&mut self, lamport: u64) {
        let reachable = self.lamport.saturating_add(LEAP);
        self.lamport = self.lamport.max(lamport.min(reachable));
    }

    /// Somebody's entry was taken, or was an own one before: what is said next comes after it.
    pub fn reach(&mut self, lamport: u64) {
        self.lamport = self.lamport.max(lamport);
    }

    /// Whether the next entry would be one that others accept; what a browser kept may be damaged.
    pub fn is_sound(&self) -> bool {
        let head = self.head.as_deref().map(encoding::decode_exactly::<32>);
        let follows = match head {
            None => self.number == 0,
            Some(hash) => self.number > 0 && hash.is_some(),
        };
        follows && self.number < GREATEST && self.lamport < GREATEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::identity::Identity;

    const ROOM: [u8; 32] = [9; 32];

    fn said(log: &mut LogEnd, text: &str) -> SignedEntry {
        let author = Identity::from_seed(&[1; 32]).key();
        let session = Session::from_seed(&[2; 32]);
        let content = EntryContent::ChatMessage {
            id: MessageId::from_random(5),
            text: text.parse().unwrap(),
        };
        log.append(
            (author, &session),
            content,
            Timestamp::from_millis(1_700),
            &ROOM,
        )
    }

    fn verify(entry: &SignedEntry, room: &[u8; 32]) -> Option<Entry> {
        let author = Identity::from_seed(&[1; 32]).key();
        entry.verify(&author, &Session::from_seed(&[2; 32]).key(), room)
    }

    #[test]
    fn entries_of_a_log_count_up_and_name_the_one_before() {
        let mut log = LogEnd::default();
        log.witness(41);
        let signed = [said(&mut log, "one"), said(&mut log, "two")];
        let [one, two] = signed.clone().map(|entry| verify(&entry, &ROOM).unwrap());
        assert_eq!((one.number, one.previous, one.lamport), (1, None, 42));
        assert_eq!(
            (two.number, two.previous, two.lamport),
            (2, Some(signed[0].hash()), 43)
        );
        assert_eq!(signed[0].claimed_session(), Some(one.session));
        let kept: LogEnd = serde_json::from_str(&serde_json::to_string(&log).unwrap()).unwrap();
        assert_eq!(kept, log);
    }

    /// Promise 10: any changed byte of text or signature, another room, another author or another session is refused.
    #[test]
    fn a_changed_or_moved_entry_is_refused() {
        let entry = said(&mut LogEnd::default(), "pay Bob 5");
        assert!(verify(&entry, &ROOM).is_some());
        for at in 0..entry.text.len() {
            let mut bytes = entry.text.clone().into_bytes();
            bytes[at] ^= 1;
            let text = String::from_utf8(bytes).unwrap();
            let changed = SignedEntry {
                text,
                ..entry.clone()
            };
            assert_eq!(verify(&changed, &ROOM), None, "byte {at}");
        }
        for at in 0..entry.signature.len() {
            let mut bytes = entry.signature.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let signature = String::from_utf8(bytes).unwrap();
            let changed = SignedEntry {
                signature,
                ..entry.clone()
            };
            assert_eq!(verify(&changed, &ROOM), None, "letter {at}");
        }
        assert_eq!(verify(&entry, &[8; 32]), None, "another room");
        let (ada, eve) = (
            Identity::from_seed(&[1; 32]).key(),
            Identity::from_seed(&[3; 32]).key(),
        );
        let (tab, other) = (
            Session::from_seed(&[2; 32]).key(),
            Session::from_seed(&[4; 32]).key(),
        );
        assert_eq!(entry.verify(&eve, &tab, &ROOM), None, "another author");
        assert_eq!(entry.verify(&ada, &other, &ROOM), None, "another session");
    }

    #[test]
    fn a_log_that_was_damaged_is_not_gone_on_with() {
        let mut log = LogEnd::default();
        assert!(log.is_sound());
        said(&mut log, "one");
        assert!(log.is_sound());
        for damage in [
            |log: &mut LogEnd| log.head = None,
            |log: &mut LogEnd| log.head = Some("AA".into()),
            |log: &mut LogEnd| log.number = 0,
            |log: &mut LogEnd| log.number = u64::MAX,
            |log: &mut LogEnd| log.lamport = u64::MAX,
        ] {
            let mut damaged = log.clone();
            damage(&mut damaged);
            assert!(!damaged.is_sound(), "{damaged:?}");
        }
    }

    #[test]
    fn one_entry_cannot_use_up_all_lamport_times() {
        let mut log = LogEnd::default();
        log.witness(GREATEST);
        assert!(log.lamport <= LEAP);
        let good = said(&mut LogEnd::default(), "hello").text;
        for number in ["9007199254740992", "18446744073709551615"] {
            let text = good.replacen(r#""lamport":1"#, &format!(r#""lamport":{number}"#), 1);
            assert_eq!(read(&text), None);
        }
    }

    #[test]
    fn entries_outside_the_format_are_refused() {
        let good = said(&mut LogEnd::default(), "hello").text;
        for (part, instead) in [
            (r#""number":1"#, r#""number":0"#),
            (r#""number":1"#, r#""number":2"#),
            (r#""number":1"#, r#""number":1.5"#),
            (r#""previous":null"#, r#""previous":"AA""#),
            (r#""kind":"chat_message""#, r#""kind":7"#),
            (r#""content":{"#, r#""contents":{"#),
            (r#""lamport":1"#, r#""lamport":-1"#),
            ("{", "[{"),
        ] {
            assert!(good.contains(part), "{part}");
            let text = good.replacen(part, instead, 1);
            assert_eq!(read(&text), None, "{text}");
        }
        assert!(read(&good).is_some());
    }

    #[test]
    fn what_a_later_version_says_is_read_as_far_as_its_place_and_its_id() {
        let good = said(&mut LogEnd::default(), "hello");
        let said_by = MessageId::from_random(5);
        let id = Some(said_by);
        let content = format!(r#""id":"{said_by}","text":"hello""#);
        assert!(good.text.contains(&content));
        for (part, instead, known_by) in [
            (r#""kind":"chat_message""#, r#""kind":"poll""#, id),
            (r#""text":"hello""#, r#""text":" ""#, id),
            (r#","text":"hello""#, r#","html":[1]"#, id),
            (&content, r#""id":7"#, None),
            (&content, r#""#, None),
        ] {
            let text = good.text.replacen(part, instead, 1);
            assert_ne!(text, good.text);
            let read = read(&text).unwrap();
            assert!(
                matches!(read.content, EntryContent::Unknown { .. }),
                "{text}"
            );
            assert_eq!(read.content.id(), known_by, "{text}");
            assert_eq!((read.number, read.lamport), (1, 1));
            // It can be signed again as it is.
            let session = Session::from_seed(&[2; 32]);
            let again = SignedEntry::sign(&read, &session, &ROOM);
            assert_eq!(verify(&again, &ROOM), Some(read));
            assert_eq!(again.id_unread(&ROOM), known_by);
        }
    }

    #[test]
    fn only_what_came_whole_is_answered_unread() {
        let entry = said(&mut LogEnd::default(), "hello");
        let id = Some(MessageId::from_random(5));
        assert_eq!(entry.id_unread(&ROOM), id);
        assert_eq!(entry.id_unread(&[8; 32]), None, "another room");
        let text = entry.text.replacen("hello", "hallo", 1);
        let signature = entry.signature.clone();
        assert_eq!(SignedEntry { text, signature }.id_unread(&ROOM), None);
        let (text, signature) = (entry.text, "AAAA".to_owned());
        assert_eq!(SignedEntry { text, signature }.id_unread(&ROOM), None);
    }
}
