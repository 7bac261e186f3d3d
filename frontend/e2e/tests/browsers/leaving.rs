//! Whoever goes is gone for the others, soon.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, Server, eventually};

/// Two people who are linked, each in a browser of their own.
fn two_people(server: &Server) -> (Person, Person) {
    two_people_of_whom(&Browser::chromium(), server)
}

fn two_people_of_whom(bobs: &Browser, server: &Server) -> (Person, Person) {
    let ada = Person::in_room("Ada", &Browser::chromium(), server, "tea");
    let bob = Person::in_room("Bob", bobs, server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    (ada, bob)
}

fn is_alone_within(person: &Person, patience: Duration) {
    person.sees_within(patience, "being alone", |page| {
        page.peers.is_empty() && page.links == 0
    });
}

/// Promise 70.
#[test]
fn a_closed_tab_is_gone_for_the_others_within_two_seconds() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    bob.page().close();
    is_alone_within(&ada, Duration::from_secs(2));
}

/// Promise 70, where the server cannot tell it.
#[test]
fn a_closed_tab_is_gone_within_two_seconds_also_without_the_server() {
    let mut server = Server::start();
    let (ada, bob) = two_people(&server);
    for person in [&ada, &bob] {
        person.page().browser().excuse_unreachable_server();
    }
    server.kill();
    ada.sees_signaling("reconnecting");
    bob.sees_signaling("reconnecting");
    bob.page().close();
    is_alone_within(&ada, Duration::from_secs(2));
}

/// Promise 71.
#[test]
fn a_killed_browser_is_gone_for_the_others_within_fifteen_seconds() {
    let server = Server::start();
    let (ada, bob) = two_people_of_whom(&Browser::alone(Kind::Chromium), &server);
    bob.page().browser().kill();
    is_alone_within(&ada, Duration::from_secs(15));
}

#[test]
fn whoever_leaves_by_the_button_is_gone_at_once_and_can_return() {
    let server = Server::start();
    let (ada, bob) = two_people(&server);
    bob.leaves();
    is_alone_within(&ada, Duration::from_secs(2));
    let closed = eventually(|| (bob.probe().open == 0).then_some(()));
    assert!(closed.is_ok(), "a room that was left holds no connection");
    bob.enters("tea");
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
    bob.says("back again");
    ada.sees("back again");
}
