//! The wire of the data channels, frozen: one file for each message.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::PathBuf};

use banter_protocol::{ids::MessageId, peer::PeerMessage, time::Timestamp};

const AUTHOR: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn message_id() -> MessageId {
    "0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11".parse().unwrap()
}

fn assert_golden(name: &str, message: &PeerMessage) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/golden/peer", name]
        .iter()
        .collect();
    let golden = fs::read_to_string(path.with_extension("json")).unwrap();
    assert_eq!(serde_json::to_string(message).unwrap(), golden.trim_end());
    assert_eq!(
        &serde_json::from_str::<PeerMessage>(&golden).unwrap(),
        message
    );
}

#[test]
fn a_chat_message() {
    let message = PeerMessage::ChatMessage {
        id: message_id(),
        from: AUTHOR.parse().unwrap(),
        text: "Hello, «world» 👋 <b>\n\"quoted\"".parse().unwrap(),
        timestamp: Timestamp::from_millis(1_795_000_000_123),
    };
    assert_golden("chat_message", &message);
}

#[test]
fn a_delivery() {
    assert_golden("delivered", &PeerMessage::Delivered { id: message_id() });
}

#[test]
fn a_typing_indicator() {
    assert_golden(
        "typing_indicator",
        &PeerMessage::TypingIndicator { typing: true },
    );
}

#[test]
fn a_ping_and_its_pong() {
    assert_golden("ping", &PeerMessage::Ping { id: 7 });
    assert_golden("pong", &PeerMessage::Pong { id: 7 });
}

#[test]
fn a_bye() {
    assert_golden("bye", &PeerMessage::Bye {});
}

/// Promise 36: unusual names and values are ordinary data or are refused, never an accident.
#[test]
fn unusual_data_is_data_or_refused() {
    let parse = |text: &str| serde_json::from_str::<PeerMessage>(text).is_ok();
    for known in [
        r#"{"type":"ping","id":1,"__proto__":{"x":1},"constructor":null}"#,
        r#"{"id":4294967295,"type":"pong"}"#,
        r#"{"type":"typing_indicator","typing":false,"from":"\u0000"}"#,
    ] {
        assert!(parse(known), "{known}");
    }
    for refused in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"type":"__proto__"}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"ping","id":-1}"#,
        r#"{"type":"ping","id":4294967296}"#,
        r#"{"type":"ping","id":1.5}"#,
        r#"{"type":"delivered","id":"\ud800"}"#,
        r#"{"type":"chat_message","id":"0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11","from":"67e55044-10b1-426f-9247-bb680e5fe0c8","text":"\ud800","timestamp":1}"#,
        r#"{"type":"chat_message","id":"0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11","from":"67e55044-10b1-426f-9247-bb680e5fe0c8","text":"","timestamp":1}"#,
        r#"{"type":"chat_message","id":"0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11","from":"67e55044-10b1-426f-9247-bb680e5fe0c8","text":"x","timestamp":-1}"#,
    ] {
        assert!(!parse(refused), "{refused}");
    }
}
