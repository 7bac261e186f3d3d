//! People make sure of each other: safety numbers, emoji, changed keys, locks and new invites.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::json;

fn two_people(server: &Server, kind: Kind) -> (Person, Person, String) {
    let ada = Person::new("Ada", &Browser::chromium(), server);
    let invite = ada.makes_a_room();
    let bob = Person::new("Bob", &Browser::start(kind), server);
    bob.enters_by(&invite);
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
    (ada, bob, invite)
}

fn standing_is(person: &Person, standing: &str) {
    person.sees_that(&format!("somebody {standing}"), |page| {
        page.peers.iter().any(|peer| peer.standing == standing)
    });
}

/// Promise 13: both read the same number; verified stays verified, over a reload and beside messages.
#[test]
fn both_read_the_same_safety_number_and_verified_is_kept() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (ada, bob, _) = two_people(&server, kind);
        ada.inspects_the_other();
        bob.inspects_the_other();
        let number = ada.reads("safety-number");
        assert_eq!(number.split(' ').count(), 12, "{number}");
        assert_eq!(bob.reads("safety-number"), number);
        bob.page().click("toggle-verified");
        bob.sees_that("Ada verified", |page| page.peers[0].verified == "true");
        bob.page().reload();
        bob.is_in_private();
        bob.is_linked_to(1);
        bob.sees_that("Ada verified", |page| page.peers[0].verified == "true");
        assert_eq!(ada.looks().peers[0].verified, "false", "each decides alone");
        ada.looks_away();
        ada.says("it is me");
        bob.sees("it is me");
        bob.page().wait_for_element("message-verified");
        bob.inspects_the_other();
        assert_eq!(bob.reads("safety-number"), number, "stable over sessions");
    }
}

/// Promise 12, on the screen: seven emoji, the same for both; the same verifies.
#[test]
fn people_compare_seven_emoji() {
    let server = Server::start();
    let (ada, bob, _) = two_people(&server, Kind::Firefox);
    ada.inspects_the_other();
    bob.inspects_the_other();
    ada.page().click("compare-emoji");
    bob.page().click("compare-emoji");
    ada.page().wait_for_element("emoji-same");
    bob.page().wait_for_element("emoji-same");
    let emoji = ada.reads("emoji-comparison");
    assert_eq!(bob.reads("emoji-comparison"), emoji);
    for person in [&ada, &bob] {
        person.page().click("emoji-same");
        standing_is(person, "verified");
    }
}

/// Promise 14: a name with another key stops everything until the person decides.
#[test]
fn a_known_name_with_another_key_waits_for_the_person() {
    let server = Server::start();
    let (ada, bob, invite) = two_people(&server, Kind::Chromium);
    bob.leaves();
    ada.sees_that("nobody", |page| page.peers.is_empty());
    let other = Person::new("Bob", &Browser::chromium(), &server);
    other.enters_by(&invite);
    standing_is(&ada, "changed");
    ada.page().wait_for_element("key-changed");
    other.is_linked_to(1);
    other.says("let me in");
    ada.says("who are you");
    // Nothing passes either way, however long one waits; two pings are long enough here.
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert!(ada.looks().message("let me in").is_none());
    assert!(other.looks().message("who are you").is_none());
    ada.page().click("accept-key");
    ada.sees("let me in");
    other.sees("who are you");
    standing_is(&ada, "known");
    assert!(!ada.page().has("key-changed"));
}

/// Promise 14, the other decision.
#[test]
fn whoever_is_kept_out_hears_nothing() {
    let server = Server::start();
    let (ada, bob, invite) = two_people(&server, Kind::Chromium);
    bob.leaves();
    let other = Person::new("Bob", &Browser::chromium(), &server);
    other.enters_by(&invite);
    standing_is(&ada, "changed");
    ada.page().click("refuse-key");
    standing_is(&ada, "refused");
    ada.says("not for you");
    other.says("hello?");
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(other.looks().message("not for you").is_none());
    assert!(ada.looks().message("hello?").is_none());
}

/// Promise 35: two people of one name are told apart by their keys.
#[test]
fn people_of_one_name_have_badges() {
    let server = Server::start();
    let (ada, bob, invite) = two_people(&server, Kind::Chromium);
    // The first letter is Cyrillic.
    let twin = Person::new("\u{412}ob", &Browser::chromium(), &server);
    twin.enters_by(&invite);
    ada.is_linked_to(2);
    let badges = ada.page().execute(
        "return [...document.querySelectorAll('.peer-badge')].map((badge) => badge.textContent)",
        &json!([]),
    );
    let badges = badges.as_array().unwrap();
    assert!(badges.len() == 2 && badges[0] != badges[1], "{badges:?}");
    // What they say has them too, and keeps them when only one of the two is left.
    bob.says("this is Bob");
    twin.says("and so is this");
    ada.sees("this is Bob");
    ada.sees("and so is this");
    twin.page().click("leave-room");
    ada.is_linked_to(1);
    let beside = ada.page().execute(
        "return [...document.querySelectorAll('[data-testid=message-badge]')].map((badge) => badge.textContent)",
        &json!([]),
    );
    let beside = beside.as_array().unwrap();
    assert!(
        beside.len() == 2 && beside.iter().all(|badge| badges.contains(badge)),
        "{beside:?}"
    );
}

/// Promise 16.
#[test]
fn a_locked_room_lets_nobody_new_in_and_says_so() {
    let server = Server::start();
    let (ada, bob, invite) = two_people(&server, Kind::Firefox);
    ada.says("before the lock");
    bob.sees("before the lock");
    ada.page().click("lock-room");
    bob.sees_that("the lock", |_| {
        let pressed =
            "return document.querySelector('[data-testid=lock-room]').getAttribute('aria-pressed')";
        bob.page().execute(pressed, &json!([])) == "true"
    });
    let cyd = Person::new("Cyd", &Browser::chromium(), &server);
    cyd.enters_by(&invite);
    cyd.sees_error("room_locked");
    let seen = cyd.looks();
    assert!(
        seen.peers.is_empty() && seen.messages.is_empty(),
        "{seen:?}"
    );
    bob.page().reload();
    bob.is_in_private();
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
    ada.page().click("lock-room");
    for person in [&ada, &bob, &cyd] {
        person.sees_within(std::time::Duration::from_secs(45), "both others", |page| {
            page.connected() == 2
        });
    }
}

/// Promise 17.
#[test]
fn a_new_invite_shuts_the_old_one_out() {
    let server = Server::start();
    let (ada, bob, invite) = two_people(&server, Kind::Chromium);
    let cyd = Person::new("Cyd", &Browser::chromium(), &server);
    cyd.enters_by(&invite);
    ada.is_linked_to(2);
    bob.is_linked_to(2);
    ada.says("for all three");
    for person in [&bob, &cyd] {
        person.sees("for all three");
    }
    ada.page().click("open-renew");
    ada.page().wait_for_element("renew-invite");
    ada.page().execute(
        "const label = [...document.querySelectorAll('[data-testid=renew-invite] label')]
             .find((label) => label.textContent.includes('Cyd'));
         label.click()",
        &json!([]),
    );
    ada.page().click("make-invite");
    ada.sees_that("the new room", |_| ada.invite() != invite);
    // Who is chosen is asked, and stays until they agree.
    bob.page().wait_for_element("move-invite");
    assert!(bob.reads("move-invite").contains("Ada"));
    assert_eq!(bob.invite(), invite);
    bob.page().click("accept-move");
    for person in [&ada, &bob] {
        person.sees_that("the new room", |_| person.invite() != invite);
        person.is_in_private();
        person.is_linked_to(1);
        person.sees("for all three");
    }
    assert_eq!(ada.invite(), bob.invite());
    ada.says("without Cyd");
    bob.sees("without Cyd");
    cyd.sees_that("alone", |page| page.peers.is_empty());
    assert!(cyd.looks().message("without Cyd").is_none());
    let dee = Person::new("Dee", &Browser::chromium(), &server);
    dee.enters_by(&ada.invite());
    dee.is_linked_to(2);
}

/// Who makes a new invite goes at once; who is asked goes nowhere without a word of their own, not by a reload either, and may stay.
#[test]
fn nobody_is_moved_to_another_room_by_somebody_else() {
    let server = Server::start();
    let (ada, bob, invite) = two_people(&server, Kind::Chromium);
    bob.page().click("open-renew");
    bob.page().wait_for_element("renew-invite");
    bob.page().click("make-invite");
    bob.sees_that("the new room", |_| bob.invite() != invite);
    ada.page().wait_for_element("move-invite");
    assert!(
        ada.reads("move-invite")
            .contains("You have not verified them")
    );
    ada.page().reload();
    ada.is_in_private();
    ada.page().wait_for_element("move-invite");
    assert_eq!(ada.invite(), invite);
    ada.page().click("decline-move");
    ada.sees_that("no question", |_| !ada.page().has("move-invite"));
    assert_eq!(ada.invite(), invite);
    ada.page().reload();
    ada.is_in_private();
    bob.sees_that("nobody", |page| page.peers.is_empty());
    assert!(!ada.page().has("move-invite"));
    assert_eq!(ada.invite(), invite);
}
