//! What peers say to each other about the room's log, on `chat`: JSON objects tagged by `type`, as in [`super::message`].
//!
//! Who has what (`digest`, `have`), what is asked for and given (`want`, `cards`, `entries`), who is to hear through others
//! (`pass`), what proves a fork (`fork`), and how far others have come (`receipts`).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{
    crypto::{
        SessionKey, SessionName, SignedCard, SignedReceipt, decode_exactly, encode,
        entry::{EntryHash, SignedEntry},
    },
    decoding::{Fields, NotAMessage},
    flat_set::FlatSet,
    limits,
};

/// One message about the log. What has too many parts, or too long ones, is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase",
    try_from = "crate::decoding::Fields"
)]
pub enum LogMessage {
    /// What the sender has in all, as a hash; the first word about the log on each new link. Who has the same needs to hear no
    /// more; who has not tells it by `have`.
    Digest {
        /// 32 bytes in base64url.
        digest: String,
    },
    /// What the sender has of these sessions; says nothing of others.
    Have {
        /// At most [`limits::SESSIONS`].
        sessions: Vec<Extent<SessionName>>,
    },
    /// Asks for entries. One at a time on each link: a new one takes the place of the one before.
    Want {
        /// Echoed by the answers.
        id: u32,
        /// In the order in which they are wanted; at most [`limits::WANTED_RANGES`].
        ranges: Vec<WantedRange>,
    },
    /// Entries: in answer to a `want`, the sender's own as they are said, or another's who asked that they be passed on.
    Entries {
        /// Together at most [`limits::ENTRIES_BYTES`], or one.
        entries: Vec<SignedEntry>,
        /// The `want` that this answers.
        #[serde(skip_serializing_if = "Option::is_none")]
        answer: Option<Answer>,
    },
    /// Whose sessions these are; before the first entry of each on a link.
    Cards {
        /// At most [`limits::CARDS`].
        cards: Vec<SignedCard>,
    },
    /// The sender's newest entries, from this number on, are to be passed on to members with whom it has no link.
    Pass {
        /// The first of them.
        from: u64,
        /// To whom; at most [`limits::ROOM_MEMBERS`].
        to: Vec<SessionName>,
    },
    /// Two entries that prove that their session signed two different things for one place.
    Fork {
        /// Both.
        entries: Vec<SignedEntry>,
    },
    /// What sessions have and have read, each signed by its session.
    Receipts {
        /// At most [`limits::RECEIPTS`].
        receipts: Vec<SignedReceipt>,
    },
}

/// What somebody has of a session's log: all entries from `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent<S = SessionKey> {
    /// Whose log.
    pub session: S,
    /// The number of the oldest entry, at least 1.
    pub first: u64,
    /// The number of the newest entry.
    pub last: u64,
    /// Of the newest entry.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub hash: EntryHash,
}

/// Entries that are asked for, in the order from `from` to `to`, which may be the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedRange {
    /// Whose log.
    pub session: SessionName,
    /// The first that is wanted, at least 1.
    pub from: u64,
    /// The last.
    pub to: u64,
}

impl Extent {
    /// As it is told.
    pub fn told(&self) -> Extent<SessionName> {
        Extent {
            session: self.session.into(),
            first: self.first,
            last: self.last,
            hash: self.hash,
        }
    }
}

impl WantedRange {
    /// Whether an entry is in the range.
    pub fn contains(&self, session: &SessionName, number: u64) -> bool {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        self.session == *session && (low..=high).contains(&number)
    }
}

/// Which `want` is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Of the `want`.
    pub id: u32,
    /// Nothing more comes.
    pub done: bool,
}

fn write_hash<S: Serializer>(hash: &EntryHash, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&encode(hash))
}

fn read_hash<'a, D: Deserializer<'a>>(from: D) -> Result<EntryHash, D::Error> {
    decode_exactly(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not a hash"))
}

impl TryFrom<Fields> for LogMessage {
    type Error = NotAMessage;

    fn try_from(mut fields: Fields) -> Result<Self, Self::Error> {
        message(&mut fields).ok_or(NotAMessage)
    }
}

fn message(fields: &mut Fields) -> Option<LogMessage> {
    Some(match &*fields.text("type")? {
        "digest" => LogMessage::Digest {
            digest: fields.text("digest")?,
        },
        "have" => {
            let sessions: Vec<Extent<SessionName>> =
                at_most(limits::SESSIONS, fields.decoded("sessions")?)?;
            let is_sound = |it: &Extent<SessionName>| {
                0 < it.first && it.first <= it.last && it.last <= GREATEST
            };
            let mut told = FlatSet::default();
            let mut is_first = |it: &Extent<SessionName>| told.insert(it.session);
            let mut extents = sessions.iter();
            extents
                .all(|it| is_sound(it) && is_first(it))
                .then_some(())?;
            LogMessage::Have { sessions }
        }
        "want" => {
            let ranges: Vec<WantedRange> =
                at_most(limits::WANTED_RANGES, fields.decoded("ranges")?)?;
            let numbers = 1..=GREATEST;
            let is_sound =
                |it: &WantedRange| numbers.contains(&it.from) && numbers.contains(&it.to);
            ranges.iter().all(is_sound).then_some(())?;
            LogMessage::Want {
                id: u32::try_from(fields.number("id")?).ok()?,
                ranges,
            }
        }
        "entries" => {
            let entries: Vec<SignedEntry> = at_most(limits::ENTRIES, fields.decoded("entries")?)?;
            let bytes: usize = entries.iter().map(|entry| entry.text.len()).sum();
            (entries.len() <= 1 || bytes <= limits::ENTRIES_BYTES).then_some(())?;
            LogMessage::Entries {
                entries,
                answer: fields.optional("answer", Fields::decoded)?,
            }
        }
        "cards" => LogMessage::Cards {
            cards: at_most(limits::CARDS, fields.decoded("cards")?)?,
        },
        "pass" => LogMessage::Pass {
            from: fields.number("from").filter(|from| *from > 0)?,
            to: at_most(limits::ROOM_MEMBERS, fields.decoded("to")?)?,
        },
        "fork" => LogMessage::Fork {
            entries: at_most(2, fields.decoded("entries")?)?,
        },
        "receipts" => LogMessage::Receipts {
            receipts: at_most(limits::RECEIPTS, fields.decoded("receipts")?)?,
        },
        _ => return None,
    })
}

/// The greatest integer that every reader of JSON understands (RFC 8259, section 6).
const GREATEST: u64 = (1 << 53) - 1;

fn at_most<T>(most: usize, list: Vec<T>) -> Option<Vec<T>> {
    (list.len() <= most).then_some(list)
}
