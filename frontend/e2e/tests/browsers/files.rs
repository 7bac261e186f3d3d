//! Files that are dropped or pasted, until they can be sent: taken from the browser, which would open them in the page's place,
//! and spoken of.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::json;

#[test]
fn a_file_that_is_dropped_anywhere_is_taken_and_spoken_of() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::new("Ada", &Browser::start(kind), &server);
        let places = |person: &Person, places: &[&str]| {
            for place in places {
                let is_taken = person.page().drop_on(place, &["tea.png"], "");
                assert!(is_taken, "{place}");
                let words = person.sees_error("no_files").error_text.unwrap_or_default();
                assert!(words.contains("Files cannot be sent yet"), "{words}");
                person.page().execute(
                    "document.querySelector('[data-testid=error-banner] [aria-label=Dismiss]').click()",
                    &json!([]),
                );
                person.sees_that("the banner is put away", |page| page.error.is_none());
            }
        };
        ada.opens("/");
        places(&ada, &["", "room-input"]);
        ada.enters("tea");
        places(&ada, &["", "message-input", "chat-room"]);
        let is_taken = ada.page().drop_on("message-input", &[], "a text");
        assert!(!is_taken, "text is the box's");
        assert_eq!(ada.looks().error, None);
    }
}

#[test]
fn a_picture_that_is_pasted_is_spoken_of_and_a_text_beside_one_is_pasted() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        let is_taken = ada
            .page()
            .paste_into("message-input", &["tea.png"], "a text");
        assert!(!is_taken, "the browser pastes the text");
        assert_eq!(ada.looks().error, None);
        ada.page().paste_into("message-input", &["tea.png"], "");
        ada.sees_error("no_files");
    }
}
