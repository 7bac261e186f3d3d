//! Coming and going again and again leaves nothing behind.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, Server, eventually, times};
use serde_json::json;

/// Leaves and enters the room again so many times, as fast as the page lets; `links` are there each time.
const COME_AND_GO: &str = "
    const [rounds, links] = arguments;
    const hook = (name) => document.querySelector(`[data-testid=${name}]`);
    const until = async (what, isSo) => {
        const deadline = performance.now() + 20000;
        while (!isSo()) {
            if (performance.now() > deadline) return `no ${what}`;
            await new Promise((next) => setTimeout(next, 5));
        }
    };
    for (let round = 0; round < rounds; round += 1) {
        hook('leave-room').click();
        const left = await until('lobby', () => hook('join-room'));
        if (left) return `round ${round}: ${left}`;
        hook('room-input').focus();
        hook('room-input').select();
        document.execCommand('insertText', false, 'tea');
        await new Promise((next) => setTimeout(next));
        hook('join-room').click();
        const linked = await until('links', () => hook('p2p-count')?.dataset.count == links);
        if (linked) return `round ${round}: ${linked}`;
    }
    return 'done';";

/// How often somebody leaves and comes back: more than this shows nothing more in a minute, and `make soak` has hours.
const ROUNDS: usize = 30;

/// What all rounds together may leave of JavaScript objects, and each of them on average.
const LEFT_MIB: f64 = 1.0;
const LEFT_EACH_MIB: f64 = 0.002;

/// Bytes of JavaScript objects alive.
fn heap(person: &Person) -> f64 {
    person
        .page()
        .devtools("HeapProfiler.collectGarbage", &json!({}));
    let usage = person.page().devtools("Runtime.getHeapUsage", &json!({}));
    usage["usedSize"].as_f64().expect("a size")
}

/// Waits until so many connections are open; those that were left are closed once their last words are said.
fn open_soon(person: &Person, connections: usize) -> Result<(), Duration> {
    eventually(|| (person.probe().open == connections).then_some(()))
}

fn comes_and_goes(person: &Person, rounds: usize) {
    let done = person.page().execute(COME_AND_GO, &json!([rounds, 1]));
    assert_eq!(done, "done", "{}", person.looks().peers.len());
}

/// Promise 93.
#[test]
fn rounds_of_leaving_and_joining_leave_no_connection_and_no_memory_behind() {
    let server = Server::start_with(&["--rate-limit", "off"]);
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    // What is kept at all is kept by then.
    comes_and_goes(&bob, 10);
    let early = [heap(&ada), heap(&bob)];
    for _ in 0..times() {
        comes_and_goes(&bob, ROUNDS);
    }
    let late = [heap(&ada), heap(&bob)];
    let rounds = ROUNDS * times();
    for (early, late) in early.into_iter().zip(late) {
        let grown = (late - early) / 1024.0 / 1024.0;
        println!("{rounds} rounds left {grown:.2} MiB of JavaScript objects");
        assert!(
            grown < LEFT_MIB + LEFT_EACH_MIB * rounds as f64,
            "{rounds} rounds left {grown:.1} MiB of JavaScript objects"
        );
    }
    for person in [&ada, &bob] {
        person.is_linked_to(1);
        assert!(person.probe().made > rounds, "{:?}", person.probe());
        assert_eq!(open_soon(person, 1), Ok(()), "{:?}", person.probe());
    }
    bob.says("still here");
    ada.sees("still here");
    bob.leaves();
    ada.sees_that("being alone", |page| page.peers.is_empty());
    for person in [&ada, &bob] {
        assert_eq!(open_soon(person, 0), Ok(()), "{:?}", person.probe());
    }
}

/// Promise 93 in the other browser, whose connections are the slower to close.
#[test]
fn rounds_in_firefox_leave_no_connection_behind() {
    let server = Server::start_with(&["--rate-limit", "off"]);
    let browser = Browser::start(Kind::Firefox);
    let ada = Person::in_room("Ada", &browser, &server, "tea");
    let bob = Person::in_room("Bob", &browser, &server, "tea");
    ada.is_linked_to(1);
    for _ in 0..times() {
        comes_and_goes(&bob, ROUNDS / 3);
    }
    bob.leaves();
    ada.sees_that("being alone", |page| page.peers.is_empty());
    for person in [&ada, &bob] {
        assert_eq!(open_soon(person, 0), Ok(()), "{:?}", person.probe());
    }
}
