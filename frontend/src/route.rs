//! What an address means. Pure, so that it is tested natively; `platform::address` reads and changes the
//! real one.

use banter_protocol::{
    crypto::{Invite, InviteSecret},
    ids::RoomId,
};

use crate::notice::PageNotice;

const ROOM_PREFIX: &str = "/r/";

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The lobby, with nothing filled in.
    Lobby,
    /// The lobby with this room filled in, or the room itself.
    Room(Invite),
    /// The lobby, with words that say why the room cannot be entered.
    Refused {
        /// What stood in the room's place.
        text: String,
        /// Why.
        notice: PageNotice,
    },
}

impl Route {
    /// From a decoded path and what follows `#` (with or without the mark).
    pub fn parse(path: &str, fragment: &str) -> Self {
        match path.strip_prefix(ROOM_PREFIX) {
            None | Some("") => Self::Lobby,
            Some(room) => Self::of_room(room.trim_end_matches('/'), fragment),
        }
    }

    /// From what a person typed or pasted into the room's input: a room's name, a private room's with its secret behind
    /// `#`, or a whole invite link.
    pub fn parse_typed(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Lobby;
        }
        let room = text.split_once(ROOM_PREFIX).map_or(text, |(_, room)| room);
        let (room, fragment) = room.split_once('#').unwrap_or((room, ""));
        Self::of_room(room.trim_end_matches('/'), fragment)
    }

    /// What an invite adds to the server's address: the room's path, and the secret of a private one behind `#`.
    pub fn path(invite: &Invite) -> String {
        format!("{ROOM_PREFIX}{}", Self::typing(invite))
    }

    /// An invite as the room's input takes it, without the server's address.
    pub fn typing(invite: &Invite) -> String {
        format!("{}{}", invite.room(), invite.fragment())
    }

    /// What the room's input shows for it.
    pub fn typed(&self) -> String {
        match self {
            Self::Lobby => String::new(),
            Self::Room(invite) => Self::typing(invite),
            Self::Refused { text, .. } => text.clone(),
        }
    }

    /// Why the room cannot be entered, where it cannot.
    pub fn notice(&self) -> Option<PageNotice> {
        match self {
            Self::Lobby | Self::Room(_) => None,
            Self::Refused { notice, .. } => Some(*notice),
        }
    }

    fn of_room(text: &str, fragment: &str) -> Self {
        let refused = |notice| Self::Refused {
            text: text.to_owned(),
            notice,
        };
        let room: RoomId = match text.parse() {
            Ok(room) => room,
            Err(why) => return refused(PageNotice::BadRoom(why)),
        };
        // What follows an open room's name is no secret, only a place in a page.
        let invite = if room.is_private() {
            let secret = fragment.strip_prefix('#').unwrap_or(fragment);
            let secret: Option<InviteSecret> = secret.parse().ok();
            secret.and_then(|secret| Invite::private(room, secret))
        } else {
            Invite::open(room)
        };
        invite.map_or_else(|| refused(PageNotice::IncompleteInvite), Self::Room)
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::ids::ParseIdError;

    use super::*;

    fn room(name: &str) -> Route {
        Route::Room(Invite::open(name.parse().unwrap()).unwrap())
    }

    fn private() -> Invite {
        Invite::generate([1; 16], [7; 32])
    }

    #[test]
    fn an_address_leads_to_the_lobby_or_to_a_room() {
        assert_eq!(Route::parse("/", ""), Route::Lobby);
        assert_eq!(Route::parse("/r/", "#x"), Route::Lobby);
        assert_eq!(Route::parse("/r/tea", ""), room("tea"));
        assert_eq!(Route::parse("/r/tea/", "#top"), room("tea"));
    }

    #[test]
    fn a_private_room_is_entered_with_its_whole_secret_and_never_as_an_open_one() {
        let (path, fragment) = (format!("/r/{}", private().room()), private().fragment());
        assert_eq!(Route::parse(&path, &fragment), Route::Room(private()));
        let check = format!("{fragment}.AAAAAA");
        assert!(matches!(
            Route::parse(&path, &check),
            Route::Room(invite) if invite.secret().unwrap().asks_passphrase()
        ));
        for broken in ["", "#", "#secret", &fragment[..43], &format!("#{fragment}")] {
            assert_eq!(
                Route::parse(&path, broken).notice(),
                Some(PageNotice::IncompleteInvite),
                "{broken:?}"
            );
        }
    }

    #[test]
    fn a_bad_room_stays_readable_beside_the_reason() {
        let route = Route::parse("/r/tea time", "");
        assert_eq!(route.typed(), "tea time");
        let why = ParseIdError::RoomIdCharacter;
        assert_eq!(route.notice(), Some(PageNotice::BadRoom(why)));
    }

    #[test]
    fn a_whole_invite_may_be_pasted_as_the_room() {
        assert_eq!(Route::parse_typed(" tea "), room("tea"));
        assert_eq!(
            Route::parse_typed("https://chat.example/r/tea"),
            room("tea")
        );
        assert_eq!(Route::parse_typed("  "), Route::Lobby);
        let link = format!(" https://chat.example{}\n", Route::path(&private()));
        assert_eq!(Route::parse_typed(&link), Route::Room(private()));
        assert_eq!(
            Route::parse_typed("https://chat.example/r/p_abc#").notice(),
            Some(PageNotice::IncompleteInvite)
        );
    }

    #[test]
    fn what_the_input_shows_leads_to_the_same_room() {
        for route in [room("tea"), Route::Room(private()), Route::Lobby] {
            assert_eq!(Route::parse_typed(&route.typed()), route);
        }
    }
}
