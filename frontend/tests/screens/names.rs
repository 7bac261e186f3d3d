//! Names inside sentences: one that is written from right to left and ends in digits would turn the words around it.

use std::{rc::Rc, sync::Arc};

use banter_frontend::{components::RoomDialog, store::ChatStore};
use banter_protocol::engine::{Arriving, EmojiView, LinkState, LockView, PeerView, Standing};

use crate::{
    markup::elements,
    screen::render_with,
    states::{
        Log, asking, in_private_room, in_room, inspected, key, known, listed, lobby, peer, person,
        seven_emoji, with,
    },
};

/// Latin words before and after it change places, unless it is isolated.
const NAME: &str = "שרה 123";

const STANDINGS: [Standing; 7] = [
    Standing::Unconfirmed,
    Standing::Known,
    Standing::NewKey,
    Standing::Verified,
    Standing::Changed,
    Standing::Refused,
    Standing::Forked,
];

const LINKS: [LinkState; 5] = [
    LinkState::New,
    LinkState::Connecting,
    LinkState::Connected,
    LinkState::Disconnected,
    LinkState::Failed,
];

/// Every screen that speaks of people, with everybody bearing the name.
fn screens() -> Vec<(String, ChatStore, RoomDialog)> {
    let mut screens = vec![(
        "the lobby".to_owned(),
        lobby(NAME, "tea"),
        RoomDialog::Closed,
    )];
    let mut add = |what: String, state: ChatStore| screens.push((what, state, RoomDialog::Closed));
    for people in 1..=3 {
        for state in LINKS {
            let peers: Vec<_> = (1..=people)
                .map(|one| peer(one, NAME, state, None))
                .collect();
            add(format!("{people} people {state:?}"), with_peers(peers));
        }
        let typing = (0..people).map(|_| person(NAME)).collect();
        let typing = with(in_room("tea"), |room| {
            room.typing = Some(typing);
        });
        add(format!("{people} typing"), typing);
    }
    for standing in STANDINGS {
        let state = with(with_peers(vec![known(1, NAME, standing)]), |room| {
            room.messages = Log::default()
                .say(1, NAME, 3, "Hello")
                .signed_by(key(1))
                .say(1, NAME, 2, "Again")
                .into_messages();
        });
        add(format!("somebody {standing:?}"), state);
        for emoji in [
            EmojiView::Idle,
            EmojiView::Asked,
            EmojiView::Waiting,
            seven_emoji(),
            EmojiView::Same,
            EmojiView::Different,
        ] {
            let state = with(in_room("tea"), |room| {
                room.inspected = inspected(1, NAME, standing, emoji);
            });
            add(
                format!("looking at somebody {standing:?}, {emoji:?}"),
                state,
            );
        }
    }
    let stuck = with(
        with_peers(vec![peer(1, NAME, LinkState::Failed, None)]),
        |room| {
            room.arriving = Arriving {
                connecting: 1,
                stuck: 1,
                ..Arriving::default()
            };
        },
    );
    add("others on their way".to_owned(), stuck);
    let locked = with(in_private_room(), |room| {
        room.lock = LockView::LockedBy(person(NAME));
    });
    add("a locked room".to_owned(), locked);
    for standing in STANDINGS {
        let state = with(in_private_room(), |room| {
            room.moves = Some(Arc::from([asking(1, NAME, standing)]));
        });
        add(format!("an invite elsewhere, {standing:?}"), state);
    }
    for dialog in [
        RoomDialog::Protection,
        RoomDialog::Renew,
        RoomDialog::Invite,
    ] {
        let state = with(in_private_room(), |room| {
            room.peers = listed([known(1, NAME, Standing::Known)]);
        });
        screens.push((format!("{dialog:?}"), state, dialog));
    }
    for (_, state, _) in &mut screens {
        let shown = state.shown().cloned();
        let seat = shown.and_then(|room| state.room_mut(&room).seat.as_mut());
        if let Some(seat) = seat {
            Rc::make_mut(seat).name = person(NAME);
        }
    }
    screens
}

fn with_peers(peers: Vec<PeerView>) -> ChatStore {
    with(in_room("tea"), |room| {
        room.peers = listed(peers);
    })
}

/// What stands in a sentence with the name and is not isolated from it.
fn turned_around(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for element in elements(html) {
        let alone = element.own_text.trim() == NAME;
        let isolates = element.tag == "bdi" || element.attribute("dir") == Some("auto");
        if element.own_text.contains(NAME) && !(alone && isolates) {
            faults.push(format!("<{}>: {}", element.tag, element.own_text));
        }
        for (attribute, value) in &element.attributes {
            let isolated = value.replace(&format!("\u{2068}{NAME}\u{2069}"), "");
            if value != NAME && isolated.contains(NAME) {
                faults.push(format!("{attribute}={value}"));
            }
        }
    }
    faults
}

#[test]
fn no_name_turns_the_sentence_around_in_which_it_stands() {
    for (what, state, dialog) in screens() {
        let html = render_with(state, dialog);
        assert!(html.contains(NAME), "nobody is named: {what}");
        assert_eq!(turned_around(&html), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn a_sentence_that_forgets_it_is_found() {
    for fault in [
        format!("<p>{NAME} is typing…</p>"),
        format!("<p dir=\"auto\">{NAME} is typing…</p>"),
        format!("<p><bdi>{NAME}</bdi> and {NAME}</p>"),
        format!("<p><span>{NAME}</span> is typing…</p>"),
        format!("<p aria-label=\"Message from {NAME}\"></p>"),
        format!("<p title=\"\u{2068}{NAME}\u{2069} and {NAME}\"></p>"),
    ] {
        assert_eq!(turned_around(&fault).len(), 1, "{fault}");
    }
    for fine in [
        format!("<p><bdi>{NAME}</bdi> is typing…</p>"),
        format!("<span dir=\"auto\"> {NAME} </span>"),
        format!("<p title=\"{NAME}\"></p>"),
        format!("<p aria-label=\"Message from \u{2068}{NAME}\u{2069}\"></p>"),
    ] {
        assert_eq!(turned_around(&fine), Vec::<String>::new());
    }
}
