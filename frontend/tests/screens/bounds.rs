//! What a person sees where not everything can be shown: who is muted, and where something may be missing.

use std::sync::Arc;

use banter_frontend::components::RoomDialog;
use banter_protocol::{
    engine::{EmojiView, Gap, Hearing, PeerView, PersonView, Standing},
    time::Timestamp,
};

use crate::{
    markup::{elements, hook, hooks},
    render,
    screen::render_with,
    states::{Log, MINUTE_MS, NOW_MS, in_room, inspected, known, listed, with},
};

fn ago(minutes: u64) -> Timestamp {
    Timestamp::from_millis(NOW_MS - minutes * MINUTE_MS)
}

fn with_gap(log: Log, after: Option<usize>, from: u64, to: u64) -> String {
    let messages = log.into_messages();
    let after = after.map(|place| (messages[place].from, messages[place].id));
    let gap = Gap {
        from: ago(from),
        to: ago(to),
        after,
    };
    render(with(in_room("tea-time"), |room| {
        room.messages = messages;
        room.gaps = Some(Arc::from([gap]));
    }))
}

#[test]
fn an_absence_stands_where_it_was_and_says_what_may_be_missing() {
    let log = Log::default()
        .say(1, "Bo", 40, "Before")
        .say(1, "Bo", 5, "After");
    let html = with_gap(log, Some(0), 30, 27);
    let line = hook(&html, "gap");
    assert_eq!(
        line.text,
        "You were away from 15:02 to 15:05. What was said meanwhile may be missing here."
    );
    let place = |words: &str| html.find(words).unwrap();
    assert!(place("Before") < place("You were away") && place("You were away") < place("After"));
    // It is no message.
    assert_eq!(hooks(&html, "message").len(), 2);
}

#[test]
fn an_absence_before_anything_was_said_and_over_midnight_is_shown_too() {
    let html = with_gap(Log::default().say(1, "Bo", 5, "After"), None, 24 * 60, 30);
    let words = "You were away from Yesterday, 15:32 to 15:02.";
    assert!(hook(&html, "gap").text.starts_with(words));
    let elements = elements(&html);
    let first = |class: &str| elements.iter().position(|it| it.has_class(class)).unwrap();
    assert!(first("gap") < first("message"));
    assert!(hooks(&render(in_room("tea-time")), "gap").is_empty());
}

/// Promise 32: it is said who is muted, in the list and in the conversation.
#[test]
fn who_is_muted_is_said_in_plain_words_where_one_looks() {
    let bo = |hearing| PeerView {
        hearing,
        ..known(1, "Bo", Standing::Known)
    };
    let room = |hearing| {
        with(in_room("tea-time"), |room| {
            room.peers = listed([bo(hearing), known(2, "Cleo", Standing::Known)]);
        })
    };
    let html = render(room(Hearing::Muted));
    let row = &hooks(&html, "peer")[0];
    assert_eq!(row.attribute("data-hearing"), Some("muted"));
    assert!(
        row.text
            .contains("Muted for now: sends more than this page can show")
    );
    let strips = elements(&html);
    let strip = strips.iter().find(|it| it.has_class("strip")).unwrap();
    assert!(strip.text.contains("Bo") && strip.text.contains("is muted for now"));
    assert!(strip.text.contains("once they calm down"));

    let html = render(room(Hearing::Slowed));
    assert!(hooks(&html, "peer")[0].text.contains("shown step by step"));
    let html = render(room(Hearing::Heard));
    assert_eq!(
        hooks(&html, "peer")[0].attribute("data-hearing"),
        Some("heard")
    );
    assert!(!html.contains("muted for now") && !html.contains("step by step"));
}

#[test]
fn whoever_is_muted_can_be_heard_again_by_a_button() {
    let looking = |hearing| {
        let person = inspected(1, "Bo", Standing::Known, EmojiView::Idle).unwrap();
        let inspected = Some(Arc::new(PersonView {
            hearing,
            ..(*person).clone()
        }));
        let store = with(in_room("tea-time"), |room| {
            room.inspected = inspected;
            room.peers = listed([known(1, "Bo", Standing::Known)]);
        });
        render_with(store, RoomDialog::Closed)
    };
    let button = hook(&looking(Hearing::Muted), "listen-again");
    assert_eq!((&*button.tag, &*button.text), ("button", "Hear them now"));
    for hearing in [Hearing::Heard, Hearing::Slowed] {
        assert!(hooks(&looking(hearing), "listen-again").is_empty());
    }
}

/// Promise 33, and the contract: the newest 500 are in the page, also where older ones were dropped.
#[test]
fn the_newest_five_hundred_are_in_the_page_of_a_room_that_dropped_many() {
    for (dropped, len) in [(0, 700), (37, 700), (10_000, 5_000), (250, 501)] {
        let mut log = Log::default();
        for number in 0..len {
            log = log.say(1, "Bo", 2, &format!("number {number}"));
        }
        let html = render(with(in_room("tea-time"), |room| {
            room.messages = log.into_messages();
            room.dropped = dropped;
        }));
        let texts: Vec<_> = hooks(&html, "message-text")
            .into_iter()
            .map(|it| it.text)
            .collect();
        assert!(
            (500..600).contains(&texts.len()) || texts.len() == len,
            "{} of {len}",
            texts.len()
        );
        let expected: Vec<_> = (len - texts.len()..len)
            .map(|number| format!("number {number}"))
            .collect();
        assert_eq!(texts, expected);
    }
}
