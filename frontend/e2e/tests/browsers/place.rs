//! The place in the conversation where somebody reads: it stays, whatever becomes of the page around it.

use banter_e2e::{Browser, Kind, Person, Server};
use serde_json::{Value, json};

use crate::long_log::has_said;

/// What a layout rounds away.
const ROUNDED: f64 = 2.0;

/// Things of different length.
fn more(count: usize) -> Vec<String> {
    let text = |number: usize| {
        let words = "words that fill a line or two or more ".repeat(number * 7 % 11);
        format!("more {number}: {words}").trim_end().to_owned()
    };
    (0..count).map(text).collect()
}

/// The first message that begins in the view, how far below its upper edge, and how far the newest message is away; once
/// nothing moves any more.
const PLACE: &str = "
    const scroller = document.querySelector('.log-scroller');
    const look = () => {
        const edge = scroller.getBoundingClientRect().top;
        const rows = [...document.querySelectorAll('[data-testid=message]')];
        const row = rows.find((one) => one.getBoundingClientRect().top >= edge);
        return {
            message: row?.dataset.messageId ?? null,
            offset: row ? Math.round(row.getBoundingClientRect().top - edge) : null,
            fromNewest: Math.abs(Math.round(scroller.scrollTop)),
            width: scroller.clientWidth,
        };
    };
    const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    let before;
    let now = look();
    for (let same = 0; same < 5; same += 1) {
        await frame();
        before = now;
        now = look();
        if (JSON.stringify(before) !== JSON.stringify(now)) same = 0;
    }
    return now;";

fn place(person: &Person) -> Value {
    person.page().execute(PLACE, &json!([]))
}

/// Ada has a log of many messages, and somebody to say more.
fn long_log(kind: Kind, server: &Server) -> (Person, Person) {
    let ada = Person::in_room("Ada", &Browser::start(kind), server, "tea");
    has_said(&ada, 150);
    ada.page().resize(1100, 800);
    let bob = Person::in_room("Bob", &Browser::chromium(), server, "tea");
    ada.is_linked_to(1);
    bob.is_linked_to(1);
    (ada, bob)
}

fn bob_says_more(ada: &Person, bob: &Person) {
    let before = ada.looks().messages.len();
    bob.says_many(&more(2));
    ada.sees_that("two more", |page| page.messages.len() == before + 2);
}

fn offset(place: &Value) -> f64 {
    place["offset"].as_f64().unwrap()
}

/// What is done to the page, and how.
type Change<'a> = (&'static str, Box<dyn Fn() + 'a>);

/// Everything that lays the page out anew, and back: width, a phone turned, the size of the text, zoom.
fn changes(ada: &Person) -> Vec<Change<'_>> {
    let page = ada.page();
    let size = move |width: u32, height: u32| move || page.resize(width, height);
    let text = move |size: &'static str| {
        move || {
            let script = "document.documentElement.style.fontSize = arguments[0]";
            page.execute(script, &json!([size]));
        }
    };
    vec![
        ("narrow", Box::new(size(500, 844))),
        ("turned", Box::new(size(844, 500))),
        ("wide", Box::new(size(1100, 800))),
        ("larger text", Box::new(text("20px"))),
        ("largest text", Box::new(text("32px"))),
        ("usual text", Box::new(text(""))),
        ("low", Box::new(size(600, 320))),
        ("wide again", Box::new(size(1100, 800))),
    ]
}

#[test]
fn the_message_that_is_read_stays_in_its_place_whatever_the_page_becomes() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (ada, bob) = long_log(kind, &server);
        for back in [700, 4_000] {
            let script = "document.querySelector('.log-scroller').scrollTop = -arguments[0]";
            ada.page().execute(script, &json!([back]));
            let before = place(&ada);
            for (what, change) in changes(&ada) {
                change();
                let after = place(&ada);
                assert_eq!(
                    after["message"], before["message"],
                    "{kind}, {what}: {before} {after}"
                );
                let moved = offset(&after) - offset(&before);
                assert!(moved.abs() <= ROUNDED, "{kind}, {what}: {before} {after}");
                bob_says_more(&ada, &bob);
                let later = place(&ada);
                assert_eq!(
                    later["message"], after["message"],
                    "{kind}, {what}, and more was said"
                );
                let moved = offset(&later) - offset(&after);
                assert!(
                    moved.abs() <= ROUNDED,
                    "{kind}, {what}, and more was said: {after} {later}"
                );
            }
        }
    }
}

#[test]
fn who_reads_the_newest_message_stays_there_whatever_the_page_becomes() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (ada, bob) = long_log(kind, &server);
        for (what, change) in changes(&ada) {
            change();
            assert_eq!(place(&ada)["fromNewest"], 0, "{kind}, {what}");
            bob_says_more(&ada, &bob);
            assert_eq!(
                place(&ada)["fromNewest"],
                0,
                "{kind}, {what}, and more was said"
            );
        }
    }
}

/// The scroller tells of every move, and a reader's own must not be taken back.
#[test]
fn a_reader_who_scrolls_while_more_is_said_goes_where_they_scroll() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let (ada, bob) = long_log(kind, &server);
        let back = "
            const scroller = document.querySelector('.log-scroller');
            for (let step = 0; step < 40; step += 1) {
                scroller.scrollTop -= 100;
                await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
            }
            return Math.abs(scroller.scrollTop);";
        let before_all = ada.looks().messages.len();
        let far = std::thread::scope(|scope| {
            scope.spawn(|| bob.says_many(&more(20)));
            ada.page().execute(back, &json!([]))
        });
        assert!(far.as_f64().unwrap() >= 3_900.0, "{kind}: {far}");
        ada.sees_that("all of it", |page| page.messages.len() == before_all + 20);
        let before = place(&ada);
        bob_says_more(&ada, &bob);
        assert_eq!(place(&ada)["message"], before["message"], "{kind}");
        let end = "document.querySelector('.log-newest').click()";
        ada.page().execute(end, &json!([]));
        assert_eq!(place(&ada)["fromNewest"], 0, "{kind}");
    }
}
