//! Files that are dropped or pasted, until they can be sent: taken from the browser, which would open them in the page's place,
//! and spoken of.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::{Value, json};

/// Drops or pastes what is named; tells whether the page kept the browser from it.
const GIVE: &str = "
    const [name, testid, files, text] = arguments;
    const data = new DataTransfer();
    for (const file of files) data.items.add(new File(['x'], file, { type: 'image/png' }));
    if (text) data.setData('text/plain', text);
    const place = testid ? document.querySelector(`[data-testid=${testid}]`) : document.body;
    const means = { bubbles: true, cancelable: true };
    if (name === 'paste') {
        const paste = new ClipboardEvent('paste', means);
        // Firefox gives an event that a script makes a clipboard of its own.
        Object.defineProperty(paste, 'clipboardData', { value: data });
        return !place.dispatchEvent(paste);
    }
    const over = !place.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, ...means }));
    const drop = !place.dispatchEvent(new DragEvent('drop', { dataTransfer: data, ...means }));
    return over && drop;";

fn give(person: &Person, arguments: &Value) -> bool {
    person.page().execute(GIVE, arguments) == true
}

#[test]
fn a_file_that_is_dropped_anywhere_is_taken_and_spoken_of() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::new("Ada", &Browser::start(kind), &server);
        let places = |person: &Person, places: &[&str]| {
            for place in places {
                assert!(
                    give(person, &json!(["drop", place, ["tea.png"], ""])),
                    "{place}"
                );
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
        assert!(
            !give(&ada, &json!(["drop", "message-input", [], "a text"])),
            "text is the box's"
        );
        assert_eq!(ada.looks().error, None);
    }
}

#[test]
fn a_picture_that_is_pasted_is_spoken_of_and_a_text_beside_one_is_pasted() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        let both = json!(["paste", "message-input", ["tea.png"], "a text"]);
        assert!(!give(&ada, &both), "the browser pastes the text");
        assert_eq!(ada.looks().error, None);
        give(&ada, &json!(["paste", "message-input", ["tea.png"], ""]));
        ada.sees_error("no_files");
    }
}
