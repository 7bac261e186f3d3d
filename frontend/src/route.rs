//! What an address or a typed text means. Pure, so that it is tested natively; `platform::address` reads and changes the
//! real one.

use banter_protocol::{
    crypto::{
        Invite, InviteSecret,
        invite_text::{self, InviteText, OtherServer, ROOM_PATH, Refusal, Secrecy},
    },
    ids::ParseIdError,
};

use crate::notice::PageNotice;

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The lobby, with nothing filled in.
    Lobby,
    /// The lobby with this room filled in, or the room itself.
    Room(Invite),
    /// The same, but a server has seen the secret.
    Exposed(Invite),
    /// A room of another server.
    Elsewhere(OtherServer, Invite),
    /// The lobby, with words that say why the room cannot be entered.
    Refused {
        /// What stood in the room's place.
        text: String,
        /// Why.
        notice: PageNotice,
    },
}

/// What a room protects, as far as the way to it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomKind {
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

impl Route {
    /// From the page's own address behind the server's name, as the browser writes it: path, query and fragment.
    pub fn parse(address: &str) -> Self {
        match address.strip_prefix(ROOM_PATH) {
            None => Self::Lobby,
            Some(rest) => Self::of(invite_text::read_address(rest)),
        }
    }

    /// From what a person typed or pasted into the room's input: a room's name, or a text with an invite in it. Links of this
    /// server begin with `origin`.
    pub fn parse_typed(text: &str, origin: &str) -> Self {
        Self::of(invite_text::read(text, origin))
    }

    /// What an invite adds to the server's address: the room's path, and the secret of a private one behind `#`.
    pub fn path(invite: &Invite) -> String {
        format!("{ROOM_PATH}{}", Self::typing(invite))
    }

    /// An invite as the room's input takes it, without the server's address.
    pub fn typing(invite: &Invite) -> String {
        format!("{}{}", invite.room(), invite.fragment())
    }

    /// What the room's input shows for it.
    pub fn typed(&self) -> String {
        match self {
            Self::Lobby => String::new(),
            Self::Room(invite) | Self::Exposed(invite) => Self::typing(invite),
            Self::Elsewhere(server, invite) => format!("{}{}", server.origin(), Self::path(invite)),
            Self::Refused { text, .. } => text.clone(),
        }
    }

    /// The room of this server that can be entered.
    pub fn invite(&self) -> Option<&Invite> {
        match self {
            Self::Room(invite) | Self::Exposed(invite) => Some(invite),
            Self::Lobby | Self::Elsewhere(..) | Self::Refused { .. } => None,
        }
    }

    /// What the room protects.
    pub fn kind(&self) -> RoomKind {
        let invite = match self {
            Self::Room(invite) | Self::Exposed(invite) => invite,
            Self::Elsewhere(..) => return RoomKind::Elsewhere,
            Self::Lobby | Self::Refused { .. } => return RoomKind::Unknown,
        };
        match invite.secret().map(InviteSecret::asks_passphrase) {
            None => RoomKind::Open,
            Some(false) => RoomKind::Private,
            Some(true) => RoomKind::Guarded,
        }
    }

    /// What there is to say of it: why the room cannot be entered, or that its secret is none any more.
    pub fn notice(&self) -> Option<PageNotice> {
        match self {
            Self::Lobby | Self::Room(_) => None,
            Self::Exposed(_) => Some(PageNotice::SecretSeen),
            Self::Elsewhere(..) => Some(PageNotice::OtherServer),
            Self::Refused { notice, .. } => Some(*notice),
        }
    }

    /// The invite to enter, or what the person must change first.
    ///
    /// # Errors
    ///
    /// Where no room of this server can be entered by it.
    pub fn into_invite(self) -> Result<Invite, PageNotice> {
        match self {
            Self::Room(invite) | Self::Exposed(invite) => Ok(invite),
            Self::Lobby => Err(PageNotice::BadRoom(ParseIdError::EmptyRoomId)),
            Self::Elsewhere(..) => Err(PageNotice::OtherServer),
            Self::Refused { notice, .. } => Err(notice),
        }
    }

    fn of(read: InviteText) -> Self {
        match read {
            InviteText::Nothing => Self::Lobby,
            InviteText::Here(invite, Secrecy::Intact) => Self::Room(invite),
            InviteText::Here(invite, Secrecy::Sent) => Self::Exposed(invite),
            InviteText::Elsewhere(server, invite) => Self::Elsewhere(server, invite),
            InviteText::Refused(Refusal::Incomplete(text)) => Self::Refused {
                text,
                notice: PageNotice::IncompleteInvite,
            },
            InviteText::Refused(Refusal::BadRoom(text, why)) => Self::Refused {
                text,
                notice: PageNotice::BadRoom(why),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://chat.example";

    fn room(name: &str) -> Route {
        Route::Room(Invite::open(name.parse().unwrap()).unwrap())
    }

    fn private() -> Invite {
        Invite::generate([1; 16], [7; 32])
    }

    fn typed(text: &str) -> Route {
        Route::parse_typed(text, HERE)
    }

    #[test]
    fn an_address_leads_to_the_lobby_or_to_a_room() {
        assert_eq!(Route::parse("/"), Route::Lobby);
        assert_eq!(Route::parse("/r/#x"), Route::Lobby);
        assert_eq!(Route::parse("/#https://chat.example/r/tea"), Route::Lobby);
        assert_eq!(Route::parse("/r/tea"), room("tea"));
        assert_eq!(Route::parse("/r/tea/#top"), room("tea"));
        assert_eq!(Route::parse("/r/tea?fbclid=x"), room("tea"));
    }

    #[test]
    fn a_private_room_is_entered_with_its_whole_secret_and_never_as_an_open_one() {
        let path = Route::path(&private());
        assert_eq!(Route::parse(&path), Route::Room(private()));
        assert!(matches!(
            Route::parse(&format!("{path}.AAAAAA")),
            Route::Room(invite) if invite.secret().unwrap().asks_passphrase()
        ));
        let (path, fragment) = (format!("/r/{}", private().room()), private().fragment());
        for broken in ["", "#", "#secret", &fragment[..43], &format!("{fragment}x")] {
            assert_eq!(
                Route::parse(&format!("{path}{broken}")).notice(),
                Some(PageNotice::IncompleteInvite),
                "{broken:?}"
            );
        }
    }

    #[test]
    fn what_is_left_of_a_secret_stays_in_the_field() {
        let cut = format!("/r/{}#part-of-it", private().room());
        assert_eq!(format!("/r/{}", Route::parse(&cut).typed()), cut);
    }

    #[test]
    fn a_bad_room_stays_readable_beside_the_reason() {
        let route = Route::parse("/r/tea%20time");
        assert_eq!(route.typed(), "tea time");
        let why = ParseIdError::RoomIdCharacter;
        assert_eq!(route.notice(), Some(PageNotice::BadRoom(why)));
    }

    #[test]
    fn a_whole_invite_may_be_pasted_as_the_room() {
        assert_eq!(typed(" tea "), room("tea"));
        assert_eq!(typed("https://chat.example/r/tea"), room("tea"));
        assert_eq!(typed("  "), Route::Lobby);
        let link = format!("Join (https://chat.example{}).\n", Route::path(&private()));
        assert_eq!(typed(&link), Route::Room(private()));
        assert_eq!(
            typed("https://chat.example/r/p_abc#").notice(),
            Some(PageNotice::IncompleteInvite)
        );
    }

    #[test]
    fn another_server_s_room_cannot_be_entered_here() {
        let link = format!("https://other.example{}", Route::path(&private()));
        assert_eq!(typed(&link).into_invite(), Err(PageNotice::OtherServer));
        assert_eq!(typed(&link).typed(), link);
        assert_eq!(typed(&link).invite(), None);
    }

    #[test]
    fn what_the_input_shows_leads_to_the_same_room() {
        let elsewhere = typed("other.example/r/tea");
        for route in [room("tea"), Route::Room(private()), elsewhere, Route::Lobby] {
            assert_eq!(typed(&route.typed()), route);
        }
    }

    #[test]
    fn a_room_is_of_the_kind_that_its_invite_protects() {
        let kind = |text: &str| typed(text).kind();
        let private = Route::typing(&private());
        assert_eq!(kind("tea"), RoomKind::Open);
        assert_eq!(kind(&private), RoomKind::Private);
        assert_eq!(kind(&format!("{private}.AAAAAA")), RoomKind::Guarded);
        for none in ["", "tea time", "p_abc", &private[..50]] {
            assert_eq!(kind(none), RoomKind::Unknown, "{none:?}");
        }
    }
}
