//! A conversation that is long from the beginning: saying it all would take longer than the tests of it.

use banter_e2e::{Person, eventually};
use serde_json::json;

/// Writes what the tab keeps of one message many times over, each time with another text.
const MULTIPLY: &str = "
    const [count, sentence] = arguments;
    const kept = () => Object.entries(sessionStorage).find(([name]) => name.startsWith('banter/history/'));
    if (!kept()) return false;
    const [name, template] = kept();
    const { number: first, message, ...rest } = JSON.parse(template);
    for (let place = 0; place < count; place += 1) {
        const text = `number ${place}: ${sentence.repeat((place * 7) % 11)}`.trim();
        const number = first + 1 + place;
        const one = { number, message: { ...message, text, id: crypto.randomUUID() }, ...rest };
        sessionStorage.setItem(name.replace(/[0-9]+$/, number), JSON.stringify(one));
    }
    return true;";

const SENTENCE: &str = "words that fill a line or two or more ";

/// The person is alone and has said `count` messages of different lengths after a first one; their page is a new one then.
pub(crate) fn has_said(person: &Person, count: usize) {
    person.says("the first of all");
    person.sees("the first of all");
    let multiply = || {
        let is_done = person.page().execute(MULTIPLY, &json!([count, SENTENCE]));
        (is_done == json!(true)).then_some(())
    };
    assert!(eventually(multiply).is_ok(), "the message is not kept");
    person.page().reload();
    let newest = format!("number {}:", count - 1);
    person.sees_that("a long log", |page| {
        page.texts()
            .last()
            .is_some_and(|text| text.starts_with(&newest))
    });
}
