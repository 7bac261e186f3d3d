//! The messages: their hooks, their groups, their days, and how many are in the page.

use banter_protocol::engine::DeliveryStatus;

use crate::{
    markup::{Element, elements, hook, hooks},
    render,
    states::{Log, MINUTE_MS, NOW_MS, in_room, peer_id, with},
};

const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

fn render_log(log: Log) -> String {
    render(with(in_room("tea-time"), |room| {
        room.messages = log.into_messages();
    }))
}

fn days(html: &str) -> Vec<String> {
    let elements = elements(html);
    let days = elements
        .into_iter()
        .filter(|element| element.has_class("day"));
    days.map(|day| day.text).collect()
}

#[test]
fn a_message_has_every_hook_of_the_contract() {
    let html = render_log(Log::default().say(1, "Bo", 2, "Tea at five?"));
    let message = hook(&html, "message");
    assert_eq!(
        message.attribute("data-from"),
        Some(&*peer_id(1).to_string())
    );
    assert_eq!(message.attribute("data-own"), Some("false"));
    assert_eq!(message.attribute("data-status"), Some("delivered"));
    assert!(
        message
            .attribute("data-message-id")
            .is_some_and(|id| id.len() == 36)
    );
    assert_eq!(hook(&html, "message-text").text, "Tea at five?");
    assert_eq!(hook(&html, "message-sender").text, "Bo");
    let time = hook(&html, "message-time");
    assert_eq!(time.text, "15:30");
    assert_eq!(time.attribute("datetime"), Some("2026-11-02T14:30:00Z"));
}

#[test]
fn names_and_texts_choose_their_own_direction() {
    let html = render_log(Log::default().say(1, "נועה", 2, "שלום"));
    for name in ["message-text", "message-sender"] {
        assert_eq!(hook(&html, name).attribute("dir"), Some("auto"));
    }
}

#[test]
fn every_status_is_told_in_words_too() {
    for (status, name, words) in [
        (DeliveryStatus::Sending, "sending", "Sending"),
        (DeliveryStatus::Sent, "sent", "Sent"),
        (DeliveryStatus::Delivered, "delivered", "Delivered"),
        (DeliveryStatus::Failed, "failed", "Not sent"),
    ] {
        let html = render_log(Log::default().say_self(1, "Hello", status));
        let message = hook(&html, "message");
        assert_eq!(message.attribute("data-status"), Some(name));
        assert_eq!(message.attribute("data-own"), Some("true"));
        assert!(message.text.ends_with(words), "{}", message.text);
    }
}

#[test]
fn follow_ups_keep_author_and_time_for_those_who_cannot_see() {
    let log = Log::default()
        .say(1, "Bo", 20, "One")
        .say(1, "Bo", 18, "Two")
        .say(1, "Bo", 10, "After a pause")
        .say(2, "Cleo", 10, "Somebody else");
    let html = render_log(log);
    let messages = hooks(&html, "message");
    let follow_ups: Vec<bool> = messages
        .iter()
        .map(|one| one.has_class("is-follow-up"))
        .collect();
    assert_eq!(follow_ups, [false, true, false, false]);
    let texts = |testid| -> Vec<String> {
        hooks(&html, testid)
            .into_iter()
            .map(|element: Element| element.text)
            .collect()
    };
    assert_eq!(texts("message-sender"), ["Bo", "Bo", "Bo", "Cleo"]);
    assert_eq!(texts("message-time"), ["15:12", "15:14", "15:22", "15:22"]);
}

#[test]
fn each_day_is_named_once() {
    // The reader's midnight was at 23:00 UTC.
    let midnight_ms = NOW_MS / DAY_MS * DAY_MS - 60 * MINUTE_MS;
    let add = |log: Log, at_ms| log.add(1, "Bo", at_ms, "Hello", DeliveryStatus::Delivered);
    let times = [
        midnight_ms - 2 * DAY_MS,
        midnight_ms - MINUTE_MS,
        midnight_ms,
        midnight_ms + MINUTE_MS,
    ];
    let html = render_log(times.into_iter().fold(Log::default(), add));
    assert_eq!(days(&html), ["Saturday 31 October", "Yesterday", "Today"]);
}

#[test]
fn of_ten_thousand_messages_the_newest_500_are_in_the_page_and_earlier_ones_on_demand() {
    let say = |log: Log, number: u64| {
        let at_ms = NOW_MS - (10_000 - number) * 1_000;
        log.add(
            1,
            "Bo",
            at_ms,
            &number.to_string(),
            DeliveryStatus::Delivered,
        )
    };
    let html = render_log((0..10_000).fold(Log::default(), say));
    let texts = hooks(&html, "message-text");
    assert_eq!(texts.len(), 500);
    assert_eq!(texts[0].text, "9500");
    assert_eq!(texts[499].text, "9999");
    assert!(html.contains("Show earlier messages"));
    let few = render_log((0..500).fold(Log::default(), say));
    assert!(!few.contains("Show earlier messages"));
}
