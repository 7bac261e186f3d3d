//! Small pages and large letters: the log keeps its share, and whatever there is can be reached.

use banter_e2e::{Browser, Person, Server, eventually};
use serde_json::json;

/// A page of 1280×1024 at 400 %, two phones that lie, one whose keyboard is up, and an ordinary one.
const SIZES: [(u32, u32); 5] = [(320, 256), (568, 256), (640, 320), (360, 380), (390, 844)];

const SIX_LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix";

fn set_size(person: &Person, (width, height): (u32, u32), text: &str) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    let page = person.page();
    page.devtools("Emulation.setDeviceMetricsOverride", &size);
    page.execute(
        "document.documentElement.style.fontSize = arguments[0]",
        &json!([text]),
    );
}

/// Presses that do not reach what they aim at, after everything that scrolls was scrolled to it.
const OUT_OF_REACH: &str = "
    const passing = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
    await Promise.allSettled(passing.map((one) => one.finished));
    const faults = [];
    const within = document.querySelector(arguments[0]);
    if (!within) return ['not there'];
    let looked = 0;
    for (const one of within.querySelectorAll('button, textarea, input, a[href]')) {
        if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || one.matches('.skip-link, .visually-hidden')) continue;
        looked += 1;
        const seen = one.closest('label') ?? one;
        seen.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        const box = seen.getBoundingClientRect();
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const hit = document.elementFromPoint(x, y);
        if (one.matches('button') && one.scrollWidth > one.clientWidth + 1) faults.push(`${one.outerHTML.slice(0, 120)} is too narrow`);
        if (!hit || !(seen.contains(hit) || hit.contains(seen))) faults.push(`${one.outerHTML.slice(0, 120)} at ${x}, ${y}`);
    }
    if (document.scrollingElement.scrollWidth > innerWidth) faults.push('the page is too wide');
    for (let one = within; one; one = one.parentElement) {
        if (one.scrollWidth > one.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
            faults.push(`${one.className || one.tagName} scrolls sideways: ${one.scrollWidth} in ${one.clientWidth}`);
    }
    if (looked === 0) faults.push('nothing to press');
    return faults;";

const SHARE: &str = "
    const log = document.querySelector('.log').getBoundingClientRect();
    const name = document.querySelector('.room-name').getBoundingClientRect();
    const send = document.querySelector('[data-testid=send-message]').getBoundingClientRect();
    return {
        log: Math.min(log.bottom, innerHeight) - Math.max(log.top, 0),
        name: name.width / parseFloat(getComputedStyle(document.documentElement).fontSize),
        send: innerHeight - send.bottom,
    };";

fn reachable(person: &Person, within: &str, what: &str) {
    let faults = person.page().execute(OUT_OF_REACH, &json!([within]));
    assert_eq!(faults, json!([]), "{what}");
}

#[test]
fn the_log_keeps_its_share_of_a_small_page_and_nothing_is_out_of_reach() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "book-club");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "book-club");
    ada.is_linked_to(1);
    for text in [
        "Has everybody read the third chapter?",
        "I have",
        "Me too",
        "Then let us begin",
    ] {
        bob.says(text);
        ada.sees(text);
    }
    ada.writes(SIX_LINES);
    for size in SIZES {
        for text in ["", "32px"] {
            // A page at 400 % has no larger letters besides.
            if !text.is_empty() && size.1 < 800 {
                continue;
            }
            set_size(&ada, size, text);
            let what = format!("{size:?} {text}");
            let share = ada.page().execute(SHARE, &json!([]));
            ada.page()
                .screenshot(&format!("narrow-{}-{}-{text}", size.0, size.1));
            assert!(
                share["log"].as_f64().unwrap() >= f64::from(size.1) / 4.0,
                "{what}: {share}"
            );
            assert!(share["send"].as_f64().unwrap() >= 0.0, "{what}: {share}");
            assert!(share["name"].as_f64().unwrap() >= 6.0, "{what}: {share}");
            reachable(&ada, ".room > header", &what);
            reachable(&ada, ".conversation", &what);
        }
    }
}

#[test]
fn dialogs_people_and_lobby_can_be_reached_in_a_small_page() {
    let server = Server::start();
    let ada = Person::new("Ada", &Browser::chromium(), &server);
    ada.makes_a_room();
    let invite = ada.invite();
    let bob = Person::new("Bob", &Browser::chromium(), &server);
    bob.enters_by(&invite);
    ada.is_linked_to(1);
    for (size, text) in [((320, 256), ""), ((568, 256), ""), ((390, 844), "32px")] {
        set_size(&ada, size, text);
        let what = format!("{size:?} {text}");
        ada.page().execute(
            "document.querySelector('.people-toggle').click()",
            &json!([]),
        );
        reachable(&ada, ".people", &what);
        ada.page().screenshot(&format!("narrow-people-{}", size.0));
        for open in ["explain-protection", "open-renew", "show-invite"] {
            let click = "document.querySelector(`[data-testid=${arguments[0]}]`).click()";
            ada.page().execute(click, &json!([open]));
            let is_open = || {
                let dialog = "return document.querySelector('dialog[open]') !== null";
                (ada.page().execute(dialog, &json!([])) == true).then_some(())
            };
            assert!(eventually(is_open).is_ok(), "{open}, {what}");
            reachable(&ada, "dialog", &format!("{open} {what}"));
            ada.page().screenshot(&format!("narrow-{open}-{}", size.0));
            ada.looks_away();
        }
        ada.inspects_the_other();
        reachable(&ada, "dialog", &format!("person {what}"));
        ada.looks_away();
        ada.page().execute(
            "document.querySelector('.people-close').click()",
            &json!([]),
        );
    }
    ada.leaves();
    for (size, text) in [((320, 256), ""), ((390, 844), "32px")] {
        set_size(&ada, size, text);
        reachable(&ada, "body", &format!("lobby {size:?} {text}"));
    }
}
