//! Something that went wrong, from the page or from the engine: how its banner comes and goes. Pure; codes are those of the contract.

use banter_protocol::{engine::Notice, signaling::ErrorCode};

use crate::{
    notice::PageNotice,
    words::errors::{self, ErrorWords},
};

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
            Self::Page(notice) => errors::of_page(notice),
            Self::Engine(notice) => errors::of_engine(notice),
        }
    }

    /// How the banner goes.
    pub(crate) fn dismissal(self) -> Dismissal {
        self.manner().0
    }

    /// How loud it is.
    pub(crate) fn severity(self) -> Severity {
        self.manner().1
    }

    fn manner(self) -> (Dismissal, Severity) {
        match self {
            Self::Page(notice) => manner_of_page(notice),
            Self::Engine(notice) => manner_of_engine(notice),
        }
    }
}

const ERROR: (Dismissal, Severity) = (Dismissal::ByHand, Severity::Error);
const WARNING: (Dismissal, Severity) = (Dismissal::ByHand, Severity::Warning);
/// It passes.
const PASSING: (Dismissal, Severity) = (Dismissal::ByItself, Severity::Warning);
/// Nothing that the page could put away, and nothing to wait for either.
const STANDING: (Dismissal, Severity) = (Dismissal::ByItself, Severity::Error);

fn manner_of_page(notice: PageNotice) -> (Dismissal, Severity) {
    match notice {
        PageNotice::BadName(_)
        | PageNotice::BadRoom(_)
        | PageNotice::IncompleteInvite
        | PageNotice::OtherServer
        | PageNotice::NoPassphrase
        | PageNotice::WrongPassphrase
        | PageNotice::NoMemory => ERROR,
        PageNotice::SecretSeen | PageNotice::RoomMoved | PageNotice::NoFiles => WARNING,
        PageNotice::StorageSlow => PASSING,
        PageNotice::TooLong
        | PageNotice::StorageWithheld
        | PageNotice::NoWebRtc
        | PageNotice::NoRandomness
        | PageNotice::InsecureContext => STANDING,
    }
}

fn manner_of_engine(notice: Notice) -> (Dismissal, Severity) {
    match notice {
        Notice::Server(code) => match code {
            ErrorCode::RoomFull
            | ErrorCode::PeerIdTaken
            | ErrorCode::BadMessage
            | ErrorCode::NotInRoom
            | ErrorCode::AlreadyInRoom
            | ErrorCode::NotYourId
            | ErrorCode::UnknownPeer => ERROR,
            ErrorCode::RateLimited | ErrorCode::ServerDraining | ErrorCode::ServerBusy => PASSING,
        },
        Notice::RoomLocked => ERROR,
        Notice::NoStorage => WARNING,
        Notice::ServerUnreachable => PASSING,
        Notice::NoRelay => STANDING,
    }
}
