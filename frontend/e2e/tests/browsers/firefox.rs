//! The main job in Firefox, with Firefox and with Chromium at the other end.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, Server};

#[test]
fn two_people_in_firefox_talk() {
    talk(Kind::Firefox, Kind::Firefox);
}

#[test]
fn somebody_in_firefox_joins_somebody_in_chromium_and_they_talk() {
    talk(Kind::Chromium, Kind::Firefox);
}

#[test]
fn somebody_in_chromium_joins_somebody_in_firefox_and_they_talk() {
    talk(Kind::Firefox, Kind::Chromium);
}

fn talk(first: Kind, second: Kind) {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::start(first), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::start(second), &server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    for (from, to) in [(&ada, &bob), (&bob, &ada)] {
        let text = format!("Grüße, 👋🏽 שלום from {}", from.name());
        from.says(&text);
        let received = to.sees(&text);
        assert_eq!(from.sees_status(&text, "delivered").id, received.id);
    }
    let long = "0123456789ABCDEF".repeat(3 * 1024);
    bob.says(&long);
    ada.sees(&long);
    bob.sees_status(&long, "delivered");

    bob.page().reload();
    bob.is_in("tea");
    let after = ada.is_linked_to(1);
    assert!(after.peers[0].label.contains("Bob"));
    bob.is_linked_to(1);
    bob.says("after the reload");
    ada.sees("after the reload");

    bob.page().close();
    ada.sees_within(Duration::from_secs(2), "being alone", |page| {
        page.peers.is_empty()
    });
    let probe = ada.probe();
    assert!(
        probe.violations.is_empty() && probe.errors.is_empty(),
        "{probe:?}"
    );
}
