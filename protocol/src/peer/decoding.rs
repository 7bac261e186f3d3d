//! The messages of peers, as they are read.

use super::PeerMessage;
use crate::{
    decoding::{Fields, NotAMessage},
    limits,
};

impl TryFrom<Fields> for PeerMessage {
    type Error = NotAMessage;

    fn try_from(mut fields: Fields) -> Result<Self, Self::Error> {
        message(&mut fields).ok_or(NotAMessage)
    }
}

fn message(fields: &mut Fields) -> Option<PeerMessage> {
    Some(match &*fields.text("type")? {
        "confirm" => PeerMessage::Confirm {
            proof: fields.text("proof")?,
        },
        "entry" => PeerMessage::Entry {
            text: fields.text("text")?,
            signature: fields.text("signature")?,
        },
        "delivered" => PeerMessage::Delivered {
            id: fields.parsed("id")?,
        },
        "typing_indicator" => PeerMessage::TypingIndicator {
            typing: fields.truth("typing")?,
        },
        "ping" => PeerMessage::Ping { id: round(fields)? },
        "pong" => PeerMessage::Pong { id: round(fields)? },
        "bye" => PeerMessage::Bye {},
        "announcement" => PeerMessage::Announcement {
            announcement: fields.text("announcement")?,
        },
        "heads" => PeerMessage::Heads {
            heads: at_most(limits::HEADS, fields.decoded("heads")?)?,
        },
        "evidence" => PeerMessage::Evidence {
            entries: at_most(2, fields.decoded("entries")?)?,
        },
        "lock" => PeerMessage::Lock {
            locked: fields.truth("locked")?,
        },
        "new_invite" => PeerMessage::NewInvite {
            room_id: fields.parsed("roomId")?,
            secret: fields.text("secret")?,
        },
        "emoji_commit" => PeerMessage::EmojiCommit {
            commitment: fields.text("commitment")?,
        },
        "emoji_share" => PeerMessage::EmojiShare {
            share: fields.text("share")?,
        },
        "emoji_reveal" => PeerMessage::EmojiReveal {
            share: fields.text("share")?,
        },
        "emoji_cancel" => PeerMessage::EmojiCancel {},
        _ => return None,
    })
}

fn at_most<T>(most: usize, list: Vec<T>) -> Option<Vec<T>> {
    (list.len() <= most).then_some(list)
}

fn round(fields: &mut Fields) -> Option<u32> {
    u32::try_from(fields.number("id")?).ok()
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
            r#"{"type":"greeting"}"#,
            r#"{"id":1}"#,
        ] {
            assert_eq!(decode(unreadable), None, "{unreadable}");
        }
    }
}
