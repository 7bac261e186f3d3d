//! Who people are: their standing in the list and at their messages, and keys that changed.

use std::sync::Arc;

use banter_frontend::store::ChatStore;
use banter_protocol::engine::{Arriving, LinkState, Obstacle, PeerView, Standing};

use crate::{
    markup::{elements, hook, hooks},
    render,
    states::{Log, in_room, key, known, listed, peer, peer_id, with},
};

const ALL: [Standing; 7] = [
    Standing::Unconfirmed,
    Standing::Known,
    Standing::NewKey,
    Standing::Verified,
    Standing::Changed,
    Standing::Refused,
    Standing::Forked,
];

fn with_peers(peers: &[PeerView]) -> ChatStore {
    with(in_room("tea-time"), |room| {
        room.peers = listed(peers.iter().cloned());
    })
}

#[test]
fn only_who_is_verified_is_marked_so() {
    for standing in ALL {
        let html = render(with_peers(&[known(1, "Bo", standing)]));
        let shown = hook(&html, "peer");
        let is_verified = standing == Standing::Verified;
        assert_eq!(
            shown.attribute("data-verified"),
            Some(if is_verified { "true" } else { "false" })
        );
        assert_eq!(shown.attribute("data-standing"), Some(standing.as_str()));
        assert_eq!(shown.text.contains("Verified"), is_verified);
    }
}

#[test]
fn doubts_about_somebody_are_said_in_the_list() {
    for (standing, words) in [
        (Standing::NewKey, "New key"),
        (Standing::Changed, "Key changed"),
        (Standing::Refused, "Blocked"),
        (Standing::Forked, "signed two different things"),
    ] {
        let html = render(with_peers(&[known(1, "Bo", standing)]));
        assert!(hook(&html, "peer").text.contains(words), "{words}");
    }
}

#[test]
fn names_that_look_alike_have_badges() {
    let dan = |number, badge: &str| PeerView {
        badge: Some(badge.to_owned()),
        ..known(number, "Dan", Standing::Known)
    };
    let html = render(with_peers(&[dan(1, "4f2a"), dan(2, "91c0")]));
    let badges: Vec<_> = elements(&html)
        .into_iter()
        .filter(|element| element.has_class("peer-badge"))
        .map(|element| element.text)
        .collect();
    assert_eq!(badges, ["4f2a", "91c0"]);
}

#[test]
fn everybody_in_the_list_can_be_looked_at_with_the_keyboard() {
    let html = render(with_peers(&[known(1, "Bo", Standing::Known)]));
    let button = elements(&html)
        .into_iter()
        .find(|element| element.has_class("peer-open"))
        .unwrap();
    assert_eq!(button.tag, "button");
    assert_eq!(button.attribute("aria-haspopup"), Some("dialog"));
    assert!(button.text.contains("Bo"));
}

#[test]
fn of_who_has_proved_nothing_only_the_number_is_shown() {
    assert!(hooks(&render(in_room("tea-time")), "unconfirmed").is_empty());
    let html = render(with(in_room("tea-time"), |room| {
        room.arriving = Arriving {
            connecting: 2,
            ..Arriving::default()
        };
    }));
    let line = hook(&html, "unconfirmed");
    assert_eq!(line.attribute("data-count"), Some("2"));
    assert_eq!(line.text, "2 more connecting…");
    assert!(hooks(&html, "peer").is_empty());
}

/// Nobody who cannot be linked is left with an endless "connecting".
#[test]
fn a_pair_that_cannot_be_linked_is_told_so_with_the_reason() {
    let named = render(with_peers(&[peer(1, "Bo", LinkState::Failed, None)]));
    let row = hook(&named, "peer");
    assert_eq!(row.attribute("data-obstacle"), Some("no_relay"));
    let nameless = render(with(in_room("tea-time"), |room| {
        room.arriving = Arriving {
            connecting: 0,
            stuck: 1,
            obstacle: Some(Obstacle::NoRelay),
        };
    }));
    let line = hook(&nameless, "unlinked");
    assert_eq!(line.attribute("data-obstacle"), Some("no_relay"));
    assert!(hooks(&nameless, "unconfirmed").is_empty());
    for (html, place, who) in [(&named, row, "Bo"), (&nameless, line, "one person")] {
        assert!(
            place.text.contains("this server offers no relay"),
            "{}",
            place.text
        );
        let strip = elements(html).into_iter().find(|it| it.has_class("strip"));
        let strip = strip.unwrap().text;
        assert!(strip.contains(&format!("No link to {who}")), "{strip}");
        assert!(strip.contains("this server offers no relay"), "{strip}");
    }
}

#[test]
fn each_changed_key_asks_for_a_decision() {
    let html = render(with_peers(&[
        known(1, "Bo", Standing::Changed),
        known(2, "Cleo", Standing::Known),
        known(3, "Dan", Standing::Changed),
    ]));
    let notices = hooks(&html, "key-changed");
    let ids: Vec<_> = notices
        .iter()
        .map(|notice| notice.attribute("data-peer-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids, [peer_id(1), peer_id(3)].map(|id| id.to_string()));
    for (notice, name) in notices.iter().zip(["Bo", "Dan"]) {
        assert_eq!(notice.attribute("role"), Some("alert"));
        let what = format!("{name}’s key is not the one you know.");
        assert!(notice.text.starts_with(&what), "{}", notice.text);
        assert!(
            notice
                .text
                .contains("Nothing is sent to or shown from them until you decide.")
        );
    }
    for (testid, words) in [
        ("compare-key", "Compare safety number"),
        ("accept-key", "It is them"),
        ("refuse-key", "Keep them out"),
    ] {
        let buttons = hooks(&html, testid);
        assert_eq!(buttons.len(), 2);
        // The words are the same for all, so each says whom it is about.
        assert_ne!(
            buttons[0].attribute("aria-describedby"),
            buttons[1].attribute("aria-describedby")
        );
        assert!(buttons.iter().all(|button| button.text == words));
    }
}

#[test]
fn a_known_key_asks_for_nothing() {
    for standing in ALL {
        let html = render(with_peers(&[known(1, "Bo", standing)]));
        let asks = !hooks(&html, "key-changed").is_empty();
        assert_eq!(asks, standing == Standing::Changed);
    }
}

#[test]
fn messages_of_the_verified_are_marked_and_those_of_the_forked_warned_of() {
    let messages = Log::default()
        .say(1, "Bo", 9, "Verified")
        .signed_by(key(1))
        .say(2, "Cleo", 8, "Known")
        .signed_by(key(2))
        .say(3, "Mallory", 7, "Forked")
        .signed_by(key(3))
        // The same name without the key.
        .say(4, "Bo", 6, "Nobody signed this")
        .into_messages();
    let html = render(with(
        with_peers(&[
            known(1, "Bo", Standing::Verified),
            known(3, "Mallory", Standing::Forked),
            peer(4, "Bo", LinkState::Connected, None),
        ]),
        |room| {
            room.messages = messages;
            room.verified = Some(Arc::from([key(1), key(3)]));
        },
    ));
    let texts: Vec<_> = hooks(&html, "message")
        .into_iter()
        .map(|message| message.text)
        .collect();
    let warned: Vec<_> = texts
        .iter()
        .map(|text| text.contains("Not to be trusted"))
        .collect();
    assert_eq!(warned, [false, false, true, false]);
    assert_eq!(hooks(&html, "message-verified").len(), 1);
    assert!(texts[0].starts_with("BBoVerified"), "{}", texts[0]);
    assert_eq!(hooks(&html, "message-forked").len(), 1);
}

/// Promise 35: also beside what was said, and also after they have left.
#[test]
fn messages_of_people_whose_names_look_alike_have_badges_too() {
    let log = Log::default()
        .say(5, "Dan", 5, "This is Dan")
        .signed_by(key(5))
        .say(6, "Dаn", 4, "With a letter of another script")
        .signed_by(key(6))
        .say(7, "Ada", 3, "Another Ada than the reader")
        .signed_by(key(7))
        .say(8, "Cyd", 2, "Nobody looks like me")
        .signed_by(key(8))
        .say(9, "Dan", 1, "Without a key");
    let html = render(with(
        with_peers(&[known(5, "Dan", Standing::Known)]),
        |room| {
            room.messages = log.into_messages();
        },
    ));
    let badges: Vec<_> = hooks(&html, "message-badge")
        .into_iter()
        .map(|badge| badge.text)
        .collect();
    assert_eq!(badges, [5, 6, 7].map(|number| key(number).badge()));
}
