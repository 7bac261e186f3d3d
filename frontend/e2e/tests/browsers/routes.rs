//! The way that a link takes, as each browser's own statistics tell it.

use std::time::{Duration, Instant};

use banter_e2e::{Browser, Direction, Kind, PATIENCE, Person, Proxy, Server, Tamper};
use serde_json::{Value, json};

#[test]
fn links_on_one_machine_are_shown_as_direct_in_both_browsers() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::start(Kind::Chromium), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::start(Kind::Firefox), &server, "tea");
    let cleo = Person::in_room("Cleo", &Browser::start(Kind::Firefox), &server, "tea");
    for person in [&ada, &bob, &cleo] {
        person.is_linked_to(2);
        person.sees_within(PATIENCE, "two direct links", |page| {
            page.peers.iter().all(|peer| peer.path == "direct")
        });
    }
}

/// Swallows every candidate, so that nobody learns where anybody is.
#[derive(Debug)]
struct Mute;

impl Tamper for Mute {
    fn tamper(&mut self, _: Direction, mut frame: Value) -> Vec<(Duration, Value)> {
        if frame["type"] == "ice_candidate" {
            return Vec::new();
        }
        for field in ["offer", "answer"] {
            if let Some(sdp) = frame[field]["sdp"].as_str() {
                let lines = sdp.lines().filter(|line| !line.starts_with("a=candidate:"));
                let without: String = lines.map(|line| format!("{line}\r\n")).collect();
                frame[field]["sdp"] = json!(without);
            }
        }
        vec![(Duration::ZERO, frame)]
    }
}

/// A pair that cannot connect is told so within 20 s, with the reason, in both browsers.
#[test]
fn two_who_cannot_reach_each_other_are_told_why_within_twenty_seconds() {
    let server = Server::start();
    let proxy = Proxy::start(&server, || Mute);
    let ada = Person::at_origin("Ada", &Browser::start(Kind::Chromium), &proxy.origin());
    let bob = Person::at_origin("Bob", &Browser::start(Kind::Firefox), &proxy.origin());
    for person in [&ada, &bob] {
        person.enters("tea");
    }
    bob.page().browser().excuse("ICE failed");
    let joined = Instant::now();
    for person in [&ada, &bob] {
        let left = Duration::from_secs(20).saturating_sub(joined.elapsed());
        person.sees_within(left, "why there is no link", |page| {
            page.peers.len() == 1
                && page.peers[0].state == "failed"
                && page.peers[0].label.contains("names no address")
        });
    }
}
