//! What stands in the lobby: the pitch, the form, and what is said of the room in its input.

use super::ui::BRAND;
use crate::route::{RoomKind, Route};

pub(crate) const PITCH_HEADING: &str = "Say it straight.";
pub(crate) const PITCH_TEXT: &str =
    "Group chat that runs directly between your browsers. Nothing to install, no account.";

/// Who speaks in the glimpse of a conversation, and what they say; the second line is the person's own.
pub(crate) const SCENE_AUTHORS: [&str; 2] = ["Bo", "Cleo"];
pub(crate) const SCENE_LINES: [&str; 3] = [
    "Kettle’s on. Who’s in?",
    "Me! Ten minutes.",
    "Bringing the good biscuits 🍪",
];

pub(crate) const FORM_LABEL: &str = "Join a room";
pub(crate) const NAME_LABEL: &str = "Your name";
pub(crate) const NAME_PLACEHOLDER: &str = "What others see";
pub(crate) const ROOM_LABEL: &str = "Room";
pub(crate) const ROOM_PLACEHOLDER: &str = "Name or invite link";
pub(crate) const GENERATE_BUTTON: &str = "Generate";

/// For a room that was generated, and the hint for what is then chosen.
pub(crate) const PASSPHRASE_CHOICE: &str = "Also ask for a passphrase";
pub(crate) const PASSPHRASE_HINT: &str =
    "Tell it to the others in another way than the link. Nobody can recover it.";

pub(crate) const PASSPHRASE_LABEL: &str = "Passphrase";
pub(crate) const PASSPHRASE_PLACEHOLDER: &str = "From whoever invited you";
pub(crate) const PASSPHRASE_CHOOSING_PLACEHOLDER: &str = "Several words, easy to say";
pub(crate) const PASSPHRASE_SHOW_BUTTON: &str = "Show";
pub(crate) const PASSPHRASE_SHOW_LABEL: &str = "Show passphrase";
pub(crate) const PASSPHRASE_HIDE_BUTTON: &str = "Hide";
pub(crate) const PASSPHRASE_HIDE_LABEL: &str = "Hide passphrase";

pub(crate) const JOIN_BUTTON: &str = "Join room";
pub(crate) const CANCEL_BUTTON: &str = "Cancel";

/// On the button that joins, while it waits.
pub(crate) const WAIT_UNLOCKING: &str = "Unlocking…";
pub(crate) const WAIT_JOINING: &str = "Joining…";
pub(crate) const WAIT_STORAGE: &str = "Opening storage…";

/// The version, and the mark of the build, by which anybody can tell what they were served.
pub(crate) fn about(build: &str) -> String {
    let version = [BRAND, " ", env!("CARGO_PKG_VERSION")].concat();
    match build {
        "" => version,
        build => [&*version, " · build ", build].concat(),
    }
}

/// The way to a room of another server.
pub(crate) fn elsewhere_link(host: &str) -> String {
    format!("This invite leads to {host}: open it there")
}

/// A kind of room in two words or three; nothing where there is nothing to name.
pub(crate) fn kind_name(kind: RoomKind) -> Option<&'static str> {
    match kind {
        RoomKind::Unknown => None,
        RoomKind::Open => Some("Open room."),
        RoomKind::Private | RoomKind::Guarded => Some("Private room."),
        RoomKind::Elsewhere => Some("Another server’s room."),
    }
}

/// What that means for whoever enters.
pub(crate) fn kind_meaning(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Unknown => {
            "Generate a private room, which only people with its link can enter. \
             Or name an open one: anyone who knows the name can join."
        }
        RoomKind::Open => {
            "Anyone who knows the name can join; whoever runs the server could listen in."
        }
        RoomKind::Private => {
            "Only people with this link can get in. \
             The server cannot read names, messages or files, nor join."
        }
        RoomKind::Guarded => {
            "Only people with this link and its passphrase can get in. \
             The server cannot read names, messages or files, nor join."
        }
        RoomKind::Elsewhere => "It cannot be entered from here.",
    }
}

/// What greets somebody who comes by an invite; an id that nobody reads is not spelled out.
pub(crate) fn invitation(route: &Route) -> Option<String> {
    let invite = route.invite()?;
    Some(if invite.is_private() {
        "You’re invited to a private room".to_owned()
    } else {
        format!("You’re invited to {}", invite.room())
    })
}

#[cfg(test)]
mod tests {
    use banter_protocol::crypto::Invite;

    use super::*;

    #[test]
    fn only_a_private_room_promises_anything_of_the_server() {
        for kind in [RoomKind::Unknown, RoomKind::Open] {
            assert!(!kind_meaning(kind).contains("cannot"), "{kind:?}");
        }
        assert!(kind_meaning(RoomKind::Open).contains("could listen in"));
        assert!(kind_meaning(RoomKind::Private).contains("server cannot read"));
    }

    #[test]
    fn an_invitation_names_an_open_room_and_spells_no_secret() {
        let private = Route::Room(Invite::generate([1; 16], [7; 32]));
        assert_eq!(
            invitation(&Route::parse_typed("tea", "")).as_deref(),
            Some("You’re invited to tea")
        );
        assert_eq!(
            invitation(&private).as_deref(),
            Some("You’re invited to a private room")
        );
        assert_eq!(invitation(&Route::Lobby), None);
    }
}
