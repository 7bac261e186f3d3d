//! The main job: two people, each in a browser of their own, talk.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, Server, eventually};
use serde_json::json;

#[test]
fn two_people_talk_both_ways_and_see_that_it_arrived() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    ada.says("anybody here?");
    let alone = ada.sees("anybody here?");
    assert!(alone.own);

    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    let seen_by_ada = ada.is_linked_to(1);
    let seen_by_bob = bob.is_linked_to(1);
    assert!(
        seen_by_ada.peers[0].label.contains("Bob"),
        "{seen_by_ada:?}"
    );
    assert!(
        seen_by_bob.peers[0].label.contains("Ada"),
        "{seen_by_bob:?}"
    );

    for (from, to) in [(&ada, &bob), (&bob, &ada)] {
        let text = format!("hello from {}", from.name());
        from.says(&text);
        let received = to.sees(&text);
        let sent = from.sees_status(&text, "delivered");
        assert_eq!(
            received.id, sent.id,
            "a message has the same id on both sides"
        );
        assert_eq!(received.from, sent.from);
        assert!(sent.own && !received.own);
        assert_eq!(received.from, to.looks().peers[0].id);
        assert!(
            received
                .sender
                .is_some_and(|sender| sender.contains(from.name()))
        );
        for time in [&received.time, &sent.time] {
            assert!(
                time.as_ref().is_some_and(|time| time.contains(':')),
                "no time: {time:?}"
            );
        }
    }
    // What was said to nobody was delivered to nobody.
    assert_eq!(ada.sees("anybody here?").status, "sent");
}

#[test]
fn the_first_round_trip_to_a_peer_shows_within_ten_seconds() {
    let server = Server::start();
    let browser = Browser::chromium();
    let ada = Person::in_room("Ada", &browser, &server, "tea");
    let bob = Person::in_room("Bob", &browser, &server, "tea");
    for person in [&ada, &bob] {
        person.is_linked_to(1);
        person.sees_within(Duration::from_secs(10), "a latency", |page| {
            page.peers[0]
                .latency
                .is_some_and(|millis| (0.0..1_000.0).contains(&millis))
        });
    }
}

#[test]
fn a_room_is_entered_by_typing_its_name_and_a_generated_one_is_hard_to_guess() {
    let server = Server::start();
    let browser = Browser::chromium();
    let ada = Person::new("Ada", &browser, &server);
    ada.opens("/");
    ada.page().type_keys("name-input", "Ada");
    // 22 letters of base64 hold 128 bits.
    let other_than = |before: &str| {
        let room = || Some(ada.page().value("room-input"));
        eventually(|| room().filter(|it| it.len() >= 22 && it != before))
    };
    ada.page().click("generate-room");
    let generated = other_than("").expect("a generated room stands in its field");
    ada.page().click("generate-room");
    other_than(&generated).expect("no room is generated twice");

    ada.page().fill("room-input", "");
    ada.page().type_keys("room-input", "tea-time");
    ada.page().press_enter("room-input");
    ada.is_in("tea-time");
    assert_eq!(
        ada.page().address(),
        format!("{}/r/tea-time", server.origin())
    );
    assert_eq!(ada.looks().private.as_deref(), Some("false"));

    // The name is remembered for the next window.
    let bob = Person::new("Bob", &browser, &server);
    bob.opens("/r/tea-time");
    assert_eq!(bob.page().value("name-input"), "Ada");
    assert_eq!(bob.page().value("room-input"), "tea-time");
}

#[test]
fn copying_the_invite_puts_the_address_of_the_room_on_the_clipboard() {
    let server = Server::start();
    // With a clipboard of its own.
    let browser = Browser::alone(Kind::Chromium);
    let ada = Person::in_room("Ada", &browser, &server, "tea");
    for name in ["clipboard-read", "clipboard-write"] {
        let permission = json!({ "permission": { "name": name }, "setting": "granted" });
        ada.page().devtools("Browser.setPermission", &permission);
    }
    ada.page().click("copy-invite");
    let copied = eventually(|| {
        let text = ada
            .page()
            .execute("return navigator.clipboard.readText()", &json!([]));
        text.as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    });
    assert_eq!(copied, Ok(format!("{}/r/tea", server.origin())));
}

#[test]
fn shift_and_enter_breaks_the_line_and_the_button_sends() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    // Shift, Enter, and all modifiers released (W3C WebDriver, section 17.4.2).
    ada.page()
        .type_keys("message-input", "one\u{e008}\u{e007}\u{e000}two");
    assert_eq!(ada.page().value("message-input"), "one\ntwo");
    ada.page().click("send-message");
    ada.sees("one\ntwo");
    assert_eq!(ada.page().value("message-input"), "");
}
