//! Messages that nobody could see.

use banter_e2e::{Browser, Person, Server};
use serde_json::json;

const NOTHING: [&str; 14] = [
    " \n\t",
    "\u{200b}",
    "\u{2060}\u{2060}",
    "\u{2800}",
    "\u{ad}",
    "\u{feff}",
    "\u{200f} \u{202e}",
    "\u{3164}\u{ffa0}\u{115f}",
    "\u{e0041}\u{e007f}",
    "\u{fe0f}",
    "\u{200d}",
    "\u{34f}\u{180e}",
    "\u{1}\u{1f}\u{7f}\u{85}",
    "\u{2800}\n\u{200b} \u{fe0f}",
];

/// Hangul, Braille with its blank, a flag written in tags, joined emoji, Arabic with marks, Persian with a joiner's opposite.
const SOMETHING: [&str; 7] = [
    "한글",
    "⠓⠊\u{2800}⠽⠕⠥",
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "👩\u{200d}🚀 ❤\u{fe0f}",
    "مُحَمَّد",
    "می\u{200c}خواهم",
    "\u{200b}.",
];

#[test]
fn what_shows_nothing_is_not_sent() {
    let server = Server::start();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    let disabled = "return document.querySelector('[data-testid=send-message]').ariaDisabled";
    for nothing in NOTHING {
        ada.writes(nothing);
        assert_eq!(
            ada.page().execute(disabled, &json!([])),
            "true",
            "{nothing:?}"
        );
        ada.page().press_enter("message-input");
        ada.page().click("send-message");
    }
    for something in SOMETHING {
        ada.says(something);
        bob.sees(something);
    }
    for person in [&ada, &bob] {
        assert_eq!(
            person.looks().texts(),
            SOMETHING,
            "on {}'s side",
            person.name()
        );
    }
}
