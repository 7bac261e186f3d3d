//! The wire of the data channels, frozen: one file for each message.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::PathBuf};

use banter_protocol::{
    crypto::{
        Identity, Invite, Session,
        entry::{EntryContent, LogEnd, SignedEntry},
    },
    ids::MessageId,
    peer::{Head, PeerMessage},
    time::Timestamp,
};

fn entry(text: &str) -> SignedEntry {
    let content = EntryContent::ChatMessage {
        id: message_id(),
        text: text.parse().unwrap(),
    };
    let keys = (
        Identity::from_seed(&[1; 32]).key(),
        &Session::from_seed(&[2; 32]),
    );
    let time = Timestamp::from_millis(1_795_000_000_123);
    LogEnd::default().append(keys, content, time, &[9; 32])
}

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
fn a_confirmation() {
    let proof = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8".into();
    assert_golden("confirm", &PeerMessage::Confirm { proof });
}

/// Signed by keys made of ones and twos, in a room whose tag is nines.
#[test]
fn an_entry() {
    let SignedEntry { text, signature } = entry("Hello, «world» 👋 <b>\n\"quoted\"");
    assert_golden("entry", &PeerMessage::Entry { text, signature });
}

#[test]
fn heads_and_evidence() {
    let heads = vec![Head {
        session: Session::from_seed(&[2; 32]).key(),
        number: 7,
        hash: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8".into(),
    }];
    assert_golden("heads", &PeerMessage::Heads { heads });
    let entries = vec![entry("yes"), entry("no")];
    assert_golden("evidence", &PeerMessage::Evidence { entries });
}

#[test]
fn an_announcement_a_lock_and_a_new_invite() {
    let announcement = "AAEC".into();
    assert_golden("announcement", &PeerMessage::Announcement { announcement });
    assert_golden("lock", &PeerMessage::Lock { locked: true });
    let invite = Invite::generate([1; 16], [7; 32]);
    let message = PeerMessage::NewInvite {
        room_id: invite.room().clone(),
        secret: invite.secret().unwrap().reveal(),
    };
    assert_golden("new_invite", &message);
}

#[test]
fn a_comparison_by_emoji() {
    let text = || "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8".to_owned();
    let (commitment, share) = (text(), text());
    assert_golden("emoji_commit", &PeerMessage::EmojiCommit { commitment });
    assert_golden("emoji_share", &PeerMessage::EmojiShare { share });
    let share = text();
    assert_golden("emoji_reveal", &PeerMessage::EmojiReveal { share });
    assert_golden("emoji_cancel", &PeerMessage::EmojiCancel {});
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
        r#"{"type":"entry","text":"\ud800","signature":"AA"}"#,
        r#"{"type":"entry","text":{},"signature":"AA"}"#,
        r#"{"type":"entry","text":"{}"}"#,
        r#"{"type":"evidence","entries":[{},{},{}]}"#,
        r#"{"type":"evidence","entries":{}}"#,
        r#"{"type":"heads","heads":[{"session":"AA","number":1,"hash":""}]}"#,
        r#"{"type":"lock","locked":"yes"}"#,
        r#"{"type":"new_invite","roomId":"../x","secret":""}"#,
    ] {
        assert!(!parse(refused), "{refused}");
    }
}
