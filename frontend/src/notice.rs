//! What the page itself must tell the person; the engine has notices of its own. What they read of it stands in `frontend/src/words/errors.rs`.

use banter_protocol::{ids::ParseIdError, names::ParseNameError};

/// Something that the page found by itself, with a code that tests can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageNotice {
    /// The person's name cannot be used.
    BadName(ParseNameError),
    /// This is not the name of a room.
    BadRoom(ParseIdError),
    /// The address of a private room came without its secret, or with a part of it.
    IncompleteInvite,
    /// The invite came in such a form that its secret was sent to a server.
    SecretSeen,
    /// The invite leads to another server.
    OtherServer,
    /// The room asks for a passphrase, and none was given.
    NoPassphrase,
    /// The room asks for another passphrase.
    WrongPassphrase,
    /// Stretching a passphrase needs more memory than there is.
    NoMemory,
    /// The room has a new invite, and the person has gone along.
    RoomMoved,
    /// The message is longer than [`banter_protocol::limits::MESSAGE_TEXT_BYTES`]; it stays in the box.
    TooLong,
    /// The browser takes long to open its storage, in which the person's identity is.
    StorageSlow,
    /// The browser does not open its storage, and the person's identity may be in it.
    StorageWithheld,
    /// Files were dropped or pasted, which cannot be sent yet.
    NoFiles,
    /// The browser has no WebRTC.
    NoWebRtc,
    /// The browser gives no random bytes, without which nothing can be kept from anybody.
    NoRandomness,
    /// The page came over plain HTTP from another machine, where browsers keep much from it.
    InsecureContext,
}

impl PageNotice {
    /// The value of `data-code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadName(_) => "bad_name",
            Self::BadRoom(_) => "bad_room",
            Self::IncompleteInvite => "incomplete_invite",
            Self::SecretSeen => "secret_seen",
            Self::OtherServer => "other_server",
            Self::NoPassphrase | Self::WrongPassphrase => "wrong_passphrase",
            Self::NoMemory => "no_memory",
            Self::RoomMoved => "room_moved",
            Self::TooLong => "too_long",
            Self::StorageSlow => "storage_slow",
            Self::StorageWithheld => "no_storage",
            Self::NoFiles => "no_files",
            Self::NoWebRtc => "no_webrtc",
            Self::NoRandomness => "no_randomness",
            Self::InsecureContext => "insecure_context",
        }
    }
}
