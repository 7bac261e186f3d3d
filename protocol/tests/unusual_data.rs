//! Promise 36: names that mean something to JavaScript, surrogates without a partner, empty and largest fields are ordinary data
//! or are refused, never an accident. The same for the messages of peers is in `golden_peer.rs`, for names in `names`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use banter_protocol::{
    crypto::{
        Identity, Session,
        entry::{Entry, EntryContent, LogEnd, SignedEntry},
        signal::{Signal, SignalKind},
    },
    ids::MessageId,
    limits,
    signaling::{ClientFrame, ServerMessage},
    time::Timestamp,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::json;
use sha2::{Digest, Sha256};

const ROOM_TAG: [u8; 32] = [9; 32];
const SESSION: [u8; 32] = [2; 32];
const PEER: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[test]
fn server_messages() {
    let read = |text: &str| serde_json::from_str::<ServerMessage>(text).ok();
    let joined = |name: &str| {
        read(&format!(
            r#"{{"type":"peer_joined","peer":{{"id":"{PEER}","displayName":"{name}","joinedAt":1}}}}"#
        ))
    };
    for name in [
        "",
        "__proto__",
        r"\u0000",
        r"\ud83d\ude00",
        &"x".repeat(100_000),
    ] {
        assert!(joined(name).is_some(), "{name}");
    }
    for name in [r"\ud83d", r"\ude00\ud83d", "\u{0}"] {
        assert_eq!(joined(name), None, "{name}");
    }
    let payload = json!({ "__proto__": { "sdp": "x" }, "constructor": null, "": [] });
    let offer = json!({ "type": "offer", "from": PEER, "to": PEER, "offer": payload });
    let Some(ServerMessage::Offer { offer, .. }) = read(&offer.to_string()) else {
        panic!("an offer is an offer");
    };
    assert_eq!(offer, payload);
    for deep in [100, 200, 30_000] {
        let value = "[".repeat(deep) + &"]".repeat(deep);
        let offer = format!(r#"{{"type":"offer","from":"{PEER}","to":"{PEER}","offer":{value}}}"#);
        assert_eq!(read(&offer).is_some(), deep == 100, "{deep} deep");
        // The server relays what it does not read.
        assert!(
            ClientFrame::parse(&offer).is_ok() || deep > 100,
            "{deep} deep"
        );
    }
}

#[test]
fn signals() {
    let negotiation = Some("x".repeat(limits::NEGOTIATION_ID_BYTES));
    for payload in [
        json!(null),
        json!(""),
        json!({ "__proto__": 1, "constructor": "\0" }),
        json!("x".repeat(30_000)),
        json!(u64::MAX),
    ] {
        let signal = Signal {
            kind: SignalKind::Offer,
            negotiation: negotiation.clone(),
            payload,
        };
        assert_eq!(Signal::read(&signal.to_padded_bytes()), Some(signal));
    }
}

/// Signs any text, as somebody in the room can.
fn signed(text: String) -> SignedEntry {
    let mut joined = Vec::new();
    for field in [&b"banter/1 entry"[..], &ROOM_TAG, &Sha256::digest(&text)] {
        joined.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        joined.extend(field);
    }
    let signature = SigningKey::from_bytes(&SESSION).sign(&joined).to_bytes();
    SignedEntry {
        text,
        signature: Base64UrlUnpadded::encode_string(&signature),
    }
}

fn read(entry: &SignedEntry) -> Option<Entry> {
    let author = Identity::from_seed(&[1; 32]).key();
    entry.verify(&author, &Session::from_seed(&SESSION).key(), &ROOM_TAG)
}

fn said(text: &str) -> SignedEntry {
    let author = Identity::from_seed(&[1; 32]).key();
    let content = EntryContent::ChatMessage {
        id: MessageId::from_random(1),
        text: text.parse().unwrap(),
    };
    let session = Session::from_seed(&SESSION);
    LogEnd::default().append(
        (author, &session),
        content,
        Timestamp::from_millis(1),
        &ROOM_TAG,
    )
}

#[test]
fn entries() {
    let plain = said("hello").text;
    assert!(read(&signed(plain.clone())).is_some());
    for (part, instead, taken) in [
        (
            "{",
            r#"{"__proto__":{"author":"x"},"constructor":[],"#,
            true,
        ),
        ("hello", r"x\u0000", true),
        ("hello", r"\u0000", false),
        ("hello", "__proto__", true),
        ("hello", r"\ud83d", false),
        ("hello", "", false),
        ("hello", "\0", false),
        (r#""lamport":1"#, r#""lamport":18446744073709551616"#, false),
        (r#""time":1"#, r#""time":1e3"#, false),
        (r#""kind":"chat_message""#, r#""kind":"__proto__""#, false),
    ] {
        let text = plain.replacen(part, instead, 1);
        assert_ne!(text, plain);
        let read = read(&signed(text.clone())).map(|entry| entry.content);
        let shown = matches!(read, Some(EntryContent::ChatMessage { .. }));
        assert_eq!(shown, taken, "{text}");
    }
    let padded = |length: usize| plain.clone() + &" ".repeat(length - plain.len());
    assert!(read(&signed(padded(limits::ENTRY_BYTES))).is_some());
    assert!(read(&signed(padded(limits::ENTRY_BYTES + 1))).is_none());
}

/// What somebody may write, others can read, and it fits where it has to travel.
#[test]
fn the_longest_text_of_every_kind_travels() {
    for letter in [
        "\0",
        "\"",
        "\\",
        "\nx",
        "\u{7f}",
        "\u{2028}x",
        "é",
        "😀",
        "\u{1f}x",
    ] {
        let times = limits::MESSAGE_TEXT_BYTES / letter.len();
        // One letter that can be seen: a text that shows nothing is none.
        let longest = format!("x{}", letter.repeat(times - 1));
        let entry = said(&longest);
        assert!(entry.text.len() <= limits::ENTRY_BYTES, "{letter:?}");
        let EntryContent::ChatMessage { text, .. } = read(&entry).unwrap().content else {
            panic!("{letter:?} is not read");
        };
        assert_eq!(text.as_str(), longest);
        let message = json!({ "type": "entry", "text": entry.text, "signature": entry.signature });
        let length = message.to_string().len();
        assert!(length <= limits::PEER_MESSAGE_BYTES, "{letter:?}: {length}");
    }
}
