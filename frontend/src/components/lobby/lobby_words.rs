//! What the lobby says of the room in its input. Pure.

use banter_protocol::crypto::InviteSecret;

use crate::route::Route;

/// What a room protects, as far as its input tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomKind {
    /// No room yet.
    Unknown,
    /// Anyone who knows its name is let in.
    Open,
    /// The invite lets in.
    Private,
    /// The invite lets in, with a passphrase besides.
    Guarded,
    /// Another server's.
    Elsewhere,
}

impl RoomKind {
    pub(crate) fn of(route: &Route) -> Self {
        let invite = match route {
            Route::Room(invite) | Route::Exposed(invite) => invite,
            Route::Elsewhere(..) => return Self::Elsewhere,
            Route::Lobby | Route::Refused { .. } => return Self::Unknown,
        };
        match invite.secret().map(InviteSecret::asks_passphrase) {
            None => Self::Open,
            Some(false) => Self::Private,
            Some(true) => Self::Guarded,
        }
    }

    /// In two words or three; nothing where there is nothing to name.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Open => Some("Open room."),
            Self::Private | Self::Guarded => Some("Private room."),
            Self::Elsewhere => Some("Another server’s room."),
        }
    }

    /// What that means for whoever enters.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Unknown => {
                "Generate a private room, which only people with its link can enter. \
                 Or name an open one: anyone who knows the name can join."
            }
            Self::Open => {
                "Anyone who knows the name can join; whoever runs the server could listen in."
            }
            Self::Private => {
                "Only people with this link can get in. \
                 The server cannot read names, messages or files, nor join."
            }
            Self::Guarded => {
                "Only people with this link and its passphrase can get in. \
                 The server cannot read names, messages or files, nor join."
            }
            Self::Elsewhere => "It cannot be entered from here.",
        }
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

    fn kind(typed: &str) -> RoomKind {
        RoomKind::of(&Route::parse_typed(typed, "https://chat.example"))
    }

    #[test]
    fn a_room_is_named_for_what_its_invite_protects() {
        let private = Route::typing(&Invite::generate([1; 16], [7; 32]));
        assert_eq!(kind("tea"), RoomKind::Open);
        assert_eq!(kind(&private), RoomKind::Private);
        assert_eq!(kind(&format!("{private}.AAAAAA")), RoomKind::Guarded);
        for none in ["", "tea time", "p_abc", &private[..50]] {
            assert_eq!(kind(none), RoomKind::Unknown, "{none:?}");
        }
    }

    #[test]
    fn only_a_private_room_promises_anything_of_the_server() {
        for kind in [RoomKind::Unknown, RoomKind::Open] {
            assert!(!kind.meaning().contains("cannot"), "{kind:?}");
        }
        assert!(RoomKind::Open.meaning().contains("could listen in"));
        assert!(RoomKind::Private.meaning().contains("server cannot read"));
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
