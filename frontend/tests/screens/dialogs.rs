//! The dialogs of a room, and what they let a person do.

use banter_frontend::components::RoomDialog;
use banter_protocol::{
    crypto::SafetyNumber,
    engine::{EmojiView, LockView, Standing},
};

use crate::{
    markup::{Element, elements, hook, hooks},
    render,
    screen::render_with,
    states::{
        in_private_room, in_room, inspected, key, known, listed, peer_id, person, private,
        seven_emoji, with,
    },
};

fn looking_at(standing: Standing, emoji: EmojiView) -> String {
    render(with(in_room("tea-time"), |room| {
        room.inspected = inspected(1, "Bo", standing, emoji);
    }))
}

/// Every dialog by its `data-testid`.
fn dialogs() -> [(&'static str, String); 4] {
    let open = |dialog| render_with(private(in_room("tea-time")), dialog);
    [
        (
            "person-dialog",
            looking_at(Standing::Known, EmojiView::Idle),
        ),
        ("protection-dialog", open(RoomDialog::Protection)),
        ("renew-invite", open(RoomDialog::Renew)),
        ("invite-dialog", open(RoomDialog::Invite)),
    ]
}

fn labelled_by<'a>(elements: &'a [Element], element: &Element) -> Option<&'a Element> {
    let id = element.attribute("aria-labelledby")?;
    elements.iter().find(|one| one.attribute("id") == Some(id))
}

#[test]
fn every_dialog_is_modal_has_a_name_and_can_be_closed() {
    for (testid, html) in dialogs() {
        let dialog = hook(&html, testid);
        assert_eq!(dialog.attribute("role"), Some("dialog"), "{testid}");
        assert_eq!(dialog.attribute("aria-modal"), Some("true"));
        let elements = elements(&html);
        let title = labelled_by(&elements, &dialog).unwrap();
        assert!(!title.text.is_empty());
        // The focus begins at the heading.
        assert_eq!(title.attribute("tabindex"), Some("-1"));
        let from = elements.iter().position(|one| *one == dialog).unwrap();
        let close = |one: &Element| one.attribute("aria-label") == Some("Close");
        assert!(elements.iter().skip(from).any(close));
    }
}

#[test]
fn no_dialog_is_open_by_itself() {
    let html = render(private(in_room("tea-time")));
    assert!(
        !elements(&html)
            .iter()
            .any(|element| element.attribute("role") == Some("dialog"))
    );
}

#[test]
fn every_id_in_the_page_is_there_once() {
    for (testid, html) in dialogs() {
        let elements = elements(&html);
        let mut ids: Vec<_> = elements
            .iter()
            .filter_map(|one| one.attribute("id"))
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{testid}");
    }
}

#[test]
fn the_safety_number_is_shown_in_groups_and_as_a_code() {
    let html = looking_at(Standing::Known, EmojiView::Idle);
    let number = SafetyNumber::of(&key(200), &key(1));
    assert_eq!(hook(&html, "safety-number").text, number.digits());
    let elements = elements(&html);
    let spoken: Vec<_> = elements
        .iter()
        .filter(|one| one.tag == "li")
        .filter_map(|one| one.attribute("aria-label"))
        .map(|label| label.replace(' ', ""))
        .collect();
    assert_eq!(spoken, number.groups().collect::<Vec<_>>());
    let code = elements
        .iter()
        .find(|one| one.has_class("qr-code"))
        .unwrap();
    assert_eq!(code.attribute("role"), Some("img"));
    assert_eq!(
        code.attribute("aria-label"),
        Some("QR code of the safety number")
    );
}

#[test]
fn verifying_is_offered_where_it_means_something() {
    for (standing, words) in [
        (Standing::Known, Some("Mark as verified")),
        (Standing::NewKey, Some("Mark as verified")),
        (Standing::Verified, Some("No longer verified")),
        (Standing::Unconfirmed, None),
        (Standing::Changed, None),
        (Standing::Refused, None),
        (Standing::Forked, None),
    ] {
        let html = looking_at(standing, EmojiView::Idle);
        let buttons = hooks(&html, "toggle-verified");
        let shown = buttons.first().map(|button| button.text.as_str());
        assert_eq!(shown, words, "{standing:?}");
        let emoji = hooks(&html, "compare-emoji");
        assert_eq!(!emoji.is_empty(), words.is_some(), "{standing:?}");
    }
}

#[test]
fn a_key_in_doubt_is_judged_in_the_dialog_too() {
    let html = looking_at(Standing::Changed, EmojiView::Idle);
    assert_eq!(hook(&html, "accept-key").text, "It is them");
    assert_eq!(hook(&html, "refuse-key").text, "Keep them out");
    let html = looking_at(Standing::Refused, EmojiView::Idle);
    assert_eq!(hook(&html, "accept-key").text, "Let them in");
    assert!(hooks(&html, "refuse-key").is_empty());
}

#[test]
fn seven_emoji_are_compared_by_picture_and_name() {
    let html = looking_at(Standing::Known, seven_emoji());
    let EmojiView::Compare(emoji) = seven_emoji() else {
        panic!("emoji to compare")
    };
    let shown: String = emoji
        .iter()
        .flat_map(|emoji| [emoji.picture, emoji.name])
        .collect();
    assert_eq!(hook(&html, "emoji-comparison").text, shown);
    assert_eq!(hook(&html, "emoji-same").text, "They match");
    assert_eq!(hook(&html, "emoji-different").text, "They differ");
}

#[test]
fn every_state_of_the_comparison_says_what_is_next() {
    for (emoji, words, can_begin) in [
        (EmojiView::Idle, "compare seven pictures", true),
        (EmojiView::Asked, "Bo wants to compare emoji", true),
        (EmojiView::Waiting, "Waiting for Bo", false),
        (EmojiView::Same, "nobody stands between you", false),
        (EmojiView::Different, "Somebody may stand between you", true),
    ] {
        let html = looking_at(Standing::Known, emoji);
        let state = elements(&html)
            .into_iter()
            .find(|one| one.has_class("emoji-state"))
            .unwrap();
        assert_eq!(state.attribute("aria-live"), Some("polite"));
        assert!(state.text.contains(words), "{}", state.text);
        assert_eq!(!hooks(&html, "compare-emoji").is_empty(), can_begin);
        assert!(hooks(&html, "emoji-comparison").is_empty());
    }
}

#[test]
fn a_room_says_what_kind_it_is_and_explains_it() {
    for (state, kind, private_word) in [
        (in_room("tea-time"), "Open room", "false"),
        (private(in_room("tea-time")), "Private room", "true"),
    ] {
        let html = render_with(state, RoomDialog::Protection);
        let room = hook(&html, "chat-room");
        assert_eq!(room.attribute("data-private"), Some(private_word));
        assert!(room.text.contains(kind));
        assert_eq!(hook(&html, "explain-protection").tag, "button");
        let dialog = hook(&html, "protection-dialog");
        assert!(dialog.text.contains(kind));
        assert!(
            dialog
                .text
                .contains("Whoever serves this app could change it")
        );
    }
}

#[test]
fn the_lock_says_who_locked_and_offers_the_other_way() {
    for (lock, pressed, button, words) in [
        (LockView::Open, "false", "Lock room", "can join"),
        (LockView::LockedByMe, "true", "Unlock", "Locked by you"),
        (
            LockView::LockedBy(person("Bo")),
            "true",
            "Unlock",
            "Locked by Bo",
        ),
    ] {
        let html = render(with(in_room("tea-time"), |room| {
            room.lock = lock;
        }));
        let shown = hook(&html, "lock-room");
        assert_eq!(shown.attribute("aria-pressed"), Some(pressed));
        assert_eq!(shown.text, button);
        assert!(hook(&html, "chat-room").text.contains(words));
    }
}

#[test]
fn a_new_invite_is_for_private_rooms_and_takes_along_whoever_is_trusted() {
    assert!(hooks(&render(in_room("tea-time")), "open-renew").is_empty());
    let state = with(private(in_room("tea-time")), |room| {
        room.peers = listed([
            known(1, "Bo", Standing::Verified),
            known(2, "Cleo", Standing::Known),
            known(3, "Mallory", Standing::Changed),
            known(4, "Eve", Standing::Refused),
            known(5, "Trent", Standing::Forked),
        ]);
    });
    let html = render_with(state, RoomDialog::Renew);
    assert_eq!(hook(&html, "open-renew").tag, "button");
    let boxes: Vec<_> = elements(&html)
        .into_iter()
        .filter(|one| one.attribute("type") == Some("checkbox"))
        .filter(|one| one.attribute("data-testid") != Some("relay-only"))
        .collect();
    let ids: Vec<_> = boxes
        .iter()
        .filter_map(|one| one.attribute("data-peer-id"))
        .collect();
    assert_eq!(ids, [peer_id(1), peer_id(2)].map(|id| id.to_string()));
    assert!(boxes.iter().all(|one| one.attribute("checked").is_some()));
    assert_eq!(hook(&html, "make-invite").text, "Make new invite");
}

#[test]
fn the_invite_is_shown_as_a_code_whose_label_does_not_tell_it() {
    let html = render_with(in_private_room(), RoomDialog::Invite);
    assert_eq!(hook(&html, "show-invite").tag, "button");
    let link = hook(&html, "invite-link").text;
    assert!(link.starts_with("https://banter.example/r/p_"), "{link}");
    let code = elements(&html)
        .into_iter()
        .find(|one| one.has_class("qr-code"))
        .unwrap();
    assert_eq!(code.attribute("aria-label"), Some("QR code of the invite"));
}
