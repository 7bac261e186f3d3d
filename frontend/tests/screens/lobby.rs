//! The lobby and everything that can be wrong in it.

use banter_frontend::{
    notice::{PageNotice, RoomRefusal},
    store::{ChatStore, Phase},
};
use banter_protocol::{
    engine::Notice, ids::ParseIdError, names::ParseNameError, signaling::ErrorCode,
};

use crate::{
    markup::{elements, hook, hooks},
    screen::render,
    states::{lobby, room},
};

fn with_page_notice(notice: PageNotice) -> ChatStore {
    ChatStore {
        page_notice: Some(notice),
        ..lobby("Ada", "tea-time")
    }
}

#[test]
fn the_lobby_offers_name_room_and_door() {
    let html = render(lobby("Ada", "tea-time"));
    assert_eq!(hook(&html, "name-input").attribute("value"), Some("Ada"));
    assert_eq!(
        hook(&html, "room-input").attribute("value"),
        Some("tea-time")
    );
    assert_eq!(hook(&html, "generate-room").tag, "button");
    assert_eq!(hook(&html, "join-room").attribute("type"), Some("submit"));
    assert!(hooks(&html, "error-banner").is_empty());
    assert!(hooks(&html, "chat-room").is_empty());
}

#[test]
fn the_lobby_says_who_can_join_an_open_room_and_promises_no_secrecy() {
    let html = render(lobby("", "")).to_lowercase();
    assert!(html.contains("anyone who knows"));
    for claim in ["encrypt", "private", "secret", "secure", "anonym"] {
        assert!(!html.contains(claim), "the lobby says {claim:?}");
    }
}

#[test]
fn every_field_has_a_label() {
    let elements = elements(&render(lobby("", "")));
    for input in elements
        .iter()
        .filter(|element| element.attribute("type") == Some("text"))
    {
        let label = elements
            .iter()
            .find(|label| label.tag == "label" && label.attribute("for") == input.attribute("id"));
        assert!(
            label.is_some_and(|label| !label.text.trim().is_empty()),
            "{input:?}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_field_stands_at_the_field() {
    let bad_name = PageNotice::BadName(ParseNameError::Empty);
    let bad_room = PageNotice::BadRoom(RoomRefusal::NotARoom(ParseIdError::RoomIdCharacter));
    for (notice, good, bad) in [
        (bad_name, "room-input", "name-input"),
        (bad_room, "name-input", "room-input"),
    ] {
        let html = render(with_page_notice(notice));
        let banner = hook(&html, "error-banner");
        assert_eq!(banner.attribute("data-code"), Some(notice.code()));
        assert_eq!(banner.attribute("role"), Some("alert"));
        let field = hook(&html, bad);
        assert_eq!(field.attribute("aria-invalid"), Some("true"));
        assert_eq!(field.attribute("aria-describedby"), banner.attribute("id"));
        assert_eq!(hook(&html, good).attribute("aria-invalid"), None);
    }
}

#[test]
fn every_other_error_says_what_happened_and_what_to_do() {
    for notice in [
        PageNotice::IncompleteInvite,
        PageNotice::NoWebRtc,
        PageNotice::InsecureContext,
    ] {
        assert_words(&render(with_page_notice(notice)), notice.code());
    }
    for code in [
        ErrorCode::BadMessage,
        ErrorCode::NotInRoom,
        ErrorCode::AlreadyInRoom,
        ErrorCode::RoomFull,
        ErrorCode::PeerIdTaken,
        ErrorCode::NotYourId,
        ErrorCode::RateLimited,
        ErrorCode::ServerDraining,
    ] {
        assert_engine_words(Notice::Server(code));
    }
    assert_engine_words(Notice::ServerUnreachable);
    assert_engine_words(Notice::NoStorage);
}

fn assert_engine_words(notice: Notice) {
    let state = ChatStore {
        notice: Some(notice),
        ..lobby("Ada", "tea-time")
    };
    assert_words(&render(state), notice.code());
}

fn assert_words(html: &str, code: &str) {
    assert_eq!(
        hook(html, "error-banner").attribute("data-code"),
        Some(code)
    );
    for class in ["banner-what", "banner-advice"] {
        let words = elements(html)
            .into_iter()
            .find(|element| element.has_class(class));
        assert!(
            words.is_some_and(|words| words.text.ends_with('.')),
            "{class} of {code}"
        );
    }
}

#[test]
fn an_error_that_passes_by_itself_cannot_be_put_away() {
    let dismiss = |notice| {
        let state = ChatStore {
            notice: Some(notice),
            ..lobby("Ada", "tea-time")
        };
        let elements = elements(&render(state));
        elements
            .iter()
            .any(|element| element.attribute("aria-label") == Some("Dismiss"))
    };
    assert!(dismiss(Notice::Server(ErrorCode::RoomFull)));
    assert!(!dismiss(Notice::ServerUnreachable));
}

#[test]
fn while_joining_the_form_waits_and_can_be_given_up() {
    let html = render(ChatStore {
        phase: Phase::Joining(room("tea-time")),
        ..lobby("Ada", "tea-time")
    });
    assert!(hook(&html, "join-room").text.contains("Joining…"));
    assert_eq!(
        hook(&html, "join-room").attribute("aria-disabled"),
        Some("true")
    );
    assert!(hook(&html, "name-input").attribute("readonly").is_some());
    assert!(
        elements(&html)
            .iter()
            .any(|element| element.tag == "button" && element.text == "Cancel")
    );
}
