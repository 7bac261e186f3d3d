//! The messages between peers: JSON objects tagged by `type`.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::{
    crypto::{SessionKey, entry::SignedEntry},
    ids::{MessageId, RoomId},
    limits,
    visibility::shows_something,
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

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseTextError {
    /// Nothing that can be seen.
    #[error("there is nothing to send")]
    Empty,
    /// More than [`limits::MESSAGE_TEXT_BYTES`].
    #[error("a message has at most {} KiB", limits::MESSAGE_TEXT_BYTES / 1024)]
    TooLong,
}

/// The text of a chat message: at most 48 KiB, with something to see in it. Shared, since it is shown, stored and sent to
/// many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(Arc<str>);

impl MessageText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageText {
    type Err = ParseTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > limits::MESSAGE_TEXT_BYTES {
            return Err(ParseTextError::TooLong);
        }
        if !shows_something(text) {
            return Err(ParseTextError::Empty);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for MessageText {
    type Error = ParseTextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> Self {
        text.as_str().to_owned()
    }
}

impl fmt::Display for MessageText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_visible_and_at_most_48_kib() {
        for nothing in [
            "",
            " \n",
            "\u{200b}",
            "\u{2800} \u{2800}",
            "\u{fe0f}\u{ad}",
            "\u{1}\t",
        ] {
            assert_eq!(nothing.parse::<MessageText>(), Err(ParseTextError::Empty));
        }
        let longest = "x".repeat(limits::MESSAGE_TEXT_BYTES);
        assert_eq!(longest.parse::<MessageText>().unwrap().as_str(), longest);
        assert_eq!(
            format!("{longest}x").parse::<MessageText>(),
            Err(ParseTextError::TooLong)
        );
    }
}
