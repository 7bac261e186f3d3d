//! How a message lies: each of its lines in its own direction, and none of its marks over others.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::{Value, json};

/// How far each line of the newest message begins from its text's left edge and ends from its right one.
const LINES: &str = "
    const text = [...document.querySelectorAll('[data-testid=message-text]')].at(-1);
    const node = text.firstChild;
    const style = getComputedStyle(text);
    const box = text.getBoundingClientRect();
    const left = box.left + parseFloat(style.paddingLeft);
    const right = box.right - parseFloat(style.paddingRight);
    let from = 0;
    return node.data.split('\\n').map((line) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, from + line.length);
        from += line.length + 1;
        const rect = range.getBoundingClientRect();
        return [Math.round(rect.left - left), Math.round(right - rect.right)];
    });";

fn lines(person: &Person) -> Vec<[i64; 2]> {
    let lines: Value = person.page().execute(LINES, &json!([]));
    serde_json::from_value(lines).unwrap()
}

#[test]
fn each_line_goes_the_way_of_its_own_first_letter() {
    let long = "a line in English that is longer than all of the others in here";
    let hebrew = "שורה בעברית, קצרה (1)";
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        for (text, is_hebrew) in [
            (format!("{hebrew}\n{long}\nshort"), [true, false, false]),
            (format!("{long}\n{hebrew}\nshort"), [false, true, false]),
            (format!("123\n{long}\n{hebrew}"), [false, false, true]),
        ] {
            ada.says(&text);
            ada.sees(&text);
            for (line, is_hebrew) in lines(&ada).into_iter().zip(is_hebrew) {
                let [from_left, from_right] = line;
                let at = if is_hebrew { from_right } else { from_left };
                assert!(at.abs() <= 1, "{kind}: {line:?} of {text:?}");
            }
        }
    }
}

/// A digit-ended name from right to left would stand at the end of the sentence, and its digits at the beginning.
#[test]
fn a_name_does_not_turn_the_typing_line_around() {
    let server = Server::start();
    let order = "
        const line = document.querySelector('[data-testid=typing-indicator]');
        const [name, words] = [line.querySelector('bdi'), line.lastChild];
        const range = document.createRange();
        range.selectNodeContents(words);
        return name.getBoundingClientRect().right <= range.getBoundingClientRect().left + 1;";
    let sarah = Person::in_room("שרה 123", &Browser::chromium(), &server, "tea");
    for kind in [Kind::Chromium, Kind::Firefox] {
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        ada.is_linked_to(1);
        sarah.page().type_keys("message-input", "x");
        ada.sees_that("the typing line", |page| {
            page.typing.as_deref() == Some("שרה 123 is typing…")
        });
        assert_eq!(ada.page().execute(order, &json!([])), true, "{kind}");
    }
}

#[test]
fn marks_on_marks_paint_over_nobody_else() {
    let server = Server::start();
    let tower = format!("Z{}", "\u{351}\u{36b}\u{343}".repeat(10));
    let name: String = tower.chars().take(20).collect();
    let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
    let bob = Person::in_room(&name, &Browser::chromium(), &server, "tea");
    ada.is_linked_to(1);
    bob.says(&tower);
    ada.sees(&tower);
    bob.page().type_keys("message-input", "x");
    ada.sees_that("the typing line", |page| page.typing.is_some());
    // What a box does not let out it clips; `visible` anywhere up to the row lets it out.
    let escaping = "
        const name = arguments[0];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
            const node = walker.currentNode;
            if (!node.data.includes(name) || node.parentElement.closest('textarea, .composer-mirror, [hidden]')) continue;
            let clips = false;
            for (let one = node.parentElement; one && !clips && !one.matches('article, li, .log, main, aside'); one = one.parentElement)
                clips = getComputedStyle(one).overflowY !== 'visible';
            if (!clips) found.push(node.parentElement.outerHTML);
        }
        return found;";
    assert_eq!(ada.page().execute(escaping, &json!([name])), json!([]));
    ada.inspects_the_other();
    assert_eq!(ada.page().execute(escaping, &json!([name])), json!([]));
    ada.page().screenshot("marks");
}
