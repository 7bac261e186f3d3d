//! What goes wrong is said in words, with what to do, and nothing typed is lost.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, Server, Snapshot};

/// The words that go with an error.
fn words(page: &Snapshot) -> String {
    let words = page.error_text.clone().unwrap_or_default();
    assert!(
        words.trim().chars().count() > 10,
        "an error in words: {words:?}"
    );
    words
}

#[test]
fn a_name_that_cannot_be_shown_is_refused_and_stays_in_the_box() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    ada.opens("/r/tea");
    for name in [
        "",
        "   ",
        &"x".repeat(65),
        &"é".repeat(33),
        "Ada\u{202e}adA",
        "A\u{200b}da",
    ] {
        ada.page().fill("name-input", name);
        ada.page().click("join-room");
        words(&ada.sees_error("bad_name"));
        assert_eq!(ada.page().value("name-input"), name);
        assert_eq!(ada.looks().room, None, "{name:?}");
        ada.opens("/r/tea");
    }
    // In normalization form NFKC these are 64 bytes, and the same as "Ada" in plain letters.
    ada.page().fill("name-input", "\u{ff21}\u{ff44}\u{ff41}");
    ada.page().click("join-room");
    ada.is_in("tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    assert!(bob.is_linked_to(1).peers[0].label.contains("Ada"));
}

#[test]
fn a_room_that_cannot_be_is_refused_and_stays_in_the_box() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    for room in ["", "tea time", "caf\u{e9}", "../etc", &"x".repeat(65)] {
        ada.opens("/");
        ada.page().fill("name-input", "Ada");
        ada.page().fill("room-input", room);
        ada.page().click("join-room");
        words(&ada.sees_error("bad_room"));
        assert_eq!(ada.page().value("room-input"), room);
        assert_eq!(ada.looks().room, None);
    }
}

#[test]
fn a_full_room_says_so_and_lets_the_next_one_in_when_there_is_place() {
    let server = Server::start_with(&["--max-room-peers", "2"]);
    let browser = Browser::chromium();
    let ada = Person::in_room("Ada", &browser, &server, "tea");
    let bob = Person::in_room("Bob", &browser, &server, "tea");
    let cyd = Person::new("Cyd", &browser, &server);
    cyd.asks_to_enter("tea");
    words(&cyd.sees_error("room_full"));
    assert_eq!(cyd.looks().room, None);
    assert_eq!(cyd.page().value("name-input"), "Cyd");
    assert_eq!(cyd.page().value("room-input"), "tea");
    ada.is_linked_to(1);

    bob.leaves();
    cyd.page().click("join-room");
    cyd.is_in("tea");
    ada.is_linked_to(1);
    cyd.sees_that("no error any more", |page| page.error.is_none());
}

#[test]
fn an_invite_without_its_secret_is_incomplete_and_never_an_open_room() {
    let server = Server::start();
    let browser = Browser::chromium();
    let ada = Person::new("Ada", &browser, &server);
    ada.opens("/r/p_MDEyMzQ1Njc4OWFiY2RlZg");
    words(&ada.sees_error("incomplete_invite"));
    ada.page().fill("name-input", "Ada");
    ada.page().click("join-room");
    words(&ada.sees_error("incomplete_invite"));

    ada.opens("/");
    ada.page().fill("name-input", "Ada");
    ada.page().fill("room-input", "p_x");
    ada.page().click("join-room");
    words(&ada.sees_error("incomplete_invite"));
    assert_eq!(ada.looks().room, None);
}

#[test]
fn a_server_that_is_not_there_is_waited_for() {
    let mut server = Server::start();
    let browser = Browser::chromium();
    browser.excuse_unreachable_server();
    let ada = Person::new("Ada", &browser, &server);
    ada.opens("/r/tea");
    server.kill();
    ada.page().fill("name-input", "Ada");
    ada.page().click("join-room");
    words(&ada.sees_error("server_unreachable"));
    server.start_again();
    ada.sees_within(Duration::from_secs(40), "being let in by itself", |page| {
        page.room.as_deref() == Some("tea") && page.signaling.as_deref() == Some("connected")
    });
    ada.sees_that("no error any more", |page| page.error.is_none());
}

/// Promise 97, for the storage that there is.
#[test]
fn without_storage_the_room_works_in_memory_and_says_so() {
    let blocked = "
        for (const name of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, {
                get() { throw new DOMException('denied', 'SecurityError'); },
            });
        }";
    room_works_in_memory(blocked);
}

#[test]
fn with_full_storage_the_room_works_in_memory_and_says_so() {
    let full = "
        Storage.prototype.setItem = function () {
            throw new DOMException('full', 'QuotaExceededError');
        };";
    room_works_in_memory(full);
}

fn room_works_in_memory(script: &str) {
    let server = Server::start();
    let ada = Person::in_room(
        "Ada",
        &Browser::start_with(Kind::Chromium, &[script]),
        &server,
        "tea",
    );
    words(&ada.sees_error("no_storage"));
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    ada.says("I shall forget this");
    bob.sees("I shall forget this");
    ada.sees_status("I shall forget this", "delivered");
}

#[test]
fn a_browser_without_webrtc_is_told_so() {
    let server = Server::start();
    let without = "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;";
    let ada = Person::new(
        "Ada",
        &Browser::start_with(Kind::Chromium, &[without]),
        &server,
    );
    ada.page().goto(&format!("{}/r/tea", server.origin()));
    words(&ada.sees_error("no_webrtc"));
    assert_eq!(ada.looks().room, None);
}

#[test]
fn a_page_off_loopback_without_https_is_told_so() {
    let server = Server::start();
    let insecure = "Object.defineProperty(window, 'isSecureContext', { value: false });";
    let ada = Person::new(
        "Ada",
        &Browser::start_with(Kind::Chromium, &[insecure]),
        &server,
    );
    ada.page().goto(&format!("{}/r/tea", server.origin()));
    let said = words(&ada.sees_error("insecure_context"));
    assert!(said.contains("HTTPS"), "{said:?}");
}

/// Promise 22: a browser without random bytes is told so, and joins nothing.
#[test]
fn without_random_bytes_nothing_is_joined() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start_with(
            kind,
            &["Crypto.prototype.getRandomValues = () => { throw new Error('no entropy') }"],
        );
        let ada = Person::new("Ada", &browser, &server);
        ada.opens("/r/tea");
        ada.page().fill("name-input", "Ada");
        ada.page().click("join-room");
        words(&ada.sees_error("no_randomness"));
        assert_eq!(ada.looks().room, None);
    }
}
