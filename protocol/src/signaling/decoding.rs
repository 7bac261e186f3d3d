//! How a client reads the server's messages: the fields of all of them at once, then what they amount to.
//!
//! What serde derives for a tagged enum keeps the fields in a buffer until it knows the tag, and brings code for
//! every type that could be in there. This reads the same frames with a fifth of that code, which a browser
//! must load before it can show anything.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use super::ServerMessage;

/// Whatever a message may hold; the tag decides what it must hold, and what is none of its fields may be anything.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServerFields {
    r#type: String,
    room_id: Option<Value>,
    peers: Option<Value>,
    ice_servers: Option<Value>,
    resume: Option<Value>,
    peer: Option<Value>,
    peer_id: Option<Value>,
    from: Option<Value>,
    to: Option<Value>,
    negotiation: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    offer: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    answer: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    candidate: Option<Value>,
    code: Option<Value>,
    message: Option<Value>,
    retry_after_ms: Option<Value>,
}

/// A payload may be `null`, which is not the same as none.
fn present<'de, D: Deserializer<'de>>(payload: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(payload).map(Some)
}

/// The tag is unknown, or a field that it asks for is missing or of another kind.
#[derive(Debug, thiserror::Error)]
#[error("not a message of the server's")]
pub(super) struct NotAServerMessage;

impl TryFrom<ServerFields> for ServerMessage {
    // `Self::Error` is a message.
    type Error = NotAServerMessage;

    fn try_from(fields: ServerFields) -> Result<Self, NotAServerMessage> {
        fields.into_message().ok_or(NotAServerMessage)
    }
}

impl ServerFields {
    fn into_message(self) -> Option<ServerMessage> {
        Some(match &*self.r#type {
            "room_joined" => ServerMessage::RoomJoined {
                room_id: parsed(self.room_id)?,
                peers: decoded(self.peers)?,
                ice_servers: decoded(self.ice_servers)?,
                resume: text(self.resume)?,
            },
            "peer_joined" => ServerMessage::PeerJoined {
                peer: decoded(self.peer)?,
            },
            "peer_left" => ServerMessage::PeerLeft {
                peer_id: parsed(self.peer_id)?,
            },
            "offer" => ServerMessage::Offer {
                from: parsed(self.from)?,
                to: parsed(self.to)?,
                negotiation: optional(self.negotiation, text)?,
                offer: self.offer?,
            },
            "answer" => ServerMessage::Answer {
                from: parsed(self.from)?,
                to: parsed(self.to)?,
                negotiation: optional(self.negotiation, text)?,
                answer: self.answer?,
            },
            "ice_candidate" => ServerMessage::IceCandidate {
                from: parsed(self.from)?,
                to: parsed(self.to)?,
                negotiation: optional(self.negotiation, text)?,
                candidate: self.candidate?,
            },
            "error" => ServerMessage::Error {
                code: decoded(self.code)?,
                message: text(self.message)?,
                retry_after_ms: optional(self.retry_after_ms, |value| value?.as_u64())?,
                peer_id: optional(self.peer_id, parsed)?,
            },
            "pong" => ServerMessage::Pong {},
            _ => return None,
        })
    }
}

fn text(value: Option<Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

fn parsed<T: FromStr>(value: Option<Value>) -> Option<T> {
    value?.as_str()?.parse().ok()
}

fn decoded<T: DeserializeOwned>(value: Option<Value>) -> Option<T> {
    serde_json::from_value(value?).ok()
}

/// A field that may be absent, but not of another kind.
fn optional<T>(value: Option<Value>, read: fn(Option<Value>) -> Option<T>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(_) => read(value).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Option<ServerMessage> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn a_payload_may_be_null_but_not_missing() {
        let offer = r#"{"type":"offer","from":"67e55044-10b1-426f-9247-bb680e5fe0c8","to":"67e55044-10b1-426f-9247-bb680e5fe0c9""#;
        assert!(matches!(
            decode(&format!(r#"{offer},"offer":null}}"#)),
            Some(ServerMessage::Offer {
                offer: Value::Null,
                negotiation: None,
                ..
            })
        ));
        assert_eq!(decode(&format!("{offer}}}")), None);
        assert_eq!(decode(&format!(r#"{offer},"answer":null}}"#)), None);
    }

    #[test]
    fn unknown_fields_are_ignored_and_unknown_types_are_not_guessed() {
        assert_eq!(
            decode(r#"{"news":[1],"type":"pong","peers":"none of its fields"}"#),
            Some(ServerMessage::Pong {})
        );
        for unreadable in [
            r#"{"type":"hello"}"#,
            r#"{"type":"peer_left"}"#,
            r#"{"type":"peer_left","peerId":"someone"}"#,
            r#"{"type":"error","code":"no_such_code","message":"x"}"#,
            r#"{"type":"error","code":"room_full","message":"x","retryAfterMs":-1}"#,
            r#"{"type":"error","code":"room_full","message":"x","peerId":7}"#,
            r#"{"type":"room_joined","roomId":"tea","peers":[{}],"iceServers":[],"resume":"r"}"#,
            r#"{"type":"pong","type":"pong"}"#,
            r#"{"type":null}"#,
            "{}",
            "[]",
            "null",
            "",
        ] {
            assert_eq!(decode(unreadable), None, "{unreadable}");
        }
    }
}
