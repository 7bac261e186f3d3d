//! The server only introduces people: while it is away they go on, and when it is back all is as before.

use std::{
    thread,
    time::{Duration, Instant},
};

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::json;

/// A server that is back is found within the longest pause between two tries, 30 s.
const FOUND_AGAIN: Duration = Duration::from_secs(40);

/// After a server that said when to come back.
const RETURNED: Duration = Duration::from_secs(15);

fn is_reconnected(person: &Person) {
    person.sees_within(FOUND_AGAIN, "the server again", |page| {
        page.signaling.as_deref() == Some("connected")
    });
}

fn two_people(server: &Server) -> (Person, Person) {
    two_people_of_whom(&Browser::chromium(), server)
}

fn two_people_of_whom(bobs: &Browser, server: &Server) -> (Person, Person) {
    let ada = Person::in_room("Ada", &Browser::chromium(), server, "tea");
    let bob = Person::in_room("Bob", bobs, server, "tea");
    for person in [&ada, &bob] {
        person.page().browser().excuse_unreachable_server();
        person.is_linked_to(1);
    }
    (ada, bob)
}

fn talk(ada: &Person, bob: &Person, text: &str) {
    for (from, to) in [(ada, bob), (bob, ada)] {
        let text = format!("{text}, says {}", from.name());
        from.says(&text);
        to.sees(&text);
        from.sees_status(&text, "delivered");
    }
}

/// Promise 73.
#[test]
fn people_go_on_talking_without_the_server_and_welcome_a_new_one_when_it_is_back() {
    let mut server = Server::start();
    let (ada, bob) = two_people(&server);
    talk(&ada, &bob, "with the server");

    server.kill();
    for person in [&ada, &bob] {
        person.sees_signaling("reconnecting");
    }
    talk(&ada, &bob, "without the server");

    server.start_again();
    for person in [&ada, &bob] {
        is_reconnected(person);
        person.is_linked_to(1);
    }
    talk(&ada, &bob, "with the server again");
    for person in [&ada, &bob] {
        assert_eq!(person.probe().made, 1, "a healthy link is not made anew");
    }

    let cyd = Person::in_room("Cyd", &Browser::chromium(), &server, "tea");
    for person in [&ada, &bob, &cyd] {
        person.is_linked_to(2);
    }
    cyd.says("hello from Cyd");
    for person in [&ada, &bob] {
        person.sees("hello from Cyd");
        assert_eq!(person.probe().made, 2);
    }
    cyd.sees_status("hello from Cyd", "delivered");
}

/// Promise 56, as far as the page goes: SIGTERM, and another server in its place. Words go on all the while, in both browsers.
#[test]
fn a_server_that_is_replaced_disturbs_nobody() {
    let mut server = Server::start();
    let ada = Person::in_room("Ada", &Browser::start(Kind::Chromium), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::start(Kind::Firefox), &server, "tea");
    let both = [&ada, &bob];
    for person in both {
        person.page().browser().excuse_unreachable_server();
        person.is_linked_to(1);
    }
    talk(&ada, &bob, "before");
    thread::scope(|scope| {
        let ending = scope.spawn(|| server.terminate());
        for number in 0.. {
            talk(&ada, &bob, &format!("while it ends, {number}"));
            if ending.is_finished() {
                break;
            }
        }
    });
    talk(&ada, &bob, "between two servers");

    server.start_again();
    let started = Instant::now();
    let is_back = |person: &&Person| person.looks().signaling.as_deref() == Some("connected");
    for number in 0.. {
        talk(&ada, &bob, &format!("while it begins, {number}"));
        if both.iter().all(is_back) {
            break;
        }
        assert!(started.elapsed() < RETURNED, "not back within 15 s");
    }
    for person in both {
        person.is_linked_to(1);
        assert_eq!(person.probe().made, 1, "a healthy link is not made anew");
    }
}

/// Somebody who leaves while the server is away is not there when it is back.
#[test]
fn the_list_is_true_again_after_the_server_was_away() {
    let mut server = Server::start();
    let (ada, bob) = two_people_of_whom(&Browser::alone(Kind::Chromium), &server);
    server.kill();
    ada.sees_signaling("reconnecting");
    bob.page().browser().kill();
    server.start_again();
    is_reconnected(&ada);
    ada.sees_within(FOUND_AGAIN, "being alone", |page| {
        page.peers.is_empty() && page.links == 0
    });
}

/// Promise 75: at once when the browser is online again, however long the pause would have been.
#[test]
fn an_offline_page_says_so_and_is_back_at_once() {
    let mut server = Server::start();
    let (ada, bob) = two_people(&server);
    ada.page().browser().excuse("ERR_INTERNET_DISCONNECTED");
    let network = |offline: bool| {
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        ada.page()
            .devtools("Network.emulateNetworkConditions", &conditions);
    };
    ada.page().devtools("Network.enable", &json!({}));
    server.kill();
    network(true);
    ada.sees_signaling("offline");
    server.start_again();
    is_reconnected(&bob);
    assert_eq!(ada.looks().signaling.as_deref(), Some("offline"));
    network(false);
    ada.sees_within(Duration::from_secs(3), "the server again", |page| {
        page.signaling.as_deref() == Some("connected")
    });
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
}
