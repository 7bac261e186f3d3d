//! The wire of the log, frozen: one file for each message. And what is none is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{fs, path::PathBuf};

use banter_protocol::{
    crypto::{
        Identity, Session, SessionKey, SignedCard, SignedReceipt,
        entry::{Entry, EntryContent, LogEnd, SignedEntry},
        receipt::{Reached, Receipt},
    },
    ids::{MessageId, PeerId},
    limits,
    log::{Content, LogEntry},
    peer::{Answer, Extent, LogMessage, WantedRange},
    time::Timestamp,
};
use proptest::prelude::*;

const ROOM: [u8; 32] = [9; 32];

fn session() -> Session {
    Session::from_seed(&[2; 32])
}

/// Signed by keys made of ones and twos, in a room whose tag is nines.
fn entry(text: &str) -> SignedEntry {
    let content = EntryContent::ChatMessage {
        id: "0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11"
            .parse::<MessageId>()
            .unwrap(),
        text: text.parse().unwrap(),
    };
    let keys = (Identity::from_seed(&[1; 32]).key(), &session());
    let time = Timestamp::from_millis(1_795_000_000_123);
    LogEnd::default().append(keys, content, time, &ROOM)
}

/// In base64url, by way of a message that holds a hash.
fn encoded(hash: &[u8; 32]) -> String {
    let extent = Extent {
        hash: *hash,
        ..extent()
    };
    let json = serde_json::to_value(extent).unwrap();
    json["hash"].as_str().unwrap().to_owned()
}

/// What is left of the first entry, by a deletion of it in the second place.
fn stub() -> SignedEntry {
    let deleted = entry("hello");
    let content = serde_json::json!({
        "id": "2f1f5f0c-6d5e-4d8b-9a53-3c1d6a7b8e22",
        "target": {"session": session().key(), "number": 1},
        "remains": {
            "hash": encoded(&deleted.hash()),
            "previous": null,
            "lamport": 1,
            "time": 1_795_000_000_123_u64,
            "isMessage": true
        }
    });
    let kind = "delete".into();
    let content = EntryContent::Unknown { kind, content };
    let keys = (Identity::from_seed(&[1; 32]).key(), &session());
    let time = Timestamp::from_millis(1_795_000_000_456);
    let deletion = LogEnd {
        number: 1,
        head: Some(encoded(&deleted.hash())),
        lamport: 1,
    }
    .append(keys, content, time, &ROOM);
    SignedEntry {
        text: format!(
            r#"{{"deletion":{}}}"#,
            serde_json::to_string(&deletion).unwrap()
        ),
        signature: deleted.signature,
    }
}

fn extent() -> Extent {
    Extent {
        session: session().key(),
        first: 3,
        last: 7,
        hash: entry("hello").hash(),
    }
}

fn card() -> SignedCard {
    let peer: PeerId = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
    let identity = Identity::from_seed(&[1; 32]);
    SignedCard::sign(peer, &"Ada".parse().unwrap(), &identity, &session(), &ROOM)
}

fn receipt() -> SignedReceipt {
    let reached = |number| Reached {
        session: Session::from_seed(&[3; 32]).key(),
        number,
    };
    let receipt = Receipt {
        session: session().key(),
        counter: 1_795_000_000_123,
        delivered: vec![reached(7)],
        read: vec![reached(5)],
    };
    SignedReceipt::sign(&receipt, &session(), &ROOM)
}

fn messages() -> Vec<(&'static str, LogMessage)> {
    let digest = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8".into();
    let ranges = vec![WantedRange {
        session: session().key().into(),
        from: 7,
        to: 3,
    }];
    let answer = Some(Answer { id: 7, done: true });
    let entries = || vec![entry("hello")];
    vec![
        ("digest", LogMessage::Digest { digest }),
        (
            "have",
            LogMessage::Have {
                sessions: vec![extent().told()],
            },
        ),
        ("want", LogMessage::Want { id: 7, ranges }),
        (
            "entries",
            LogMessage::Entries {
                entries: entries(),
                answer: None,
            },
        ),
        (
            "entries_asked_for",
            LogMessage::Entries {
                entries: entries(),
                answer,
            },
        ),
        (
            "entries_deleted",
            LogMessage::Entries {
                entries: vec![stub()],
                answer: None,
            },
        ),
        (
            "cards",
            LogMessage::Cards {
                cards: vec![card()],
            },
        ),
        (
            "pass",
            LogMessage::Pass {
                from: 7,
                to: vec![session().key().into()],
            },
        ),
        (
            "fork",
            LogMessage::Fork {
                entries: vec![entry("yes"), entry("no")],
            },
        ),
        (
            "receipts",
            LogMessage::Receipts {
                receipts: vec![receipt()],
            },
        ),
    ]
}

fn path(name: &str) -> PathBuf {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/golden/log", name]
        .iter()
        .collect();
    folder.with_extension("json")
}

#[test]
fn every_message_is_written_and_read_as_it_is_frozen() {
    for (name, message) in messages() {
        let golden = fs::read_to_string(path(name)).unwrap();
        let written = serde_json::to_string(&message).unwrap();
        assert_eq!(written, golden.trim_end(), "{name}");
        assert_eq!(
            serde_json::from_str::<LogMessage>(&golden).unwrap(),
            message
        );
    }
    let read = LogEntry::read(stub()).unwrap();
    assert_eq!(read.hash, entry("hello").hash());
    assert_eq!((read.entry.number, read.content), (1, Content::Deleted));
    assert!(card().is_genuine(&ROOM));
    assert!(receipt().is_genuine(&session().key(), &ROOM));
}

/// Writes what is not frozen yet.
#[test]
#[ignore = "writes files"]
fn write_golden() {
    for (name, message) in messages() {
        if !path(name).exists() {
            let json = serde_json::to_string(&message).unwrap();
            fs::write(path(name), format!("{json}\n")).unwrap();
        }
    }
}

fn reads(json: &str) -> bool {
    serde_json::from_str::<LogMessage>(json).is_ok()
}

#[test]
fn what_is_too_much_or_of_another_kind_is_no_message() {
    let session = session().key();
    let hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    let have = |first: &str, last: &str, hash: &str| {
        format!(
            r#"{{"type":"have","sessions":[{{"session":"{session}","first":{first},"last":{last},"hash":"{hash}"}}]}}"#
        )
    };
    assert!(reads(&have("1", "9007199254740991", hash)));
    for (first, last, hash) in [
        ("0", "1", hash),
        ("2", "1", hash),
        ("1", "9007199254740992", hash),
        ("1", "1.5", hash),
        ("1", "1", "AA"),
        ("1", "1", ""),
    ] {
        assert!(!reads(&have(first, last, hash)), "{first} {last} {hash}");
    }
    let twice = vec![extent().told(); 2];
    let json = serde_json::to_string(&LogMessage::Have { sessions: twice }).unwrap();
    assert!(!reads(&json), "one session twice");
    // What is named need not be a point of the curve; whoever looked would be kept busy.
    let no_point = "_".repeat(42) + "8";
    let named = have("1", "1", hash).replace(&session.to_string(), &no_point);
    assert!(no_point.parse::<SessionKey>().is_err() && reads(&named));
    for none in [
        r#"{"type":"have"}"#,
        r#"{"type":"have","sessions":[{"session":"AA","first":1,"last":1,"hash":""}]}"#,
        r#"{"type":"want","id":-1,"ranges":[]}"#,
        r#"{"type":"want","id":4294967296,"ranges":[]}"#,
        r#"{"type":"entries","entries":[],"answer":7}"#,
        r#"{"type":"entries","entries":[],"answer":{"id":7}}"#,
        r#"{"type":"entries","entries":[{"text":"x"}]}"#,
        r#"{"type":"pass","from":0,"to":[]}"#,
        r#"{"type":"pass","from":1,"to":["AA"]}"#,
        r#"{"type":"fork","entries":[{},{},{}]}"#,
        r#"{"type":"receipts","receipts":{}}"#,
        r#"{"type":"heads","heads":[]}"#,
        "null",
    ] {
        assert!(!reads(none), "{none}");
    }
    assert!(reads(
        r#"{"type":"entries","entries":[],"answer":null,"new":1}"#
    ));
    let entry = |bytes: usize| SignedEntry {
        text: "x".repeat(bytes),
        signature: String::new(),
    };
    let sized = |entries: Vec<SignedEntry>| {
        let answer = None;
        reads(&serde_json::to_string(&LogMessage::Entries { entries, answer }).unwrap())
    };
    let half = limits::ENTRIES_BYTES / 2;
    assert!(sized(vec![entry(half), entry(half)]) && sized(vec![entry(limits::ENTRY_BYTES)]));
    assert!(!sized(vec![entry(half), entry(half + 1)]));
    assert!(!sized(vec![entry(1); limits::ENTRIES + 1]));
    let many = |count| LogMessage::Want {
        id: 1,
        ranges: vec![
            WantedRange {
                session: session.into(),
                from: 1,
                to: 1,
            };
            count
        ],
    };
    assert!(reads(
        &serde_json::to_string(&many(limits::WANTED_RANGES)).unwrap()
    ));
    assert!(!reads(
        &serde_json::to_string(&many(limits::WANTED_RANGES + 1)).unwrap()
    ));
}

proptest! {
    /// Promise 23: what comes is read or refused.
    #[test]
    fn any_message_cut_short_or_changed_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        byte: u8,
        cuts: bool,
    ) {
        let messages = messages();
        let mut bytes = serde_json::to_vec(&which.get(&messages).1).unwrap();
        let place = place.index(bytes.len());
        if cuts {
            bytes.truncate(place);
        } else {
            bytes[place] = byte;
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(message) = serde_json::from_str::<LogMessage>(&text) {
            let written = serde_json::to_string(&message).unwrap();
            prop_assert_eq!(serde_json::from_str::<LogMessage>(&written).unwrap(), message);
        }
    }
}

#[test]
fn two_of_the_worst_entries_fit_in_one_message() {
    let author = Identity::from_seed(&[1; 32]).key();
    let greatest = (1 << 53) - 1;
    let say = |kind: &str, content: serde_json::Value| {
        let entry = Entry {
            author,
            session: session().key(),
            number: greatest,
            previous: Some([7; 32]),
            lamport: greatest,
            time: Timestamp::from_millis(greatest),
            content: EntryContent::Unknown {
                kind: kind.into(),
                content,
            },
        };
        SignedEntry::sign(&entry, &session(), &ROOM)
    };
    let is_taken = |it: &SignedEntry| it.verify(&author, &session().key(), &ROOM).is_some();
    let lengths = (80 * 1024..limits::ENTRY_BYTES / 2).step_by(1024);
    let quotes = lengths.map(|length| say("x", "\"".repeat(length).into()));
    let longest = quotes.take_while(is_taken).last().unwrap();
    let entries = vec![longest; 2];
    let fork = serde_json::to_string(&LogMessage::Fork { entries }).unwrap();
    let most = limits::PEER_MESSAGE_BYTES;
    assert!(
        (most - 16 * 1024..=most).contains(&fork.len()),
        "{}",
        fork.len()
    );
    // All that a chat message may be is taken.
    let text = "\u{1}".repeat(limits::MESSAGE_TEXT_BYTES);
    let id = MessageId::from_random(1);
    let answered = serde_json::json!({"session": session().key(), "number": greatest});
    let content = serde_json::json!({"id": id, "text": text, "replyTo": answered});
    assert!(is_taken(&say("chat_message", content)));
}
