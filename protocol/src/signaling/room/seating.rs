//! What a room is asked, and what it answers.

use std::time::Duration;

use crate::{
    ids::PeerId,
    limits,
    signaling::{PeerInfo, ResumeToken},
    time::Timestamp,
};

/// Names one socket of the server; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionKey(pub u64);

/// What can differ from one room's rules to another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomSettings {
    /// How many seats there are.
    pub capacity: usize,
    /// How long a seat is kept after its socket is gone.
    pub seat_kept: Duration,
}

impl RoomSettings {
    /// The contract's rules, with this many seats.
    pub const fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            seat_kept: limits::SEAT_KEPT,
        }
    }
}

/// A wish for a seat.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// The tab.
    pub peer_id: PeerId,
    /// 1 byte to 1 KiB, opaque here.
    pub display_name: String,
    /// What the tab's last `room_joined` gave, if it was here before.
    pub resume: Option<String>,
    /// The wall clock now.
    pub joined_at: Timestamp,
}

/// A seat was given.
#[derive(Clone, Debug)]
pub struct Joined {
    /// Everybody else, in the order in which they came.
    pub peers: Vec<PeerInfo>,
    /// Takes this seat again.
    pub resume: ResumeToken,
    /// What the others learn.
    pub arrival: Arrival,
}

/// How somebody came to sit here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// On a free seat.
    New {
        /// For `peer_joined`.
        peer: PeerInfo,
        /// Who must hear of it.
        tell: Vec<ConnectionKey>,
    },
    /// On the seat that was theirs before; the others hear nothing.
    Resumed {
        /// The socket that sat there until now, if it is still there; it must be closed.
        replaced: Option<ConnectionKey>,
    },
}

/// A seat became free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Whose.
    pub peer_id: PeerId,
    /// Who must hear of it.
    pub tell: Vec<ConnectionKey>,
}
