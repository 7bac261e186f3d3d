//! The codes of `error` messages.

use serde::{Deserialize, Serialize};

/// What was wrong with a frame. The socket lives on; repeated abuse closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not a message of the contract, or a field outside its limits.
    BadMessage,
    /// The socket is in no room, or not in the room it named.
    NotInRoom,
    /// The socket is in a room already.
    AlreadyInRoom,
    /// The room has no free seat.
    RoomFull,
    /// Somebody holds this peer id, and `resume` did not prove to be them.
    PeerIdTaken,
    /// `to` is nobody that can be reached in this room now.
    UnknownPeer,
    /// `from` or `peerId` is not the sender's own.
    NotYourId,
    /// Too many messages; `retryAfterMs` says when to go on.
    RateLimited,
    /// The server is shutting down; `retryAfterMs` says when to come back.
    ServerDraining,
    /// The server is full, or has too much to do: no new seat now. `retryAfterMs` says when to come back. A seat that is
    /// kept can be taken again all the same.
    ServerBusy,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 10] = [
        Self::BadMessage,
        Self::NotInRoom,
        Self::AlreadyInRoom,
        Self::RoomFull,
        Self::PeerIdTaken,
        Self::UnknownPeer,
        Self::NotYourId,
        Self::RateLimited,
        Self::ServerDraining,
        Self::ServerBusy,
    ];

    /// Whether the error counts towards closing the socket for abuse. `unknown_peer` never does: someone may
    /// just have left. The last three are the server's own doing or have a limit of their own.
    pub fn counts_as_abuse(self) -> bool {
        match self {
            Self::BadMessage
            | Self::NotInRoom
            | Self::AlreadyInRoom
            | Self::RoomFull
            | Self::PeerIdTaken
            | Self::NotYourId => true,
            Self::UnknownPeer | Self::RateLimited | Self::ServerDraining | Self::ServerBusy => {
                false
            }
        }
    }

    /// The code as it stands in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadMessage => "bad_message",
            Self::NotInRoom => "not_in_room",
            Self::AlreadyInRoom => "already_in_room",
            Self::RoomFull => "room_full",
            Self::PeerIdTaken => "peer_id_taken",
            Self::UnknownPeer => "unknown_peer",
            Self::NotYourId => "not_your_id",
            Self::RateLimited => "rate_limited",
            Self::ServerDraining => "server_draining",
            Self::ServerBusy => "server_busy",
        }
    }

    /// The sentence that goes with the code.
    pub fn message(self) -> &'static str {
        match self {
            Self::BadMessage => "this frame is not a message of the signaling protocol",
            Self::NotInRoom => "join this room first",
            Self::AlreadyInRoom => "this socket is in a room already; leave it first",
            Self::RoomFull => "this room is full",
            Self::PeerIdTaken => "this peer id is in use in this room",
            Self::UnknownPeer => "nobody with this id can be reached in this room",
            Self::NotYourId => "this id is not yours",
            Self::RateLimited => "too many messages; slow down",
            Self::ServerDraining => "the server is shutting down; come back shortly",
            Self::ServerBusy => "the server is full; come back shortly",
        }
    }
}
