//! Who asks the person to go on elsewhere.

use std::sync::Arc;

use banter_protocol::engine::{MoveView, Standing};

use crate::{
    markup::{hook, hooks},
    render,
    states::{asking, in_room, key, private, with},
};

fn asked(moves: &[MoveView]) -> String {
    render(with(private(in_room("tea-time")), |room| {
        room.moves = Some(Arc::from(moves));
    }))
}

#[test]
fn whoever_asks_is_named_with_their_badge_and_whether_they_are_verified() {
    for (standing, verified, words) in [
        (Standing::Verified, "true", "You have verified them."),
        (Standing::Known, "false", "You have not verified them"),
        (Standing::NewKey, "false", "belongs to somebody else here"),
    ] {
        let html = asked(&[asking(1, "Bo", standing)]);
        let notice = hook(&html, "move-invite");
        assert_eq!(notice.attribute("role"), Some("alert"));
        assert_eq!(notice.attribute("data-verified"), Some(verified));
        let identity = key(1).to_string();
        assert_eq!(notice.attribute("data-identity"), Some(&*identity));
        let what = format!("Bo {} asks you to go on with them", key(1).badge());
        assert!(notice.text.starts_with(&what), "{}", notice.text);
        assert!(notice.text.contains(words), "{}", notice.text);
    }
}

#[test]
fn each_who_asks_is_answered_on_their_own() {
    let html = asked(&[
        asking(1, "Bo", Standing::Known),
        asking(2, "Cleo", Standing::Verified),
    ]);
    assert_eq!(hooks(&html, "move-invite").len(), 2);
    for (testid, words) in [
        ("accept-move", "Go to the new room"),
        ("decline-move", "Stay here"),
    ] {
        let buttons = hooks(&html, testid);
        assert!(buttons.iter().all(|button| button.text == words));
        // The words are the same for all, so each says whom it is about.
        let about = |button: usize| buttons[button].attribute("aria-describedby");
        assert!(about(0).is_some() && about(0) != about(1));
    }
}

#[test]
fn where_nobody_asks_nothing_is_asked() {
    assert!(hooks(&asked(&[]), "move-invite").is_empty());
    let html = render(private(in_room("tea-time")));
    assert!(hooks(&html, "accept-move").is_empty());
}
