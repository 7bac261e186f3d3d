//! What each error means for the person, and what they can do. Pure; codes are those of the contract.

use banter_protocol::{
    engine::Notice,
    ids::ParseIdError,
    limits::{MESSAGE_TEXT_BYTES, PERSON_NAME_BYTES, ROOM_ID_CHARS},
    names::ParseNameError,
    signaling::ErrorCode,
};

use crate::notice::PageNotice;

/// Something that went wrong, from the page or from the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Found by the page.
    Page(PageNotice),
    /// Told by the engine.
    Engine(Notice),
}

/// Whether a banner can be put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dismissal {
    /// By the person.
    ByHand,
    /// It goes by itself, once what it says is no longer so.
    ByItself,
}

/// How much is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The person can go on.
    Warning,
    /// The person cannot do what they wanted.
    Error,
}

/// What a banner says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorWords {
    /// What happened.
    pub(crate) what: String,
    /// What to do now.
    pub(crate) advice: &'static str,
    /// How it goes.
    pub(crate) dismissal: Dismissal,
    /// How loud it is.
    pub(crate) severity: Severity,
}

impl Problem {
    /// The value of `data-code`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Page(notice) => notice.code(),
            Self::Engine(notice) => notice.code(),
        }
    }

    /// What the banner says.
    pub(crate) fn words(self) -> ErrorWords {
        match self {
            Self::Page(notice) => page_words(notice),
            Self::Engine(Notice::Server(code)) => server_words(code),
            Self::Engine(Notice::ServerUnreachable) => by_itself(
                "The server can’t be reached.",
                "Banter keeps trying. Check your connection if this lasts.",
            ),
            Self::Engine(Notice::NoRelay) => standing(
                "You hide your IP address, and this server offers no relay.",
                "So nobody can be linked. Show your address again (below the list of people), or use a \
                 server with a relay (TURN).",
            ),
            Self::Engine(Notice::RoomLocked) => by_hand(
                "This room is locked.",
                "Those inside let nobody new in. Ask one of them to unlock it, then join again.",
            ),
            Self::Engine(Notice::NoStorage) => ErrorWords {
                severity: Severity::Warning,
                ..by_hand(
                    "This browser doesn’t let Banter keep anything more.",
                    "It refuses, or its storage is full. Everything works, but a reload forgets new messages, and may forget your \
                     name and key. To change that, allow this page to keep site data, or make room for it.",
                )
            },
        }
    }
}

/// What is wrong with a name, for its field.
pub(crate) fn name_words(why: ParseNameError) -> String {
    match why {
        ParseNameError::Empty => "Enter a name, so that others know who is writing.".to_owned(),
        ParseNameError::TooLong => format!(
            "This name is too long. {PERSON_NAME_BYTES} bytes fit: that many plain letters, \
             fewer in other scripts."
        ),
        ParseNameError::HiddenCharacter => {
            "This name holds characters that can’t be seen. Type it anew rather than pasting it."
                .to_owned()
        }
    }
}

/// What is wrong with a room, for its field.
pub(crate) fn room_words(why: ParseIdError) -> String {
    match why {
        ParseIdError::EmptyRoomId => "Name a room, or generate one.".to_owned(),
        ParseIdError::RoomIdTooLong => {
            format!("This room’s name is too long. {ROOM_ID_CHARS} characters fit.")
        }
        ParseIdError::RoomIdCharacter | ParseIdError::NotUuid => {
            "A room’s name is made of the letters A to Z, digits, - and _, without spaces."
                .to_owned()
        }
    }
}

fn page_words(notice: PageNotice) -> ErrorWords {
    match notice {
        PageNotice::BadName(why) => by_hand(name_words(why), ""),
        PageNotice::BadRoom(why) => by_hand(room_words(why), ""),
        PageNotice::IncompleteInvite => by_hand(
            "This invite is incomplete.",
            "The part after # is missing from the link, or cut short. Ask for the whole link, or open \
             it again.",
        ),
        PageNotice::SecretSeen => ErrorWords {
            severity: Severity::Warning,
            ..by_hand(
                "The server has seen this room’s secret.",
                "The link came with %23 in place of #, so the secret was sent along when it was opened. Whoever runs the server \
                 could read along. Once inside, make a new invite (below the list of people) and pass that on instead.",
            )
        },
        PageNotice::OtherServer => by_hand(
            "This invite leads to another server.",
            "Open it there: a room of the same name here is not the same room.",
        ),
        PageNotice::NoPassphrase => by_hand("Enter a passphrase.", ""),
        PageNotice::WrongPassphrase => by_hand(
            "This passphrase doesn’t open the room.",
            "Capital letters and spaces count. Whoever invited you knows it.",
        ),
        PageNotice::RoomMoved => ErrorWords {
            severity: Severity::Warning,
            ..by_hand(
                "You are in the new room.",
                "Its link is a new one: the old one doesn’t lead here. Whoever is asked to come along comes once they agree.",
            )
        },
        PageNotice::NoMemory => by_hand(
            "This device has too little memory for the passphrase.",
            "Close other tabs and apps, then try again.",
        ),
        PageNotice::TooLong => standing(
            format!(
                "This message is too long: {} KiB fit.",
                MESSAGE_TEXT_BYTES / 1024
            ),
            "Nothing is lost. Shorten it, or send it in parts.",
        ),
        PageNotice::StorageSlow => by_itself(
            "Still opening this browser’s storage…",
            "It holds the key by which others know you. Banter goes on as soon as it is there.",
        ),
        PageNotice::StorageWithheld => standing(
            "This browser’s storage doesn’t open.",
            "It holds the key by which others know you. Try again, or restart the browser. If you go on without it, you are \
             somebody new: others see another key under your name, and a reload forgets what is said.",
        ),
        PageNotice::NoFiles => ErrorWords {
            severity: Severity::Warning,
            ..by_hand(
                "Files cannot be sent yet.",
                "Banter sends text for now. Nothing was opened and nothing was sent.",
            )
        },
        PageNotice::NoWebRtc => standing(
            "This browser can’t link directly to others.",
            "WebRTC is missing or switched off. Switch it on, or use a current Firefox, Chrome, \
             Edge or Safari.",
        ),
        PageNotice::NoRandomness => standing(
            "This browser gives no random bytes.",
            "Without them Banter cannot protect you, so nothing is joined. Use a current Firefox, \
             Chrome, Edge or Safari.",
        ),
        PageNotice::InsecureContext => standing(
            "This page needs HTTPS.",
            "Browsers keep what Banter needs from pages without it. Open the address with https://.",
        ),
    }
}

fn server_words(code: ErrorCode) -> ErrorWords {
    match code {
        ErrorCode::RoomFull => by_hand(
            "This room is full.",
            "Try again when somebody has left, or take another room.",
        ),
        ErrorCode::PeerIdTaken => by_hand(
            "This tab’s place in the room is taken.",
            "Another tab may be using it. Join again to get a place of your own.",
        ),
        ErrorCode::RateLimited => by_itself(
            "The server asks to slow down.",
            "Banter waits a moment and goes on by itself.",
        ),
        ErrorCode::ServerDraining => by_itself(
            "The server is restarting.",
            "Banter comes back to the room by itself in a moment.",
        ),
        ErrorCode::ServerBusy => by_itself(
            "The server is full.",
            "Banter tries again by itself in a moment.",
        ),
        ErrorCode::BadMessage => by_hand(
            "The server didn’t understand this page.",
            "Reload the page to get its newest version.",
        ),
        ErrorCode::NotInRoom | ErrorCode::AlreadyInRoom | ErrorCode::NotYourId => by_hand(
            "The server and this page disagree about who is in the room.",
            "Leave the room and join it again.",
        ),
        ErrorCode::UnknownPeer => by_hand("Somebody left before a link to them was made.", ""),
    }
}

fn by_hand(what: impl Into<String>, advice: &'static str) -> ErrorWords {
    ErrorWords {
        what: what.into(),
        advice,
        dismissal: Dismissal::ByHand,
        severity: Severity::Error,
    }
}

fn by_itself(what: impl Into<String>, advice: &'static str) -> ErrorWords {
    ErrorWords {
        what: what.into(),
        advice,
        dismissal: Dismissal::ByItself,
        severity: Severity::Warning,
    }
}

/// Nothing that the page could put away, and nothing to wait for either.
fn standing(what: impl Into<String>, advice: &'static str) -> ErrorWords {
    ErrorWords {
        severity: Severity::Error,
        ..by_itself(what, advice)
    }
}
