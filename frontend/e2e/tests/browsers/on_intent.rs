//! Whoever is about to join has the way to the server already.

use banter_e2e::{Browser, Page, Person, Server, eventually};
use serde_json::{Value, json};

/// What the server counts.
fn count(page: &Page, metric: &str) -> u64 {
    let script = "
        const text = await (await fetch('/metrics', { cache: 'no-store' })).text();
        return Number(text.match(new RegExp(`^${arguments[0]} (\\\\d+)`, 'm'))?.[1] ?? -1);";
    let counted: Value = page.execute(script, &json!([metric]));
    counted.as_u64().expect("the server counts this")
}

fn counts(page: &Page, metric: &str, expected: u64) {
    let reached = eventually(|| (count(page, metric) == expected).then_some(()));
    assert!(reached.is_ok(), "{metric} is {}", count(page, metric));
}

#[test]
fn a_socket_opened_ahead_is_the_one_that_is_used_and_an_unused_one_closes() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    let page = ada.page();
    ada.opens_invite("/r/tea");
    assert_eq!(count(page, "banter_handshakes_total"), 0);

    // At once, since the socket does not wait for long.
    let press_and_click = "
        const button = document.querySelector('[data-testid=join-room]');
        button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
        await new Promise((next) => setTimeout(next, 100));
        button.click();";
    page.execute(press_and_click, &json!([]));
    ada.is_in("tea");
    assert_eq!(count(page, "banter_handshakes_total"), 1);

    ada.leaves();
    ada.opens_invite("/r/tea");
    counts(page, "banter_sockets", 0);
    let press = "document.querySelector('[data-testid=join-room]')
        .dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))";
    page.execute(press, &json!([]));
    counts(page, "banter_sockets", 1);
    // They thought better of it, and by now the server waits for nobody.
    counts(page, "banter_sockets", 0);
    page.click("join-room");
    ada.is_in("tea");
    assert_eq!(count(page, "banter_handshakes_total"), 3);
}

#[test]
fn who_clicks_three_times_joins_once() {
    let server = Server::start();
    let browser = Browser::chromium();
    let bob = Person::in_room("Bob", &browser, &server, "tea");
    let ada = Person::new("Ada", &browser, &server);
    ada.opens_invite("/r/tea");
    let clicks = "
        const button = document.querySelector('[data-testid=join-room]');
        for (let click = 0; click < 3; click += 1) {
            button.click();
            await new Promise((next) => setTimeout(next, 5));
        }";
    ada.page().execute(clicks, &json!([]));
    ada.is_in("tea");
    bob.is_linked_to(1);
    ada.says("once");
    bob.sees("once");
    assert_eq!(count(ada.page(), "banter_handshakes_total"), 2);
    assert_eq!(bob.looks().peers.len(), 1);
}
