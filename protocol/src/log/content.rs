//! What entries say: the kinds that are understood, as JSON under `content`. Every kind has an `id`, a UUID.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Value, json};

use super::place::EntryId;
use crate::{
    crypto::{
        decode_exactly, encode,
        entry::{EntryContent, EntryHash},
    },
    decoding::Fields,
    ids::MessageId,
    limits,
    message_text::MessageText,
    time::Timestamp,
};

/// How much of what was said before somebody came is handed over to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// All that is there.
    All,
    /// What was said after they were first seen.
    Joined,
}

/// A setting of the room. Everybody may change each; the last in the order of the log counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `history`: `all` or `joined`.
    History(History),
    /// `title`: at most [`limits::PERSON_NAME_BYTES`]; empty for none.
    Title(String),
}

/// What is left of a deleted entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remains {
    /// Of its text.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub hash: EntryHash,
    /// The hash of the entry before.
    #[serde(serialize_with = "write_previous", deserialize_with = "read_previous")]
    pub previous: Option<EntryHash>,
    /// Its Lamport time.
    pub lamport: u64,
    /// Its time.
    pub time: Timestamp,
    /// Whether it was a message, which leaves a mark, or a later text of one.
    pub is_message: bool,
}

fn write_hash<S: Serializer>(hash: &EntryHash, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&encode(hash))
}

fn read_hash<'a, D: Deserializer<'a>>(from: D) -> Result<EntryHash, D::Error> {
    decode_exactly(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not a hash"))
}

fn write_previous<S: Serializer>(hash: &Option<EntryHash>, to: S) -> Result<S::Ok, S::Error> {
    hash.map(|hash| encode(&hash)).serialize(to)
}

fn read_previous<'a, D: Deserializer<'a>>(from: D) -> Result<Option<EntryHash>, D::Error> {
    let hash = Option::<String>::deserialize(from)?;
    let decode = |hash: String| decode_exactly(&hash).ok_or_else(|| D::Error::custom("not a hash"));
    hash.map(decode).transpose()
}

/// What an entry says, as far as this version understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// `chat_message`
    ChatMessage {
        /// What was said.
        text: MessageText,
        /// What it answers.
        reply_to: Option<EntryId>,
    },
    /// `edit`: counts only from the author of its target.
    Edit {
        /// Which message.
        target: EntryId,
        /// What it says now.
        text: MessageText,
    },
    /// `delete`: counts only from the author of its target.
    Delete {
        /// Which message.
        target: EntryId,
        /// What is to be left of it. Without it the text stays where it is, and is not shown.
        remains: Option<Box<Remains>>,
    },
    /// A message of which only this is left.
    Deleted,
    /// `reaction`: the last of each person, target and emoji counts.
    Reaction {
        /// To which message.
        target: EntryId,
        /// At most [`EMOJI_BYTES`].
        emoji: String,
        /// Whether it stands.
        on: bool,
    },
    /// `setting`
    Setting(Setting),
    /// `profile`: the author's name, and whatever else a later version says of a person.
    Profile {
        /// At most [`limits::PERSON_NAME_BYTES`].
        name: String,
    },
    /// Of a kind or with a content that is not understood: kept, passed on and not shown.
    Unknown,
}

/// An emoji with all its modifiers, in bytes.
pub const EMOJI_BYTES: usize = 64;

impl Content {
    /// Reads the content of an entry's text; `None` where it is not understood.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut fields: Fields = serde_json::from_str(text).ok()?;
        let kind = fields.text("kind")?;
        let mut content: Fields = fields.decoded("content")?;
        let target = |content: &mut Fields| content.decoded("target");
        Some(match &*kind {
            "chat_message" => Self::ChatMessage {
                text: content.parsed("text")?,
                reply_to: content.optional("replyTo", Fields::decoded)?,
            },
            "edit" => Self::Edit {
                target: target(&mut content)?,
                text: content.parsed("text")?,
            },
            "delete" => Self::Delete {
                target: target(&mut content)?,
                remains: content.optional("remains", Fields::decoded)?,
            },
            "reaction" => Self::Reaction {
                target: target(&mut content)?,
                emoji: short(EMOJI_BYTES, content.text("emoji")?).filter(|it| !it.is_empty())?,
                on: content.truth("on")?,
            },
            "setting" => Self::Setting(match &*content.text("name")? {
                "history" => Setting::History(match &*content.text("value")? {
                    "all" => History::All,
                    "joined" => History::Joined,
                    _ => return None,
                }),
                "title" => {
                    Setting::Title(short(limits::PERSON_NAME_BYTES, content.text("value")?)?)
                }
                _ => return None,
            }),
            "profile" => Self::Profile {
                name: short(limits::PERSON_NAME_BYTES, content.text("name")?)?,
            },
            _ => return None,
        })
    }

    /// What is signed for it.
    pub(super) fn write(&self, id: MessageId) -> EntryContent {
        let (kind, content) = match self {
            Self::ChatMessage { text, reply_to } => (
                "chat_message",
                match reply_to {
                    None => json!({ "id": id, "text": text }),
                    Some(reply_to) => json!({ "id": id, "text": text, "replyTo": reply_to }),
                },
            ),
            Self::Edit { target, text } => {
                ("edit", json!({ "id": id, "target": target, "text": text }))
            }
            Self::Delete { target, remains } => (
                "delete",
                match remains {
                    None => json!({ "id": id, "target": target }),
                    Some(remains) => json!({ "id": id, "target": target, "remains": remains }),
                },
            ),
            Self::Reaction { target, emoji, on } => (
                "reaction",
                json!({ "id": id, "target": target, "emoji": emoji, "on": on }),
            ),
            Self::Setting(setting) => {
                let (name, value) = match setting {
                    Setting::History(History::All) => ("history", "all"),
                    Setting::History(History::Joined) => ("history", "joined"),
                    Setting::Title(title) => ("title", title.as_str()),
                };
                ("setting", json!({ "id": id, "name": name, "value": value }))
            }
            Self::Profile { name } => ("profile", json!({ "id": id, "name": name })),
            Self::Deleted | Self::Unknown => ("unknown", Value::Object(serde_json::Map::new())),
        };
        EntryContent::Unknown {
            kind: kind.to_owned(),
            content,
        }
    }

    /// Bytes of what it holds apart, which is texts.
    pub(super) fn text_bytes(&self) -> usize {
        match self {
            Self::ChatMessage { text, .. } | Self::Edit { text, .. } => text.as_str().len(),
            Self::Reaction { emoji, .. } => emoji.len(),
            Self::Setting(Setting::Title(text)) | Self::Profile { name: text } => text.len(),
            Self::Delete { remains, .. } => remains.as_ref().map_or(0, |_| size_of::<Remains>()),
            Self::Setting(Setting::History(_)) | Self::Deleted | Self::Unknown => 0,
        }
    }

    /// The entry whose look it changes.
    pub(super) fn target(&self) -> Option<EntryId> {
        match self {
            Self::Edit { target, .. }
            | Self::Delete { target, .. }
            | Self::Reaction { target, .. } => Some(*target),
            Self::ChatMessage { .. }
            | Self::Setting(_)
            | Self::Profile { .. }
            | Self::Deleted
            | Self::Unknown => None,
        }
    }
}

fn short(bytes: usize, text: String) -> Option<String> {
    (text.len() <= bytes).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Session;

    fn target() -> EntryId {
        EntryId {
            session: Session::from_seed(&[2; 32]).key(),
            number: 7,
        }
    }

    fn text(kind: &str, content: &Value) -> String {
        json!({ "kind": kind, "content": content }).to_string()
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let text_of = |text: &str| text.parse::<MessageText>().unwrap();
        for content in [
            Content::ChatMessage {
                text: text_of("hi"),
                reply_to: None,
            },
            Content::ChatMessage {
                text: text_of("hi"),
                reply_to: Some(target()),
            },
            Content::Edit {
                target: target(),
                text: text_of("ho"),
            },
            Content::Delete {
                target: target(),
                remains: None,
            },
            Content::Delete {
                target: target(),
                remains: Some(Box::new(Remains {
                    hash: [7; 32],
                    previous: Some([8; 32]),
                    lamport: 9,
                    time: Timestamp::from_millis(10),
                    is_message: true,
                })),
            },
            Content::Reaction {
                target: target(),
                emoji: "👋".into(),
                on: true,
            },
            Content::Setting(Setting::History(History::Joined)),
            Content::Setting(Setting::Title("Tea".into())),
            Content::Profile { name: "Ada".into() },
        ] {
            let EntryContent::Unknown {
                kind,
                content: json,
            } = content.write(MessageId::from_random(1))
            else {
                panic!("written without its JSON");
            };
            assert!(json.get("id").is_some());
            assert_eq!(Content::read(&text(&kind, &json)), Some(content));
        }
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for (kind, content) in [
            ("poll", json!({})),
            ("chat_message", json!({ "text": " " })),
            ("chat_message", json!({ "text": "x", "replyTo": 7 })),
            ("edit", json!({ "text": "x" })),
            (
                "delete",
                json!({ "target": { "session": "AA", "number": 1 } }),
            ),
            (
                "reaction",
                json!({ "target": target(), "emoji": "", "on": true }),
            ),
            (
                "reaction",
                json!({ "target": target(), "emoji": "x".repeat(65), "on": true }),
            ),
            ("setting", json!({ "name": "history", "value": "some" })),
            ("profile", json!({ "name": "x".repeat(65) })),
        ] {
            assert_eq!(Content::read(&text(kind, &content)), None, "{content}");
        }
    }
}
