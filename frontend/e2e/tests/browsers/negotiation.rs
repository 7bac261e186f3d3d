//! Making a link, with everything against it that a network or a server can do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use banter_e2e::{Browser, Direction, Kind, Person, Proxy, Server, Tamper, times, within};
use serde_json::{Value, json};

const AT_ONCE: Duration = Duration::ZERO;

/// Makes newcomers of both: holds the first one's `room_joined` back until the second one is there, and lists
/// them in it. So both offer at the same moment.
struct BothAreNewcomers {
    held: Option<Value>,
    offered: bool,
    /// How many offers reached somebody whose own offer was under way.
    crossings: Arc<AtomicUsize>,
}

impl BothAreNewcomers {
    fn new(crossings: Arc<AtomicUsize>) -> Self {
        Self {
            held: None,
            offered: false,
            crossings,
        }
    }
}

impl Tamper for BothAreNewcomers {
    fn tamper(&mut self, direction: Direction, frame: Value) -> Vec<(Duration, Value)> {
        match (direction, frame["type"].as_str().unwrap_or_default()) {
            (Direction::ToBrowser, "room_joined") if frame["peers"] == json!([]) => {
                self.held = Some(frame);
                return Vec::new();
            }
            (Direction::ToBrowser, "peer_joined") => {
                if let Some(mut joined) = self.held.take() {
                    joined["peers"] = json!([frame["peer"]]);
                    return vec![(AT_ONCE, joined)];
                }
            }
            (Direction::ToServer, "offer") => self.offered = true,
            (_, "answer") => self.offered = false,
            (Direction::ToBrowser, "offer") if self.offered => {
                self.crossings.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
        vec![(AT_ONCE, frame)]
    }
}

/// Candidates come before their description, late, twice, in another order, from another attempt, and with both
/// kinds of end mark in the middle.
#[derive(Default)]
struct CandidatesAtTheirWorst {
    seen: u64,
}

impl Tamper for CandidatesAtTheirWorst {
    fn tamper(&mut self, _: Direction, frame: Value) -> Vec<(Duration, Value)> {
        let kind = frame["type"].as_str().unwrap_or_default();
        if matches!(kind, "offer" | "answer") {
            // Late, so that candidates overtake it.
            return vec![(Duration::from_millis(150), frame)];
        }
        if kind != "ice_candidate" {
            return vec![(AT_ONCE, frame)];
        }
        self.seen += 1;
        let with = |field: &str, value: Value| {
            let mut changed = frame.clone();
            changed[field] = value;
            changed
        };
        let candidate = &frame["candidate"];
        let stale = json!({
            "candidate": "candidate:1 1 udp 2113937151 192.0.2.1 54321 typ host generation 0 ufrag gone",
            "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "gone",
        });
        let ended = json!({
            "candidate": "", "sdpMid": candidate["sdpMid"], "sdpMLineIndex": candidate["sdpMLineIndex"],
        });
        let jumbled = Duration::from_millis(self.seen * 7919 % 400);
        vec![
            (AT_ONCE, with("candidate", Value::Null)),
            (AT_ONCE, with("candidate", stale)),
            (AT_ONCE, with("negotiation", json!("another"))),
            (AT_ONCE, with("candidate", ended.clone())),
            (jumbled, frame.clone()),
            (jumbled * 2, frame.clone()),
            (Duration::from_secs(2), with("candidate", ended)),
            (Duration::from_secs(3), frame),
        ]
    }
}

/// Two people who enter a room through a proxy at the same moment; whoever is held waits for the other.
fn enter_together(people: [&Person; 2]) {
    for person in people {
        person.page().wait_for_element("join-room");
        person.page().fill("room-input", "tea");
    }
    for person in people {
        person.page().click("join-room");
    }
    for person in people {
        person.is_linked_to(1);
    }
}

fn rounds_of_simultaneous_offers(first: Kind, second: Kind, rounds: usize) {
    let server = Server::start_with(&["--rate-limit", "off"]);
    let crossings = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&crossings);
    let proxy = Proxy::start(&server, move || BothAreNewcomers::new(Arc::clone(&counted)));
    let ada = Person::at_origin("Ada", &Browser::start(first), &proxy.origin());
    let bob = Person::at_origin("Bob", &Browser::start(second), &proxy.origin());
    for person in [&ada, &bob] {
        person.opens("/r/tea");
        person.page().fill("name-input", person.name());
    }
    // How many offers cross is the machine's doing: it goes on until half as many did as were asked for.
    let crossed = || crossings.load(Ordering::Relaxed);
    let mut round = 0;
    while round < rounds || (crossed() < rounds / 2 && round < 5 * rounds) {
        enter_together([&ada, &bob]);
        let text = format!("round {round}");
        ada.says(&text);
        bob.sees(&text);
        ada.sees_status(&text, "delivered");
        for person in [&ada, &bob] {
            let stable = within(Duration::from_secs(5), || {
                (person.probe().open == 1).then_some(())
            });
            assert!(
                stable.is_ok(),
                "round {round}: one link for the pair: {:?}",
                person.probe()
            );
        }
        ada.leaves();
        bob.leaves();
        round += 1;
    }
    let crossed = crossed();
    println!("{crossed} offers crossed in {round} rounds");
    assert!(
        crossed >= rounds / 2,
        "only {crossed} offers crossed in {round} rounds"
    );
}

/// Promise 64.
#[test]
fn simultaneous_offers_end_in_one_link_each() {
    rounds_of_simultaneous_offers(Kind::Chromium, Kind::Chromium, 15 * times());
}

/// Promise 64, between different browsers.
#[test]
fn simultaneous_offers_of_firefox_and_chromium_end_in_one_link() {
    rounds_of_simultaneous_offers(Kind::Firefox, Kind::Chromium, 6 * times());
}

/// Promise 65.
#[test]
fn candidates_early_late_twice_stale_or_empty_are_harmless_in_both_browsers() {
    let pairs = [
        (Kind::Chromium, Kind::Chromium),
        (Kind::Chromium, Kind::Firefox),
        (Kind::Firefox, Kind::Chromium),
    ];
    for (first, second) in pairs {
        let server = Server::start_with(&["--rate-limit", "off"]);
        let proxy = Proxy::start(&server, CandidatesAtTheirWorst::default);
        let ada = Person::at_origin("Ada", &Browser::start(first), &proxy.origin());
        let bob = Person::at_origin("Bob", &Browser::start(second), &proxy.origin());
        for person in [&ada, &bob] {
            person.enters("tea");
        }
        for (from, to) in [(&ada, &bob), (&bob, &ada)] {
            from.is_linked_to(1);
            let text = format!("{} came through", from.name());
            from.says(&text);
            to.sees(&text);
            from.sees_status(&text, "delivered");
        }
        // The last stragglers are on their way for three seconds; the link must outlive them.
        ada.sees_within(Duration::from_secs(10), "a latency after them", |page| {
            page.peers[0].latency.is_some()
        });
        for person in [&ada, &bob] {
            person.is_linked_to(1);
            let probe = person.probe();
            assert_eq!(
                (probe.made, probe.open),
                (1, 1),
                "{first} and {second}: {probe:?}"
            );
            assert!(probe.errors.is_empty(), "{first} and {second}: {probe:?}");
        }
    }
}
