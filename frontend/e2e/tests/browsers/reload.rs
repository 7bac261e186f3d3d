//! A tab is somebody: it survives its reload, and its copy is somebody else.

use std::time::Duration;

use banter_e2e::{Browser, Person, Server};

/// Promise 77.
#[test]
fn a_reloaded_page_is_the_same_person_with_the_same_history_and_one_entry() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    let before = bob.is_linked_to(1);
    ada.says("before the reload");
    bob.says("I hear you");
    let sent = ada.sees_status("before the reload", "delivered");
    ada.sees("I hear you");

    ada.page().reload();
    ada.sees_within(Duration::from_secs(3), "being back", |page| {
        page.room.as_deref() == Some("tea") && page.signaling.as_deref() == Some("connected")
    });
    let after = bob.is_linked_to(1);
    assert_eq!(after.peers[0].id, before.peers[0].id, "the same person");
    ada.is_linked_to(1);
    assert_eq!(ada.looks().texts(), ["before the reload", "I hear you"]);
    assert_eq!(
        ada.sees("before the reload"),
        sent,
        "nothing about it has changed"
    );

    ada.says("after the reload");
    let seen = bob.sees("after the reload");
    assert_eq!(seen.from, sent.from);
    ada.sees_status("after the reload", "delivered");
    assert_eq!(
        bob.looks().texts(),
        ["before the reload", "I hear you", "after the reload"]
    );
}

#[test]
fn ten_reloads_in_a_row_leave_one_entry() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    let before = bob.is_linked_to(1);
    for _ in 0..10 {
        ada.page().reload();
    }
    ada.is_in("tea");
    ada.is_linked_to(1);
    assert_eq!(bob.is_linked_to(1).peers[0].id, before.peers[0].id);
}

#[test]
fn a_draft_survives_a_reload() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    ada.writes("not yet said, \u{5d0}\u{5d1} and two lines\nof it");
    ada.page().reload();
    ada.is_in("tea");
    let draft = banter_e2e::eventually(|| {
        let text = ada.page().value("message-input");
        (!text.is_empty()).then_some(text)
    });
    assert_eq!(
        draft.as_deref(),
        Ok("not yet said, \u{5d0}\u{5d1} and two lines\nof it")
    );
    assert!(ada.looks().messages.is_empty());
}

/// Promise 78.
#[test]
fn a_duplicated_tab_asks_first_and_then_is_somebody_else() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    let before = bob.is_linked_to(1);

    let copy = Person::at_page("Ada", ada.page().duplicate(), &server);
    copy.page().wait_for_element("join-room");
    assert_eq!(copy.page().value("room-input"), "tea");
    assert_eq!(bob.looks().peers.len(), 1, "nobody joins without asking");
    copy.page().click("join-room");
    copy.is_in("tea");

    let after = bob.is_linked_to(2);
    assert_eq!(
        after.peers[0].id, before.peers[0].id,
        "the first tab keeps its id"
    );
    assert_ne!(after.peers[1].id, before.peers[0].id);
    ada.is_linked_to(2);
    copy.is_linked_to(2);
    for (person, text) in [
        (&ada, "from the first"),
        (&copy, "from the copy"),
        (&bob, "to both"),
    ] {
        person.says(text);
        for listener in [&ada, &copy, &bob] {
            listener.sees(text);
        }
        person.sees_status(text, "delivered");
    }
}
