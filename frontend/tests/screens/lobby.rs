//! The lobby and everything that can be wrong in it.

use std::rc::Rc;

use banter_frontend::{
    notice::PageNotice,
    route::Route,
    store::{ChatStore, Phase},
};
use banter_protocol::{
    engine::Notice, ids::ParseIdError, names::ParseNameError, signaling::ErrorCode,
};

use crate::{
    markup::{elements, hook, hooks},
    render,
    states::{guarded_invite, invited, lobby, private_invite, room},
};

fn with_page_notice(notice: PageNotice) -> ChatStore {
    ChatStore {
        page_notice: Some(notice),
        ..lobby("Ada", "tea-time")
    }
}

#[test]
fn the_lobby_offers_name_room_and_button() {
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
fn an_open_room_is_called_open_and_promises_no_secrecy() {
    let html = render(lobby("Ada", "tea-time"));
    let hint = hint(&html);
    assert!(hint.starts_with("Open room.") && hint.contains("Anyone who knows the name can join"));
    assert!(hint.contains("could listen in"));
    let html = html.to_lowercase();
    for claim in ["encrypt", "private", "secret", "secure", "anonym"] {
        assert!(!html.contains(claim), "the lobby says {claim:?}");
    }
}

#[test]
fn a_private_room_is_called_private_and_its_id_is_not_spelled_out() {
    let html = render(invited("Ada", &private_invite()));
    assert!(hint(&html).starts_with("Private room."));
    assert!(hint(&html).contains("Only people with this link"));
    let title = elements(&html)
        .into_iter()
        .find(|element| element.tag == "h2");
    assert_eq!(title.unwrap().text, "You’re invited to a private room");
    assert!(hooks(&html, "passphrase-input").is_empty());
    assert!(hooks(&html, "add-passphrase").is_empty());
    // The whole invite, so that "Join" enters.
    let typed = Route::typing(&private_invite());
    assert_eq!(hook(&html, "room-input").attribute("value"), Some(&*typed));
}

#[test]
fn a_room_with_a_passphrase_asks_for_it_and_hides_what_is_typed() {
    let html = render(invited("Ada", &guarded_invite()));
    assert!(hint(&html).contains("link and its passphrase"));
    let field = hook(&html, "passphrase-input");
    assert_eq!(field.attribute("type"), Some("password"));
    assert_eq!(field.attribute("autocomplete"), Some("off"));
    let reveal = elements(&html)
        .into_iter()
        .find(|element| element.attribute("aria-label") == Some("Show passphrase"));
    assert_eq!(reveal.unwrap().attribute("type"), Some("button"));
}

#[test]
fn another_server_s_invite_is_a_link_to_it() {
    let html = render(lobby("Ada", "Join us: other.example/r/tea."));
    let link = hook(&html, "open-elsewhere");
    assert_eq!(link.attribute("href"), Some("https://other.example/r/tea"));
    assert!(
        link.text.contains("leads to other.example"),
        "{}",
        link.text
    );
    assert!(hint(&html).starts_with("Another server’s room."));
}

#[test]
fn an_invite_whose_secret_was_sent_is_warned_of_before_it_is_used() {
    let sent = Route::typing(&private_invite()).replace('#', "%23");
    let html = render(lobby("Ada", &sent));
    let banner = hook(&html, "error-banner");
    assert_eq!(banner.attribute("data-code"), Some("secret_seen"));
    assert!(hint(&html).starts_with("Private room."));
}

#[test]
fn whoever_s_storage_does_not_open_can_try_again_or_go_on_anew() {
    let html = render(with_page_notice(PageNotice::StorageWithheld));
    for button in ["storage-again", "go-on-anew"] {
        assert_eq!(hook(&html, button).tag, "button");
    }
    let html = render(ChatStore {
        phase: Phase::Opening,
        ..with_page_notice(PageNotice::StorageSlow)
    });
    assert!(hook(&html, "join-room").text.contains("Opening storage…"));
    assert!(hooks(&html, "go-on-anew").is_empty());
}

#[test]
fn a_wrong_passphrase_is_told_at_its_field() {
    for notice in [PageNotice::WrongPassphrase, PageNotice::NoPassphrase] {
        let html = render(ChatStore {
            page_notice: Some(notice),
            ..invited("Ada", &guarded_invite())
        });
        let banner = hook(&html, "error-banner");
        assert_eq!(banner.attribute("data-code"), Some("wrong_passphrase"));
        let field = hook(&html, "passphrase-input");
        assert_eq!(field.attribute("aria-invalid"), Some("true"));
        let described = field.attribute("aria-describedby").unwrap();
        let problem = banner.attribute("id").unwrap();
        assert!(described.split(' ').any(|id| id == problem), "{described}");
    }
}

fn hint(html: &str) -> String {
    let mut elements = elements(html).into_iter();
    let hint = elements.find(|element| element.attribute("id") == Some("room-hint"));
    hint.unwrap().text
}

#[test]
fn every_field_has_a_label() {
    let elements = elements(&render(invited("", &guarded_invite())));
    let inputs = elements.iter().filter(|element| element.has_class("input"));
    assert_eq!(inputs.clone().count(), 3);
    for input in inputs {
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
    let bad_room = PageNotice::BadRoom(ParseIdError::RoomIdCharacter);
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
        let described = field.attribute("aria-describedby").unwrap();
        assert_eq!(described.split(' ').next(), banner.attribute("id"));
        assert_eq!(hook(&html, good).attribute("aria-invalid"), None);
    }
}

#[test]
fn every_other_error_says_what_happened_and_what_to_do() {
    for notice in [
        PageNotice::IncompleteInvite,
        PageNotice::SecretSeen,
        PageNotice::StorageWithheld,
        PageNotice::NoFiles,
        PageNotice::NoMemory,
        PageNotice::NoWebRtc,
        PageNotice::NoRandomness,
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
        ErrorCode::ServerBusy,
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
        phase: Phase::Room(room("tea-time")),
        rooms: vec![(room("tea-time"), Rc::default())],
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

#[test]
fn while_a_passphrase_is_stretched_the_form_says_so_and_waits() {
    let html = render(ChatStore {
        phase: Phase::Unlocking,
        ..invited("Ada", &guarded_invite())
    });
    assert!(hook(&html, "join-room").text.contains("Unlocking…"));
    for field in ["name-input", "room-input", "passphrase-input"] {
        assert!(
            hook(&html, field).attribute("readonly").is_some(),
            "{field}"
        );
    }
    assert!(!html.contains("Cancel"));
}
