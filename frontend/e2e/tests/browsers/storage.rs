//! A browser's storage that is slow, broken or full: nobody silently becomes somebody else, and what is not kept is said.

use banter_e2e::{Browser, Kind, Person, Server, eventually};
use serde_json::json;

/// Holds back or refuses what opens the database, as `localStorage` of the test's own tells; without it nothing is changed.
const MOODY_DATABASE: &str = "
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...words) {
        const mood = localStorage.getItem('test/mood');
        if (mood === 'broken') throw new DOMException('broken', 'UnknownError');
        if (!mood) return open.apply(this, words);
        const request = new EventTarget();
        request.readyState = 'pending';
        setTimeout(() => {
            if (localStorage.getItem('test/mood') === 'silent') return;
            const real = open.apply(this, words);
            for (const name of ['upgradeneeded', 'success', 'error', 'blocked']) {
                real.addEventListener(name, (event) => {
                    request.result = real.readyState === 'done' || name === 'upgradeneeded' ? real.result : undefined;
                    request.onsuccess && name === 'success' && request.onsuccess(event);
                    request.onerror && name === 'error' && request.onerror(event);
                });
            }
        }, Number(mood) || 0);
        Object.setPrototypeOf(request, IDBOpenDBRequest.prototype);
        for (const name of ['result', 'onsuccess', 'onerror', 'readyState']) {
            Object.defineProperty(request, name, { writable: true, value: null });
        }
        return request;
    };";

fn set_mood(person: &Person, mood: &str) {
    person.page().execute(
        "localStorage.setItem('test/mood', arguments[0])",
        &json!([mood]),
    );
}

/// The other person in the room is the one who was there before, under the same key.
fn sees_the_same(other: &Person) {
    let page = other.is_linked_to(1);
    assert_eq!(page.peers[0].standing, "known", "{page:#?}");
}

/// Ada has met Bob in a private room, and is about to open it anew.
fn met(kind: Kind, server: &Server) -> (Person, Person) {
    let browser = Browser::start_with(kind, &[MOODY_DATABASE]);
    let ada = Person::new("Ada", &browser, server);
    let invite = ada.makes_a_room();
    let bob = Person::new("Bob", &Browser::chromium(), server);
    bob.enters_by(&invite);
    ada.is_linked_to(1);
    sees_the_same(&bob);
    (ada, bob)
}

#[test]
fn a_slow_storage_is_waited_for_and_nobody_becomes_somebody_else() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (ada, bob) = met(kind, &server);
        set_mood(&ada, "6000");
        ada.page().reload();
        ada.sees_error("storage_slow");
        assert!(ada.reads("error-banner").contains("Still opening"));
        ada.is_in_private();
        ada.is_linked_to(1);
        sees_the_same(&bob);
        ada.sees_that("no error any more", |page| page.error.is_none());
    }
}

#[test]
fn whoever_s_storage_does_not_open_is_asked_before_they_are_somebody_new() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (ada, bob) = met(kind, &server);
        set_mood(&ada, "broken");
        ada.page().reload();
        ada.sees_error("no_storage");
        let words = ada.reads("error-banner");
        assert!(
            words.contains("doesn’t open") && words.contains("somebody new"),
            "{words}"
        );
        assert_eq!(ada.looks().room, None);

        // It opens at the second try, and all is as it was.
        set_mood(&ada, "");
        ada.page().click("storage-again");
        ada.is_in_private();
        ada.is_linked_to(1);
        sees_the_same(&bob);

        set_mood(&ada, "broken");
        ada.page().reload();
        ada.page().click("go-on-anew");
        ada.is_in_private();
        ada.sees_error("no_storage");
        bob.sees_that("another key under the name", |page| {
            page.peers.iter().any(|peer| peer.standing == "changed")
        });
    }
}

#[test]
fn a_newcomer_without_a_database_goes_on_in_memory_and_is_told() {
    let server = Server::start();
    let broken =
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'UnknownError'); };";
    for kind in [Kind::Chromium, Kind::Firefox] {
        let browser = Browser::start_with(kind, &[broken]);
        let ada = Person::in_room("Ada", &browser, &server, "tea");
        ada.sees_error("no_storage");
        ada.says("hello");
        // A reload is the same newcomer's: there is nothing to ask.
        ada.page().reload();
        ada.is_in("tea");
        ada.sees("hello");
    }
}

/// Fills a storage to the brim.
const FILL: &str = "
    const area = window[arguments[0]];
    let size = 1 << 20;
    for (let number = 0; size >= 1; number += 1) {
        try { area.setItem(`test/${number}`, 'x'.repeat(size)); } catch { size >>= 1; }
    }";

/// Promise 97.
#[test]
fn a_storage_that_is_full_is_told_and_the_room_works_on_in_memory() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        for area in ["localStorage", "sessionStorage"] {
            let browser = Browser::start(kind);
            let ada = Person::new("Ada", &browser, &server);
            ada.opens("/");
            ada.page().execute(FILL, &json!([area]));
            ada.enters("tea");
            ada.sees_error("no_storage");
            let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
            ada.is_linked_to(1);
            ada.says("I shall forget this");
            ada.sees_status("I shall forget this", "delivered");
            bob.sees("I shall forget this");
        }
    }
}

#[test]
fn a_storage_that_fills_up_while_somebody_writes_is_told_and_stays_told() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        ada.says("this is kept");
        ada.sees_status("this is kept", "sent");
        assert_eq!(ada.looks().error, None);
        ada.page().execute(FILL, &json!(["sessionStorage"]));
        ada.says("and this is not");
        ada.sees_error("no_storage");
        ada.sees("and this is not");
        ada.page().execute(
            "document.querySelector('[data-testid=error-banner] [aria-label=Dismiss]').click()",
            &json!([]),
        );
        ada.sees_that("the banner is put away", |page| page.error.is_none());
        let note = eventually(|| ada.page().has("not-kept").then(|| ada.reads("not-kept")));
        assert!(note.unwrap().contains("a reload forgets"));
    }
}
