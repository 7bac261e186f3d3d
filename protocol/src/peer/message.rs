//! The messages between peers: JSON objects tagged by `type`.

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::{
    crypto::{SessionKey, entry::SignedEntry},
    ids::{MessageId, RoomId},
};

/// One message on a data channel.
///
/// Unknown fields are ignored and unknown types dropped, so that a newer peer can talk to an older one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase",
    try_from = "crate::decoding::Fields"
)]
pub enum PeerMessage {
    /// Proves that the connection ends at the sender; the first message of each side, before which nothing else is said
    /// or taken in.
    Confirm {
        /// [`crate::crypto::pair::Pair::confirmation`].
        proof: String,
    },
    /// A signed entry: somebody said something. Sent again on a new connection until `delivered` answers it.
    Entry {
        /// Exact JSON.
        text: String,
        /// 64 bytes in base64url.
        signature: String,
    },
    /// Answers every `entry` that holds a message, also one that was there already.
    Delivered {
        /// Of the message.
        id: MessageId,
    },
    /// Somebody started or stopped typing. Repeated every three seconds while they type; good for six.
    TypingIndicator {
        /// Whether they are typing.
        typing: bool,
    },
    /// Asks for a `pong` with the same number.
    Ping {
        /// Chosen by who asks.
        id: u32,
    },
    /// Answers a `ping`: the only proof that a link works both ways.
    Pong {
        /// The number of the `ping`.
        id: u32,
    },
    /// The sender is leaving the room or closing the page; nothing more will come.
    Bye {},
    /// The sender has a new epoch.
    Announcement {
        /// Sealed, as in a private room's `displayName`.
        announcement: String,
    },
    /// The newest entries of others that the sender holds.
    Heads {
        /// At most [`crate::limits::HEADS`].
        heads: Vec<Head>,
    },
    /// Entries that prove a fork, or the other half of such a proof.
    Evidence {
        /// One or two.
        entries: Vec<SignedEntry>,
    },
    /// The sender locks or unlocks the room.
    Lock {
        /// Whether it is locked.
        locked: bool,
    },
    /// The room goes on elsewhere.
    NewInvite {
        /// The new room.
        room_id: RoomId,
        /// As behind the `#` of its invite.
        secret: String,
    },
    /// Begins a comparison by emoji.
    EmojiCommit {
        /// 32 bytes in base64url.
        commitment: String,
    },
    /// Agrees to it.
    EmojiShare {
        /// 32 bytes in base64url.
        share: String,
    },
    /// Opens the commitment.
    EmojiReveal {
        /// 32 bytes in base64url.
        share: String,
    },
    /// Ends it.
    EmojiCancel {},
}

impl PeerMessage {
    /// The channel that carries this message.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Confirm { .. }
            | Self::Entry { .. }
            | Self::Delivered { .. }
            | Self::Bye {}
            | Self::Announcement { .. }
            | Self::Heads { .. }
            | Self::Evidence { .. }
            | Self::Lock { .. }
            | Self::NewInvite { .. }
            | Self::EmojiCommit { .. }
            | Self::EmojiShare { .. }
            | Self::EmojiReveal { .. }
            | Self::EmojiCancel {} => Channel::Chat,
            Self::TypingIndicator { .. } | Self::Ping { .. } | Self::Pong { .. } => Channel::Live,
        }
    }
}

/// The newest entry of a session, as somebody holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The session key.
    pub session: SessionKey,
    /// The entry's number.
    pub number: u64,
    /// Its hash, 32 bytes in base64url.
    pub hash: String,
}
