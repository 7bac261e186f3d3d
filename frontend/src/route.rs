//! What an address means. Pure, so that it is tested natively; `platform::address` reads and changes the
//! real one.

use banter_protocol::ids::RoomId;

use crate::notice::{PageNotice, RoomRefusal};

const ROOM_PREFIX: &str = "/r/";

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The lobby, with nothing filled in.
    Lobby,
    /// The lobby with this room filled in, or the room itself.
    Room(RoomId),
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

    /// From what a person typed or pasted into the room's input: a room's name, or a whole invite link.
    pub fn parse_typed(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Lobby;
        }
        let room = text.split_once(ROOM_PREFIX).map_or(text, |(_, room)| room);
        let (room, fragment) = room.split_once('#').unwrap_or((room, ""));
        Self::of_room(room.trim_end_matches('/'), fragment)
    }

    /// The path of a room's address.
    pub fn path(room: &RoomId) -> String {
        format!("{ROOM_PREFIX}{room}")
    }

    /// What the room's input shows for it.
    pub fn typed(&self) -> &str {
        match self {
            Self::Lobby => "",
            Self::Room(room) => room.as_str(),
            Self::Refused { text, .. } => text,
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
        match text.parse::<RoomId>() {
            Err(why) => refused(PageNotice::BadRoom(RoomRefusal::NotARoom(why))),
            Ok(room) if !room.is_private() => Self::Room(room),
            Ok(_) if fragment.trim_start_matches('#').is_empty() => {
                refused(PageNotice::IncompleteInvite)
            }
            Ok(_) => refused(PageNotice::BadRoom(RoomRefusal::PrivateRoom)),
        }
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::ids::ParseIdError;

    use super::*;

    fn room(name: &str) -> Route {
        Route::Room(name.parse().unwrap())
    }

    #[test]
    fn an_address_leads_to_the_lobby_or_to_a_room() {
        assert_eq!(Route::parse("/", ""), Route::Lobby);
        assert_eq!(Route::parse("/r/", "#x"), Route::Lobby);
        assert_eq!(Route::parse("/r/tea", ""), room("tea"));
        assert_eq!(Route::parse("/r/tea/", "#top"), room("tea"));
    }

    #[test]
    fn a_private_room_is_never_entered_as_an_open_one() {
        let refusal = |path, fragment| Route::parse(path, fragment).notice().unwrap();
        assert_eq!(refusal("/r/p_abc", ""), PageNotice::IncompleteInvite);
        assert_eq!(refusal("/r/p_abc", "#"), PageNotice::IncompleteInvite);
        assert_eq!(
            refusal("/r/p_abc", "#secret"),
            PageNotice::BadRoom(RoomRefusal::PrivateRoom)
        );
    }

    #[test]
    fn a_bad_room_stays_readable_beside_the_reason() {
        let route = Route::parse("/r/tea time", "");
        assert_eq!(route.typed(), "tea time");
        assert_eq!(
            route.notice(),
            Some(PageNotice::BadRoom(RoomRefusal::NotARoom(
                ParseIdError::RoomIdCharacter
            )))
        );
    }

    #[test]
    fn a_whole_invite_may_be_pasted_as_the_room() {
        assert_eq!(Route::parse_typed(" tea "), room("tea"));
        assert_eq!(
            Route::parse_typed("https://chat.example/r/tea"),
            room("tea")
        );
        assert_eq!(Route::parse_typed("  "), Route::Lobby);
        assert_eq!(
            Route::parse_typed("https://chat.example/r/p_abc#").notice(),
            Some(PageNotice::IncompleteInvite)
        );
    }
}
