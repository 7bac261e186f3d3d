//! The server's messages, as a client reads them.

use super::ServerMessage;
use crate::decoding::{Fields, NotAMessage};

impl TryFrom<Fields> for ServerMessage {
    // `Self::Error` is a message.
    type Error = NotAMessage;

    fn try_from(mut fields: Fields) -> Result<Self, NotAMessage> {
        message(&mut fields).ok_or(NotAMessage)
    }
}

fn message(fields: &mut Fields) -> Option<ServerMessage> {
    Some(match &*fields.text("type")? {
        "room_joined" => ServerMessage::RoomJoined {
            room_id: fields.parsed("roomId")?,
            peers: fields.decoded("peers")?,
            ice_servers: fields.decoded("iceServers")?,
            resume: fields.text("resume")?,
        },
        "ice_servers" => ServerMessage::IceServers {
            ice_servers: fields.decoded("iceServers")?,
        },
        "peer_joined" => ServerMessage::PeerJoined {
            peer: fields.decoded("peer")?,
        },
        "peer_left" => ServerMessage::PeerLeft {
            peer_id: fields.parsed("peerId")?,
        },
        "offer" => ServerMessage::Offer {
            from: fields.parsed("from")?,
            to: fields.parsed("to")?,
            negotiation: fields.optional("negotiation", Fields::text)?,
            announcement: fields.optional("announcement", Fields::text)?,
            offer: fields.any("offer")?,
        },
        "answer" => ServerMessage::Answer {
            from: fields.parsed("from")?,
            to: fields.parsed("to")?,
            negotiation: fields.optional("negotiation", Fields::text)?,
            announcement: fields.optional("announcement", Fields::text)?,
            answer: fields.any("answer")?,
        },
        "ice_candidate" => ServerMessage::IceCandidate {
            from: fields.parsed("from")?,
            to: fields.parsed("to")?,
            negotiation: fields.optional("negotiation", Fields::text)?,
            candidate: fields.any("candidate")?,
        },
        "error" => ServerMessage::Error {
            code: fields.decoded("code")?,
            message: fields.text("message")?,
            retry_after_ms: fields.optional("retryAfterMs", Fields::number)?,
            peer_id: fields.optional("peerId", Fields::parsed)?,
        },
        "pong" => ServerMessage::Pong {},
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

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
            r#"{"type":"ice_servers"}"#,
            r#"{"type":"ice_servers","iceServers":[{"urls":"stun:not.a.list"}]}"#,
            r#"{"type":"error","code":"no_such_code","message":"x"}"#,
            r#"{"type":"error","code":"room_full","message":"x","retryAfterMs":-1}"#,
            r#"{"type":"error","code":"room_full","message":"x","peerId":7}"#,
            r#"{"type":"room_joined","roomId":"tea","peers":[{}],"iceServers":[],"resume":"r"}"#,
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
