//! Private rooms: whoever has the whole invite is in, nobody else, and the server learns nothing.

use std::sync::{Arc, Mutex};

use banter_e2e::{Browser, Direction, Kind, Person, Proxy, Server, Tamper};
use serde_json::Value;

fn talk(one: &Person, other: &Person, text: &str) {
    for (from, to) in [(one, other), (other, one)] {
        let text = format!("{text}, says {}", from.name());
        from.says(&text);
        to.sees(&text);
        from.sees_status(&text, "delivered");
    }
}

#[test]
fn a_generated_room_is_private_and_its_link_lets_both_browsers_in() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    let invite = ada.makes_a_room();
    let (path, secret) = invite
        .split_once('#')
        .expect("the address holds the secret");
    assert!(path.starts_with("/r/p_") && secret.len() == 43, "{invite}");
    let bob = Person::new("Bob", &Browser::firefox(), &server);
    bob.enters_by(&invite);
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
    talk(&ada, &bob, "hello");
    bob.page().reload();
    bob.is_in_private();
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
    assert_eq!(bob.looks().texts().len(), 2, "history survives the reload");
    talk(&ada, &bob, "hello again");
}

/// Promise 2: an id without its secret opens no room, nor does one that lost a letter.
#[test]
fn an_invite_without_its_whole_secret_is_incomplete() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    let invite = ada.makes_a_room();
    let bob = Person::new("Bob", &Browser::chromium(), &server);
    let (path, _) = invite.split_once('#').unwrap();
    for broken in [
        path.to_owned(),
        format!("{path}#"),
        invite[..invite.len() - 1].to_owned(),
    ] {
        bob.page().goto("about:blank");
        bob.opens_invite(&broken);
        bob.sees_error("incomplete_invite");
        bob.page().click("join-room");
        bob.sees_error("incomplete_invite");
        assert_eq!(bob.looks().room, None);
    }
}

/// Promise 15: whoever knows only the id of the room is seen by nobody, and nobody connects to them.
#[test]
fn another_secret_for_the_same_room_leads_to_nobody() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    let invite = ada.makes_a_room();
    let (path, secret) = invite.split_once('#').unwrap();
    let other: String = secret.chars().rev().collect::<String>().replace('_', "A");
    // The last letter stands for four bits only, so not every text of 43 letters is a secret.
    let other = format!("{path}#{}A", &other[..42]);
    let eve = Person::new("Eve", &Browser::chromium(), &server);
    eve.enters_by(&other);
    let bob = Person::new("Bob", &Browser::chromium(), &server);
    bob.enters_by(&invite);
    ada.is_linked_to(1);
    ada.says("only for Bob");
    bob.sees("only for Bob");
    ada.sees_status("only for Bob", "delivered");
    let seen = eve.looks();
    assert!(
        seen.peers.is_empty() && seen.messages.is_empty(),
        "{seen:?}"
    );
    assert_eq!(ada.probe().made, 1, "one connection, to Bob");
    assert_eq!(eve.probe().made, 0);
}

/// Promise 18.
#[test]
fn a_wrong_passphrase_is_said_to_be_wrong_and_the_right_one_opens() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    ada.opens("/");
    ada.page().fill("name-input", "Ada");
    ada.page().click("generate-room");
    ada.page().click("add-passphrase");
    ada.page().fill("passphrase-input", "correct horse");
    ada.page().click("join-room");
    ada.is_in_private();
    let invite = ada.invite();
    assert!(!invite.contains("horse"), "{invite}");
    let bob = Person::new("Bob", &Browser::firefox(), &server);
    bob.opens_invite(&invite);
    bob.page().fill("passphrase-input", "battery staple");
    bob.page().click("join-room");
    bob.sees_error("wrong_passphrase");
    bob.page().fill("passphrase-input", "correct horse");
    bob.page().click("join-room");
    bob.is_in_private();
    for person in [&ada, &bob] {
        person.is_linked_to(1);
    }
    talk(&ada, &bob, "behind a passphrase");
    bob.page().reload();
    bob.is_in_private();
    bob.is_linked_to(1);
}

/// Writes down every frame in both directions.
struct Recorder(Arc<Mutex<String>>);

impl Tamper for Recorder {
    fn tamper(&mut self, _: Direction, frame: Value) -> Vec<(std::time::Duration, Value)> {
        let mut heard = self.0.lock().unwrap();
        heard.push_str(&frame.to_string());
        heard.push('\n');
        vec![(std::time::Duration::ZERO, frame)]
    }
}

/// Promises 1, 2 and 22: nothing that the server hears, logs or is asked for holds a name, a text, the secret, a key's
/// fingerprint or an address; nor does the page's text or title hold the secret.
#[test]
fn what_the_server_hears_holds_no_canary() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let heard = Arc::new(Mutex::new(String::new()));
        let server = Server::start();
        let proxy = {
            let heard = Arc::clone(&heard);
            Proxy::start(&server, move || Recorder(Arc::clone(&heard)))
        };
        let browsers = [Browser::start(kind), Browser::chromium()];
        let ada = Person::at_origin("Canary-Ada", &browsers[0], &proxy.origin());
        let invite = ada.makes_a_room();
        let bob = Person::at_origin("Canary-Bob", &browsers[1], &proxy.origin());
        bob.enters_by(&invite);
        ada.is_linked_to(1);
        talk(&ada, &bob, "canary-text");
        bob.page().reload();
        bob.is_in_private();
        ada.is_linked_to(1);
        let (_, secret) = invite.split_once('#').unwrap();
        let heard = heard.lock().unwrap().clone();
        assert!(heard.contains("join_room") && heard.contains(r#""type":"offer""#));
        let canaries = [
            "anary",
            "fingerprint",
            "candidate:",
            ".local",
            "v=0",
            "127.0.0.1",
            "sha-256",
            secret,
        ];
        for canary in canaries {
            assert!(
                !heard.contains(canary),
                "{kind}: the server heard {canary:?}"
            );
            // The server says where it listens itself.
            let logged = server.log().contains(canary) && canary != "127.0.0.1";
            assert!(!logged, "{kind}: {canary:?} is logged");
        }
        for browser in &browsers {
            let asked = browser.requests();
            assert!(
                asked.iter().all(|address| !address.contains(secret)),
                "{asked:?}"
            );
        }
        for person in [&ada, &bob] {
            let read = "return document.title + document.body.innerText";
            let shown = person.page().execute(read, &serde_json::json!([]));
            assert!(!shown.as_str().unwrap().contains(secret), "{kind}: shown");
        }
    }
}
