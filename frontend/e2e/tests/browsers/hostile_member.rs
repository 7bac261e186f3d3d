//! A member who is let in, has proved their key, and then says whatever comes to mind over the data channel.

use std::time::Instant;

use banter_e2e::{Browser, Kind, Person, SecondClient, Server};
use serde_json::json;

use crate::chance::Random;

/// One of each message, with fields that are right in kind.
fn seeds() -> Vec<String> {
    let key = "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w";
    let entry = json!({ "kind": "chat_message", "author": key, "session": key, "number": 1, "previous": null,
        "lamport": 1, "time": 1, "content": { "id": "0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11", "text": "x" } });
    let signed = json!({ "text": entry.to_string(), "signature": "A".repeat(86) });
    let bytes = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    [
        json!({ "type": "entry", "text": entry.to_string(), "signature": "A".repeat(86) }),
        json!({ "type": "evidence", "entries": [signed, signed] }),
        json!({ "type": "heads", "heads": [{ "session": key, "number": 1, "hash": bytes }] }),
        json!({ "type": "delivered", "id": "0b6ab9a4-7a3c-4a37-8f0e-5a3b8f1d2c11" }),
        json!({ "type": "announcement", "announcement": bytes }),
        json!({ "type": "confirm", "proof": bytes }),
        json!({ "type": "emoji_commit", "commitment": bytes }),
        json!({ "type": "emoji_share", "share": bytes }),
        json!({ "type": "emoji_reveal", "share": bytes }),
        json!({ "type": "emoji_cancel" }),
        json!({ "type": "typing_indicator", "typing": true }),
        json!({ "type": "ping", "id": 7 }),
        json!({ "type": "pong", "id": 7 }),
        json!({ "type": "new_invite", "roomId": "tea", "secret": bytes }),
        json!({ "type": "__proto__", "constructor": { "prototype": null } }),
    ]
    .map(|message| message.to_string())
    .to_vec()
}

fn mutated(seeds: &[String], random: &mut Random) -> String {
    let mut letters: Vec<char> = seeds[random.below(seeds.len())].chars().collect();
    for _ in 0..random.below(4) {
        let at = random.below(letters.len());
        match random.below(6) {
            0 => letters.truncate(at + 1),
            1 => letters.insert(at, ['\0', '\u{202e}', '🦊', '"', '{', '9'][random.below(6)]),
            2 => letters[at] = ['[', 'A', '-', 'é', '}', ','][random.below(6)],
            3 if letters.len() > 1 => drop(letters.remove(at)),
            4 => letters.insert(0, ['+', '=', ' ', '['][random.below(4)]),
            _ => letters.extend(std::iter::repeat_n('x', random.below(12_000))),
        }
    }
    letters.into_iter().collect()
}

/// Promise 23: ten thousand mutated frames of a confirmed member, lies about lengths and pieces without an end among them,
/// leave the page as it was: it answers, shows nothing of them, and keeps its link.
#[test]
fn a_page_answers_after_ten_thousand_frames_of_a_mad_member() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start();
        let ada = Person::new("Ada", &Browser::start(kind), &server);
        let invite = ada.makes_a_room();
        let mut mallory = SecondClient::start(&server, &invite, "Mallory");
        mallory.hears("confirmed");
        ada.is_linked_to(1);
        let (mut random, seeds) = (Random(0x00ba_47e5), seeds());
        for hundreds in 0..100 {
            let frames: Vec<String> = (0..100).map(|_| mutated(&seeds, &mut random)).collect();
            mallory.sends_raw(&frames);
            if hundreds == 50 {
                let said = Instant::now();
                ada.says("my own words");
                ada.sees("my own words");
                println!("{kind}: own words drawn after {:?}", said.elapsed());
            }
        }
        let asked = Instant::now();
        mallory.says("and now something else");
        ada.sees("and now something else");
        ada.says("still here");
        ada.sees("still here");
        assert_eq!(mallory.hears("message")["text"], "my own words");
        assert_eq!(mallory.hears("message")["text"], "still here");
        println!(
            "{kind}: answered {:?} after the last frame was handed over",
            asked.elapsed()
        );
        let seen = ada.looks();
        assert_eq!(
            seen.texts(),
            ["my own words", "and now something else", "still here"]
        );
        assert_eq!(seen.peers.len(), 1);
        let probe = ada.probe();
        assert!(
            probe.errors.is_empty() && probe.violations.is_empty(),
            "{probe:?}"
        );
        assert_eq!(ada.invite(), invite, "nobody was led elsewhere");
    }
}
