//! How the messages of peers are read: the fields of all of them at once, then what they amount to. The reason
//! is that of `signaling/decoding.rs`: a browser loads a fifth of the code.

use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value;

use super::PeerMessage;
use crate::time::Timestamp;

/// Whatever a message may hold; the tag decides what it must hold, and what is none of its fields may be anything.
#[derive(Deserialize)]
pub(super) struct PeerFields {
    r#type: String,
    id: Option<Value>,
    from: Option<Value>,
    text: Option<Value>,
    timestamp: Option<Value>,
    typing: Option<Value>,
}

/// The tag is unknown, or a field that it asks for is missing or of another kind.
#[derive(Debug, thiserror::Error)]
#[error("not a message of a peer's")]
pub(super) struct NotAPeerMessage;

impl TryFrom<PeerFields> for PeerMessage {
    type Error = NotAPeerMessage;

    fn try_from(fields: PeerFields) -> Result<Self, Self::Error> {
        fields.into_message().ok_or(NotAPeerMessage)
    }
}

impl PeerFields {
    fn into_message(self) -> Option<PeerMessage> {
        Some(match &*self.r#type {
            "chat_message" => PeerMessage::ChatMessage {
                id: parsed(self.id)?,
                from: parsed(self.from)?,
                text: parsed(self.text)?,
                timestamp: Timestamp::from_millis(self.timestamp?.as_u64()?),
            },
            "delivered" => PeerMessage::Delivered {
                id: parsed(self.id)?,
            },
            "typing_indicator" => PeerMessage::TypingIndicator {
                typing: self.typing?.as_bool()?,
            },
            "ping" => PeerMessage::Ping {
                id: number(self.id)?,
            },
            "pong" => PeerMessage::Pong {
                id: number(self.id)?,
            },
            "bye" => PeerMessage::Bye {},
            _ => return None,
        })
    }
}

fn parsed<T: FromStr>(value: Option<Value>) -> Option<T> {
    value?.as_str()?.parse().ok()
}

fn number(value: Option<Value>) -> Option<u32> {
    u32::try_from(value?.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Option<PeerMessage> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn an_id_is_of_the_kind_that_the_message_asks_for() {
        assert_eq!(
            decode(r#"{"type":"ping","id":4294967295,"new":[]}"#),
            Some(PeerMessage::Ping { id: u32::MAX })
        );
        for unreadable in [
            r#"{"type":"ping","id":4294967296}"#,
            r#"{"type":"ping","id":-1}"#,
            r#"{"type":"ping","id":1.5}"#,
            r#"{"type":"pong","id":"1"}"#,
            r#"{"type":"pong"}"#,
            r#"{"type":"delivered","id":7}"#,
            r#"{"type":"delivered","id":"7"}"#,
            r#"{"type":"bye","type":"bye"}"#,
            r#"{"type":"greeting"}"#,
            r#"{"id":1}"#,
        ] {
            assert_eq!(decode(unreadable), None, "{unreadable}");
        }
    }
}
