//! What each error means for the person, and what they can do.

use std::borrow::Cow;

use banter_protocol::{
    engine::Notice,
    ids::ParseIdError,
    limits::{MESSAGE_TEXT_BYTES, PERSON_NAME_BYTES, ROOM_ID_CHARS},
    names::ParseNameError,
    signaling::ErrorCode,
};

use crate::notice::PageNotice;

/// What a banner says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorWords {
    /// What happened.
    pub(crate) what: Cow<'static, str>,
    /// What to do now; empty where that is clear.
    pub(crate) advice: &'static str,
}

/// Of what the engine tells.
pub(crate) fn of_engine(notice: Notice) -> ErrorWords {
    match notice {
        Notice::Server(code) => of_server(code),
        Notice::ServerUnreachable => told(
            "The server can’t be reached.",
            "Banter keeps trying. Check your connection if this lasts.",
        ),
        Notice::NoRelay => told(
            "You hide your IP address, and this server offers no relay.",
            "So nobody can be linked. Show your address again (below the list of people), or use a \
             server with a relay (TURN).",
        ),
        Notice::RoomLocked => told(
            "This room is locked.",
            "Those inside let nobody new in. Ask one of them to unlock it, then join again.",
        ),
        Notice::NoStorage => told(
            "This browser doesn’t let Banter keep anything more.",
            "It refuses, or its storage is full. Everything works, but a reload forgets new messages, and may forget your \
             name and key. To change that, allow this page to keep site data, or make room for it.",
        ),
    }
}

/// What is wrong with a name, for its field.
fn of_name(why: ParseNameError) -> Cow<'static, str> {
    match why {
        ParseNameError::Empty => "Enter a name, so that others know who is writing.".into(),
        ParseNameError::TooLong => format!(
            "This name is too long. {PERSON_NAME_BYTES} bytes fit: that many plain letters, \
             fewer in other scripts."
        )
        .into(),
        ParseNameError::HiddenCharacter => {
            "This name holds characters that can’t be seen. Type it anew rather than pasting it."
                .into()
        }
    }
}

/// What is wrong with a room, for its field.
fn of_room(why: ParseIdError) -> Cow<'static, str> {
    match why {
        ParseIdError::EmptyRoomId => "Name a room, or generate one.".into(),
        ParseIdError::RoomIdTooLong => {
            format!("This room’s name is too long. {ROOM_ID_CHARS} characters fit.").into()
        }
        ParseIdError::RoomIdCharacter | ParseIdError::NotUuid => {
            "A room’s name is made of the letters A to Z, digits, - and _, without spaces.".into()
        }
    }
}

/// Of what the page finds by itself.
pub(crate) fn of_page(notice: PageNotice) -> ErrorWords {
    match notice {
        PageNotice::BadName(why) => told(of_name(why), ""),
        PageNotice::BadRoom(why) => told(of_room(why), ""),
        PageNotice::IncompleteInvite => told(
            "This invite is incomplete.",
            "The part after # is missing from the link, or cut short. Ask for the whole link, or open \
             it again.",
        ),
        PageNotice::SecretSeen => told(
            "The server has seen this room’s secret.",
            "The link came with %23 in place of #, so the secret was sent along when it was opened. Whoever runs the server \
             could read along. Once inside, make a new invite (below the list of people) and pass that on instead.",
        ),
        PageNotice::OtherServer => told(
            "This invite leads to another server.",
            "Open it there: a room of the same name here is not the same room.",
        ),
        PageNotice::NoPassphrase => told("Enter a passphrase.", ""),
        PageNotice::WrongPassphrase => told(
            "This passphrase doesn’t open the room.",
            "Capital letters and spaces count. Whoever invited you knows it.",
        ),
        PageNotice::RoomMoved => told(
            "You are in the new room.",
            "Its link is a new one: the old one doesn’t lead here. Whoever is asked to come along comes once they agree.",
        ),
        PageNotice::NoMemory => told(
            "This device has too little memory for the passphrase.",
            "Close other tabs and apps, then try again.",
        ),
        PageNotice::TooLong => told(
            format!(
                "This message is too long: {} KiB fit.",
                MESSAGE_TEXT_BYTES / 1024
            ),
            "Nothing is lost. Shorten it, or send it in parts.",
        ),
        PageNotice::StorageSlow => told(
            "Still opening this browser’s storage…",
            "It holds the key by which others know you. Banter goes on as soon as it is there.",
        ),
        PageNotice::StorageWithheld => told(
            "This browser’s storage doesn’t open.",
            "It holds the key by which others know you. Try again, or restart the browser. If you go on without it, you are \
             somebody new: others see another key under your name, and a reload forgets what is said.",
        ),
        PageNotice::NoFiles => told(
            "Files cannot be sent yet.",
            "Banter sends text for now. Nothing was opened and nothing was sent.",
        ),
        PageNotice::NoWebRtc => told(
            "This browser can’t link directly to others.",
            "WebRTC is missing or switched off. Switch it on, or use a current Firefox, Chrome, \
             Edge or Safari.",
        ),
        PageNotice::NoRandomness => told(
            "This browser gives no random bytes.",
            "Without them Banter cannot protect you, so nothing is joined. Use a current Firefox, \
             Chrome, Edge or Safari.",
        ),
        PageNotice::InsecureContext => told(
            "This page needs HTTPS.",
            "Browsers keep what Banter needs from pages without it. Open the address with https://.",
        ),
    }
}

fn of_server(code: ErrorCode) -> ErrorWords {
    match code {
        ErrorCode::RoomFull => told(
            "This room is full.",
            "Try again when somebody has left, or take another room.",
        ),
        ErrorCode::PeerIdTaken => told(
            "This tab’s place in the room is taken.",
            "Another tab may be using it. Join again to get a place of your own.",
        ),
        ErrorCode::RateLimited => told(
            "The server asks to slow down.",
            "Banter waits a moment and goes on by itself.",
        ),
        ErrorCode::ServerDraining => told(
            "The server is restarting.",
            "Banter comes back to the room by itself in a moment.",
        ),
        ErrorCode::ServerBusy => told(
            "The server is full.",
            "Banter tries again by itself in a moment.",
        ),
        ErrorCode::BadMessage => told(
            "The server didn’t understand this page.",
            "Reload the page to get its newest version.",
        ),
        ErrorCode::NotInRoom | ErrorCode::AlreadyInRoom | ErrorCode::NotYourId => told(
            "The server and this page disagree about who is in the room.",
            "Leave the room and join it again.",
        ),
        ErrorCode::UnknownPeer => told("Somebody left before a link to them was made.", ""),
    }
}

fn told(what: impl Into<Cow<'static, str>>, advice: &'static str) -> ErrorWords {
    ErrorWords {
        what: what.into(),
        advice,
    }
}
