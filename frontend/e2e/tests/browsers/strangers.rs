//! Promise 15: people who are not there. The server, or whoever stands before it, can say that anybody has come, with whatever it
//! has recorded.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use banter_e2e::{Browser, Direction, Kind, Person, Proxy, Server, Tamper, eventually};
use serde_json::{Value, json};

const INJECTED: usize = 1_000;

/// What one page is allowed to grow by, once it has been told of as many as it remembers: less than it is told each time.
const GROWTH_BYTES: f64 = 2.0 * 1024.0 * 1024.0;

/// Keeps hold of the memory of the page's WebAssembly.
const NOTE_WASM_MEMORY: &str = "
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const instantiate = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await instantiate.apply(WebAssembly, given);
            window.wasmMemory = (made.instance ?? made).exports.memory;
            return made;
        };
    }";

/// What has passed so far, and how often everybody is to be told of a thousand people.
#[derive(Debug, Default)]
struct Recording {
    /// Who has come, as `PeerInfo`.
    people: Vec<Value>,
    signals: Vec<Value>,
    floods: usize,
    told: usize,
}

/// Records all that passes; where it is asked to, it puts a flood behind the next frame to a browser.
struct Injector(Arc<Mutex<Recording>>);

impl Tamper for Injector {
    fn tamper(&mut self, direction: Direction, frame: Value) -> Vec<(Duration, Value)> {
        let mut recording = self.0.lock().unwrap();
        match frame["type"].as_str() {
            Some("join_room") => {
                let (id, name) = (&frame["peerId"], &frame["displayName"]);
                recording
                    .people
                    .push(json!({ "id": id, "displayName": name, "joinedAt": 1 }));
            }
            Some("peer_joined") => recording.people.push(frame["peer"].clone()),
            Some("offer" | "answer" | "ice_candidate") => recording.signals.push(frame.clone()),
            _ => {}
        }
        let mut frames = vec![frame];
        if direction == Direction::ToBrowser && recording.floods > 0 {
            recording.floods -= 1;
            recording.told += INJECTED;
            frames.extend(flood(&recording));
        }
        frames
            .into_iter()
            .map(|frame| (Duration::ZERO, frame))
            .collect()
    }
}

/// A thousand who have come: those who have been here before, with what they announced then; others with the announcements of
/// those, as they were or with a letter changed; and others with nothing of the kind. What was said is said again, by its
/// authors and by the others.
fn flood(recording: &Recording) -> Vec<Value> {
    let mut frames = Vec::new();
    for number in 0..INJECTED {
        let mut peer = recording.people[number % recording.people.len()].clone();
        let mut signal = recording.signals[number % recording.signals.len()].clone();
        let sealed = peer["displayName"].as_str().unwrap_or_default().to_owned();
        let other = json!(uuid::Uuid::new_v4().to_string());
        match number % 4 {
            0 => {}
            1 => peer["id"] = other.clone(),
            2 => {
                let (before, after) = sealed.split_at(number % 80);
                peer["displayName"] = json!(format!("{before}A{}", &after[1..]));
            }
            _ => {
                peer = json!({
                    "id": other,
                    "displayName": format!("Nobody {number}"),
                    "joinedAt": 1,
                });
            }
        }
        if number % 2 == 1 {
            signal["from"] = other;
        }
        frames.extend([json!({ "type": "peer_joined", "peer": peer }), signal]);
    }
    frames
}

/// Bytes of JavaScript's objects and of WebAssembly's memory.
fn memory(person: &Person) -> (f64, f64) {
    let page = person.page();
    page.devtools("HeapProfiler.collectGarbage", &json!({}));
    let usage = page.devtools("Runtime.getHeapUsage", &json!({}));
    let wasm = page.execute("return window.wasmMemory.buffer.byteLength", &json!([]));
    (
        usage["usedSize"].as_f64().expect("a size"),
        wasm.as_f64().expect("a size"),
    )
}

#[test]
fn a_thousand_injected_people_and_replayed_signals_show_nobody_and_make_no_connection() {
    floods_reach_nothing(Kind::Chromium);
}

#[test]
fn nor_do_a_thousand_in_firefox() {
    floods_reach_nothing(Kind::Firefox);
}

fn floods_reach_nothing(kind: Kind) {
    let recording = Arc::new(Mutex::new(Recording::default()));
    let server = Server::start();
    let proxy = {
        let recording = Arc::clone(&recording);
        Proxy::start(&server, move || Injector(Arc::clone(&recording)))
    };
    let ada = Person::at_origin(
        "Ada",
        &Browser::start_with(kind, &[NOTE_WASM_MEMORY]),
        &proxy.origin(),
    );
    let invite = ada.makes_a_room();
    // The others are at the server itself, so that the flood is Ada's.
    let bob = Person::new("Bob", &Browser::chromium(), &server);
    let guests = Browser::chromium();
    bob.enters_by(&invite);
    ada.is_linked_to(1);
    let mut before = None;
    for round in 0..3 {
        let made = ada.probe().made;
        recording.lock().unwrap().floods = 1;
        // What follows the flood has been read after it: somebody who is really there.
        let cyd = Person::new("Cyd", &guests, &server);
        cyd.enters_by(&invite);
        let seen = ada.is_linked_to(2);
        assert_eq!(
            recording.lock().unwrap().told,
            (round + 1) * INJECTED,
            "{kind}"
        );
        let labels: Vec<&str> = seen.peers.iter().map(|peer| &*peer.label).collect();
        assert!(
            labels[0].contains("Bob") && labels[1].contains("Cyd"),
            "{kind}: {labels:?}"
        );
        // Cyd's, which is tried again where the machine is slow, and none for the thousand.
        let settled = eventually(|| (ada.probe().open == 2).then_some(()));
        let probe = ada.probe();
        assert!(
            settled.is_ok() && (1..5).contains(&(probe.made - made)),
            "{kind}: {probe:?}"
        );
        assert!(probe.errors.is_empty(), "{kind}: {probe:?}");
        cyd.says("glad to be here");
        ada.sees_that("what Cyd says", |page| page.messages.len() == round + 1);
        cyd.page().click("leave-room");
        ada.is_linked_to(1);
        // A first flood fills what is remembered of people at all. Whatever comes then takes no more.
        if kind == Kind::Chromium {
            let now = memory(&ada);
            if let Some((objects, wasm)) = before.replace(now) {
                let grown = (now.0 - objects, now.1 - wasm);
                println!("{round}: grown by {grown:?} bytes of {now:?}");
                assert!(
                    grown.0 < GROWTH_BYTES && grown.1 < GROWTH_BYTES,
                    "{grown:?}"
                );
            }
        }
    }
    bob.says("still here");
    ada.sees("still here");
    bob.sees_status("still here", "delivered");
}
