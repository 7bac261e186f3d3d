//! A member of the room who says whatever comes to mind.

use std::time::{Duration, Instant};

use banter_e2e::{Browser, Kind, Person, Server, SignalingPeer};
use serde_json::{Value, json};

use crate::chance::Random;

/// A real offer of two data channels, and a real candidate, as starting points.
const SDP: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=msid-semantic: WMS\r\n\
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n\
    a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:\
    00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\na=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\n";
const CANDIDATE: &str =
    "candidate:1 1 udp 2113937151 192.0.2.1 54321 typ host generation 0 ufrag abcd";

fn mutated(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(letters.len() + 1);
        match random.below(5) {
            0 => letters.truncate(at),
            1 => letters.insert(
                at,
                *random.pick(&['\0', '\n', '=', ':', '9', '\u{202e}', '🦊', '"']),
            ),
            2 if at < letters.len() => letters[at] = *random.pick(&['\r', 'A', '-', ' ', 'ÿ', '%']),
            3 if at < letters.len() => drop(letters.remove(at)),
            _ => {
                let piece = letters[at..].iter().take(40).copied().collect::<Vec<_>>();
                letters.splice(at..at, piece);
            }
        }
    }
    letters.into_iter().collect()
}

/// Any JSON value, more or less like what belongs there.
fn payload(kind: &str, random: &mut Random) -> Value {
    let odd = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e308),
        json!(""),
        json!([]),
        json!({}),
        json!([[[[[[[[]]]]]]]]),
        json!({ "__proto__": { "type": "offer" }, "constructor": null }),
        json!("x".repeat(20_000)),
    ];
    match (random.below(4), kind) {
        (0, _) => random.pick(&odd).clone(),
        (1, "ice_candidate") => json!({
            "candidate": mutated(CANDIDATE, random),
            "sdpMid": random.pick(&odd).clone(),
            "sdpMLineIndex": random.pick(&odd).clone(),
            "usernameFragment": random.pick(&odd).clone(),
        }),
        (_, "ice_candidate") => {
            json!({ "candidate": mutated(CANDIDATE, random), "sdpMid": "0", "sdpMLineIndex": 0 })
        }
        (1, _) => json!({ "type": random.pick(&odd).clone(), "sdp": mutated(SDP, random) }),
        _ => {
            let types = ["offer", "answer", "pranswer", "rollback", "offer ", "OFFER"];
            json!({ "type": random.pick(&types), "sdp": mutated(SDP, random) })
        }
    }
}

fn frame(from: &str, to: &str, random: &mut Random) -> Value {
    let (kind, field) = *random.pick(&[
        ("offer", "offer"),
        ("answer", "answer"),
        ("ice_candidate", "candidate"),
    ]);
    let mut frame = json!({ "type": kind, "from": from, "to": to });
    frame[field] = payload(kind, random);
    match random.below(4) {
        0 => frame["negotiation"] = json!(mutated("negotiation", random)),
        1 => frame["negotiation"] = random.pick(&[json!(0), json!(null), json!({})]).clone(),
        _ => {}
    }
    frame
}

/// Promise 23.
#[test]
fn a_page_answers_after_ten_thousand_mutated_frames() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start_with(&["--rate-limit", "off"]);
        let browser = Browser::start(kind);
        let ada = Person::in_room("Ada", &browser, &server, "tea");
        let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
        ada.is_linked_to(1);

        let mut mallory = SignalingPeer::join(&server, "tea", "Mallory");
        let mut random = Random(0x00ba_47e5);
        let target = ada.sees_that("Mallory", |page| page.peers.len() == 2);
        let victim = mallory
            .peers()
            .into_iter()
            .find(|id| target.peers.iter().all(|peer| peer.id != *id))
            .expect("whoever Ada does not list is Ada");
        let mut refused = Vec::new();
        for number in 0..10_000 {
            let frame = frame(&mallory.id, &victim, &mut random);
            mallory.says(&frame);
            if number % 500 == 0 {
                // Whoever does not read is put out by the server, and Ada may have much to answer.
                refused.extend(mallory.drain(Duration::from_millis(20)));
                ada.looks();
            }
        }
        refused.retain(|heard| heard["type"] == "error");
        assert_eq!(refused, [] as [Value; 0], "the server passed everything on");
        let asked = Instant::now();
        ada.says("still here");
        bob.sees("still here");
        ada.sees_status("still here", "delivered");
        println!(
            "{kind}: answered {:?} after the last frame",
            asked.elapsed()
        );
        mallory.drain(Duration::from_millis(100));
        mallory.leaves("tea");
        ada.is_linked_to(1);
        bob.says("glad to hear it");
        ada.sees("glad to hear it");
        bob.sees_status("glad to hear it", "delivered");
        let probe = ada.probe();
        assert!(
            probe.errors.is_empty() && probe.violations.is_empty(),
            "{probe:?}"
        );
        assert!(
            probe.open <= 2,
            "connections to a mad peer are closed: {probe:?}"
        );
    }
}
