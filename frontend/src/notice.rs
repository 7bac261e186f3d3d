//! What the page itself must tell the person; the engine has notices of its own.

use std::fmt;

use banter_protocol::{ids::ParseIdError, limits, names::ParseNameError};

/// Something that the page found by itself, with a code that tests can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageNotice {
    /// The person's name cannot be used.
    BadName(ParseNameError),
    /// The room cannot be entered.
    BadRoom(RoomRefusal),
    /// The address of a private room came without its secret.
    IncompleteInvite,
    /// The message is longer than [`limits::MESSAGE_TEXT_BYTES`]; it stays in the box.
    TooLong,
    /// The browser has no WebRTC.
    NoWebRtc,
    /// The page came over plain HTTP from another machine, where browsers keep much from it.
    InsecureContext,
}

/// Why a room cannot be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomRefusal {
    /// It is not the name of a room.
    NotARoom(ParseIdError),
    /// It is a private room, which this version cannot enter.
    PrivateRoom,
}

impl RoomRefusal {
    /// No room was named.
    pub const EMPTY: Self = Self::NotARoom(ParseIdError::EmptyRoomId);
}

impl PageNotice {
    /// The value of `data-code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadName(_) => "bad_name",
            Self::BadRoom(_) => "bad_room",
            Self::IncompleteInvite => "incomplete_invite",
            Self::TooLong => "too_long",
            Self::NoWebRtc => "no_webrtc",
            Self::InsecureContext => "insecure_context",
        }
    }
}

/// One plain sentence, to which a component may add what to do.
impl fmt::Display for PageNotice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName(why) => why.fmt(formatter),
            Self::BadRoom(RoomRefusal::NotARoom(why)) => why.fmt(formatter),
            Self::BadRoom(RoomRefusal::PrivateRoom) => {
                formatter.write_str("this version cannot enter private rooms")
            }
            Self::IncompleteInvite => formatter.write_str("this invite is incomplete"),
            Self::TooLong => {
                write!(
                    formatter,
                    "a message has at most {} KiB",
                    limits::MESSAGE_TEXT_BYTES / 1024
                )
            }
            Self::NoWebRtc => formatter.write_str("this browser has no WebRTC"),
            Self::InsecureContext => formatter.write_str("this page needs HTTPS"),
        }
    }
}
