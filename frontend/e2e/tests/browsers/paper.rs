//! What leaves the page: a conversation on paper, and a part of it on the clipboard.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::json;

use crate::long_log::has_said;

/// More than a page shows at once.
const MANY: usize = 700;

/// Pages of a document (ISO 32000-2, section 7.7.3.3).
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let pages = text.match_indices("/Type /Page");
    pages
        .filter(|(at, found)| !text[at + found.len()..].starts_with('s'))
        .count()
}

#[test]
fn a_whole_conversation_is_printed_and_nothing_to_press() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        has_said(&ada, MANY);
        assert!(ada.looks().messages.len() < MANY);
        let watch = "
            addEventListener('afterprint', () => {
                window.printed = document.querySelectorAll('[data-testid=message]').length;
            });";
        ada.page().execute(watch, &json!([]));
        if kind == Kind::Firefox {
            // Under remote control it prints in the middle of a script, where a page cannot draw; a person presses keys.
            ada.page()
                .execute("dispatchEvent(new Event('beforeprint'))", &json!([]));
            ada.sees_that("all of it", |page| page.messages.len() == MANY + 1);
        }
        let pdf = ada.page().print();
        let printed = ada.page().execute("return window.printed", &json!([]));
        assert_eq!(printed, MANY + 1, "{kind}");
        if kind == Kind::Chromium {
            assert!(pages(&pdf) >= 10, "{} pages", pages(&pdf));
        }
        let small = Person::in_room("Bob", &Browser::start(kind), &server, "empty");
        let empty = small.page().print();
        assert!(
            pdf.len() > 2 * empty.len(),
            "{kind}: {} and {} bytes",
            pdf.len(),
            empty.len()
        );
        // Afterwards only the newest are in the page again.
        ada.sees_that("fewer messages", |page| page.messages.len() < MANY);
    }
}

#[test]
fn on_paper_each_message_has_its_time_and_fits_and_there_is_nothing_to_press() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    let texts: Vec<String> = (0..60).map(|number| format!("number {number}")).collect();
    ada.says_many(&texts);
    bob.sees("number 59");
    bob.says("and I");
    ada.sees("and I");
    let paper = json!({ "media": "print", "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    ada.page().devtools("Emulation.setEmulatedMedia", &paper);
    let faults = "
        const faults = [];
        const shown = (one) => one.checkVisibility({ visibilityProperty: true });
        for (const one of document.querySelectorAll('button, textarea, input, aside, dialog')) {
            if (shown(one)) faults.push(`shown: ${one.outerHTML.slice(0, 100)}`);
        }
        for (const one of document.querySelectorAll('[data-testid=message-text], [data-testid=message-time], h1')) {
            if (!shown(one)) faults.push(`not shown: ${one.outerHTML.slice(0, 100)}`);
            if (getComputedStyle(one).color === 'rgb(255, 255, 255)') faults.push('white on white');
        }
        const names = [...document.querySelectorAll('[data-testid=message-sender]')]
            .filter((one) => one.getBoundingClientRect().width > 2).map((one) => one.textContent);
        if (names.join() !== 'Ada,Bob') faults.push(`names: ${names}`);
        for (let one = document.querySelector('[data-testid=message]'); one; one = one.parentElement) {
            if (one.scrollHeight > one.clientHeight + 2 && one.clientHeight && one !== document.documentElement)
                faults.push(`cut: ${one.className || one.tagName}: ${one.scrollHeight} in ${one.clientHeight}`);
        }
        if (getComputedStyle(document.body).color !== 'rgb(0, 0, 0)') faults.push('not black');
        return faults;";
    assert_eq!(ada.page().execute(faults, &json!([])), json!([]));
    ada.page().screenshot("paper");
}

/// Selects from the middle of one message's text to the middle of another's.
const SELECT: &str = "
    const texts = [...document.querySelectorAll('[data-testid=message-text]')];
    const [first, from, last, to] = arguments;
    const range = document.createRange();
    range.setStart(texts.at(first).firstChild, from);
    range.setEnd(texts.at(last).firstChild, to);
    getSelection().removeAllRanges();
    getSelection().addRange(range);";

/// What the browser puts on its clipboard.
const COPY: &str = "
    document.querySelector('.log-scroller').focus();
    if (!document.execCommand('copy')) throw new Error('not copied');";

const CONTROL_V: &str = "\u{e009}v";

#[test]
fn several_messages_are_copied_with_author_and_time_as_they_are_read() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        // With a clipboard of its own.
        let ada = Person::in_room("Ada", &Browser::alone(kind), &server, "tea");
        let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
        ada.is_linked_to(1);
        for (person, text) in [
            (&ada, "first of mine"),
            (&ada, "second\nof mine"),
            (&bob, "one of his"),
            (&bob, "last of his"),
        ] {
            person.says(text);
            ada.sees(text);
        }
        let times: Vec<_> = ada
            .looks()
            .messages
            .into_iter()
            .map(|one| one.time.unwrap())
            .collect();
        let [a, b, c, d] = &times[..] else {
            panic!("{times:?}")
        };
        let several = format!(
            "Ada, {a}\nof mine\n\nAda, {b}\nsecond\nof mine\n\nBob, {c}\none of his\n\nBob, {d}\nlast"
        );
        // Of a single message only what is selected.
        for (selected, expected) in [([0, 6, 3, 4], &*several), ([1, 0, 1, 6], "second")] {
            ada.page().execute(SELECT, &json!(selected));
            ada.page().execute(COPY, &json!([]));
            ada.writes("");
            ada.page().type_keys("message-input", CONTROL_V);
            assert_eq!(ada.page().value("message-input"), expected, "{kind}");
        }
    }
}
