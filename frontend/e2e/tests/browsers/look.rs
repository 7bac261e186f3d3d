//! What every state looks like: pictures for people, and what a machine can tell: nothing sticks out sideways,
//! and everything that can be used has a name.

use banter_e2e::{Browser, Person, Server};
use serde_json::json;

const WIDTHS: [(u32, u32); 3] = [(360, 740), (768, 1024), (1280, 800)];

/// Names what is wrong with the page.
const FAULTS: &str = "
    const passing = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
    await Promise.allSettled(passing.map((one) => one.finished));
    const faults = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide in ${innerWidth}`);
    const labelled = (one) => (one.getAttribute('aria-labelledby') ?? '').split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    for (const one of document.querySelectorAll('button, input, textarea, select, a[href], [role=button]')) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('[inert]')) continue;
        const label = [...(one.labels ?? [])].map((label) => label.textContent).join(' ');
        const words = one.matches('input, textarea, select') ? '' : one.textContent;
        const name = one.getAttribute('aria-label') || labelled(one) || label || words || one.title;
        if (!name.trim()) faults.push(`no name: ${one.outerHTML.slice(0, 200)}`);
        const box = one.getBoundingClientRect();
        if (box.left < -1 || box.right > innerWidth + 1) faults.push(`sticks out: ${one.outerHTML.slice(0, 200)}`);
    }
    for (const one of document.querySelectorAll('button, [role=button], label:has(input)')) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('[inert]')) continue;
        const box = one.getBoundingClientRect();
        if (Math.min(box.width, box.height) < 24) faults.push(`${box.width}x${box.height} is small: ${one.outerHTML.slice(0, 200)}`);
    }
    const shown = ['typing-indicator', 'error-banner', 'message-input', 'send-message', 'signaling-status',
        'p2p-count', 'leave-room', 'copy-invite', 'join-room', 'name-input', 'room-input', 'generate-room']
        .flatMap((hook) => [...document.querySelectorAll(`[data-testid=${hook}]`)])
        .filter((one) => one.checkVisibility({ visibilityProperty: true }));
    const boxes = shown.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 2);
    for (const [at, [one, a]] of boxes.entries()) for (const [other, b] of boxes.slice(at + 1)) {
        const apart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
        const nested = one.contains(other) || other.contains(one);
        if (!apart && !nested) faults.push(`${one.dataset.testid} lies over ${other.dataset.testid}`);
    }
    const room = document.querySelector('[data-testid=chat-room]');
    if (room && root.scrollHeight > innerHeight) faults.push(`the room is ${root.scrollHeight} high in ${innerHeight}`);
    if (!document.documentElement.lang) faults.push('the page has no language');
    if (!document.title.trim()) faults.push('the page has no title');
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`twice: #${id}`);
    return faults;";

/// Takes a picture in every size and scheme and looks for faults.
fn examine(person: &Person, state: &str) -> Vec<String> {
    let mut faulty = Vec::new();
    let page = person.page();
    for scheme in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        page.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
        for (width, height) in WIDTHS {
            let size = json!({
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
            });
            page.devtools("Emulation.setDeviceMetricsOverride", &size);
            let faults = page.execute(FAULTS, &json!([]));
            page.screenshot(&format!("{state}-{width}-{scheme}"));
            if faults != json!([]) {
                faulty.push(format!("{state}-{width}-{scheme}: {faults}"));
            }
        }
    }
    faulty
}

#[test]
fn the_lobby_and_its_errors_fit_every_screen() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    ada.opens("/");
    let mut faulty = examine(&ada, "lobby");
    ada.page().fill("name-input", "Ada");
    ada.page().fill("room-input", "not a room");
    ada.page().click("join-room");
    ada.sees_error("bad_room");
    faulty.extend(examine(&ada, "lobby-error"));
    assert!(faulty.is_empty(), "{faulty:#?}");
}

#[test]
fn a_room_fits_every_screen_empty_busy_and_without_its_server() {
    let mut server = Server::start();
    let browser = Browser::chromium();
    browser.excuse_unreachable_server();
    let ada = Person::in_room("Ada", &browser, &server, "book-club");
    let mut faulty = examine(&ada, "room-empty");

    let bob = Person::in_room("Bob", &browser, &server, "book-club");
    let name = "Maximiliane von und zu Hohenstein-Wittgenstein-Berleburg, Dr.";
    let max = Person::in_room(name, &browser, &server, "book-club");
    ada.is_linked_to(2);
    ada.says("Has everybody read the third chapter?");
    bob.sees("Has everybody read the third chapter?");
    bob.says("Twice. The letter on page 112 explains it all \u{1f4d6}");
    max.sees("Twice. The letter on page 112 explains it all \u{1f4d6}");
    max.says("I am on my way home. https://example.com/a/very/long/address/without/any/place/to/break/it/in/two/lines/0123456789");
    max.says(&"Pneumonoultramicroscopicsilicovolcanoconiosis".repeat(4));
    ada.says("Then let us begin.\nFirst question: who wrote it?\nSecond: to whom?");
    bob.says("\u{5de}\u{5d9} \u{5db}\u{5ea}\u{5d1} \u{5d0}\u{5ea} \u{5d6}\u{5d4}?");
    ada.sees_that("six messages", |page| page.messages.len() == 6);
    max.page().type_keys("message-input", "Let me think");
    ada.sees_that("somebody typing", |page| page.typing.is_some());
    faulty.extend(examine(&ada, "room-busy"));

    server.kill();
    ada.sees_signaling("reconnecting");
    faulty.extend(examine(&ada, "room-reconnecting"));
    let too_long = "x".repeat(48 * 1024 + 1);
    ada.says(&too_long);
    ada.sees_error("too_long");
    faulty.extend(examine(&ada, "room-error"));
    assert!(faulty.is_empty(), "{faulty:#?}");
}
