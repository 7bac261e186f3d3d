//! What the server reads of a client's frame: everything of its own messages, and of a relayed one only who it
//! is from, who it is for, and that there is a payload.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    ids::{PeerId, RoomId},
    limits,
};

/// A frame of a client's. Offers, answers and candidates are all [`ClientFrame::Relay`]: the sender's bytes are
/// forwarded as they came, so nothing of the payload is kept here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// `join_room`
    Join(JoinFrame),
    /// `leave_room`
    Leave {
        /// The room to leave.
        room: RoomId,
        /// Who says so.
        peer_id: PeerId,
    },
    /// `offer`, `answer` or `ice_candidate`
    Relay {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
    },
    /// `ping`
    Ping,
}

/// The fields of `join_room`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinFrame {
    /// The room.
    pub room: RoomId,
    /// The tab's own id.
    pub peer_id: PeerId,
    /// 1 byte to 1 KiB.
    pub display_name: String,
    /// To take one's old seat again.
    pub resume: Option<String>,
}

/// Why a frame is no message of the contract. Answered with `bad_message` and these words, which hold nothing
/// of the frame itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// Not JSON (RFC 8259), or not an object.
    #[error("a frame is one JSON object")]
    NotAnObject,
    /// An outer key stands there twice, perhaps in two spellings.
    #[error("an outer key is repeated")]
    RepeatedKey,
    /// `type` is none that a client sends.
    #[error("`type` is none that a client sends")]
    UnknownType,
    /// A field is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A field is of the wrong kind or outside its limits.
    #[error("`{0}` is not valid")]
    Invalid(&'static str),
}

impl ClientFrame {
    /// Reads a text frame.
    ///
    /// # Errors
    ///
    /// See [`BadFrame`].
    pub fn parse(text: &str) -> Result<Self, BadFrame> {
        let fields: Fields<'_> = serde_json::from_str(text).map_err(|_| BadFrame::NotAnObject)?;
        if fields.is_repeated() {
            return Err(BadFrame::RepeatedKey);
        }
        match &*fields.text("type")? {
            "join_room" => fields.join().map(Self::Join),
            "leave_room" => Ok(Self::Leave {
                room: fields.parse("roomId")?,
                peer_id: fields.parse("peerId")?,
            }),
            "offer" => fields.relay("offer"),
            "answer" => fields.relay("answer"),
            "ice_candidate" => fields.relay("candidate"),
            "ping" => Ok(Self::Ping),
            _ => Err(BadFrame::UnknownType),
        }
    }
}

/// The outer keys, unescaped, with their values as they stand in the frame. Keys are bytes because JSON lets
/// them hold surrogates without a partner, which no `str` can. An honest frame has so few that a list is the
/// quickest map.
struct Fields<'a> {
    values: Vec<(Cow<'a, [u8]>, &'a RawValue)>,
}

/// A client may send more keys than this, but none does.
const USUAL_KEYS: usize = 8;

impl<'a> Fields<'a> {
    /// Whether a key stands there twice. Of many keys not each is compared with each.
    fn is_repeated(&self) -> bool {
        let keys = self.values.iter().map(|(key, _)| &**key);
        if self.values.len() <= USUAL_KEYS {
            let mut places = keys.clone().enumerate();
            return places.any(|(place, key)| keys.clone().take(place).any(|before| before == key));
        }
        let mut sorted: Vec<&[u8]> = keys.collect();
        sorted.sort_unstable();
        sorted
            .windows(2)
            .any(|pair| matches!(pair, [key, next] if key == next))
    }

    fn raw(&self, key: &'static str) -> Result<&'a RawValue, BadFrame> {
        let mut values = self.values.iter();
        let found = values.find(|(name, _)| **name == *key.as_bytes());
        found.map(|(_, value)| *value).ok_or(BadFrame::Missing(key))
    }

    fn text(&self, key: &'static str) -> Result<Cow<'a, str>, BadFrame> {
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        let raw = self.raw(key)?.get();
        let quoted = raw
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        if let Some(plain) = quoted.filter(|text| !text.contains('\\')) {
            return Ok(Cow::Borrowed(plain));
        }
        match serde_json::from_str(raw) {
            Ok(Text(text)) => Ok(text),
            Err(_) => Err(BadFrame::Invalid(key)),
        }
    }

    fn parse<T: std::str::FromStr>(&self, key: &'static str) -> Result<T, BadFrame> {
        self.text(key)?.parse().map_err(|_| BadFrame::Invalid(key))
    }

    /// A text of at most `limit` bytes; absent and `null` are the same.
    fn optional_text(&self, key: &'static str, limit: usize) -> Result<Option<String>, BadFrame> {
        match self.raw(key) {
            Err(_) => Ok(None),
            Ok(raw) if raw.get() == "null" => Ok(None),
            Ok(_) => {
                let text = self.text(key)?;
                if text.len() > limit {
                    return Err(BadFrame::Invalid(key));
                }
                Ok(Some(text.into_owned()))
            }
        }
    }

    fn join(&self) -> Result<JoinFrame, BadFrame> {
        let room = self.parse("roomId")?;
        let peer_id = self.parse("peerId")?;
        let display_name = self.text("displayName")?.into_owned();
        if display_name.is_empty() || display_name.len() > limits::DISPLAY_NAME_BYTES {
            return Err(BadFrame::Invalid("displayName"));
        }
        let resume = self.optional_text("resume", limits::RESUME_BYTES)?;
        Ok(JoinFrame {
            room,
            peer_id,
            display_name,
            resume,
        })
    }

    fn relay(&self, payload: &'static str) -> Result<ClientFrame, BadFrame> {
        let (from, to) = (self.parse("from")?, self.parse("to")?);
        self.raw(payload)?;
        Ok(ClientFrame::Relay { from, to })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut values = Vec::with_capacity(USUAL_KEYS);
                while let Some((Key(key), value)) = map.next_entry()? {
                    values.push((key, value));
                }
                Ok(Fields { values })
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct Key<'a>(Cow<'a, [u8]>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_bytes<E>(self, key: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_bytes<E>(self, key: &[u8]) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_bytes(KeyVisitor)
    }
}

#[cfg(test)]
mod tests;
