//! The signaling messages: JSON text frames over `/ws`, tagged by `type`.
//!
//! Offers, answers and candidates are opaque to the server, which relays the sender's bytes and never uses
//! these types for them; the engine of a peer does.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ErrorCode;
use crate::{
    ids::{PeerId, RoomId},
    time::Timestamp,
};

/// What a client sends to the server.
///
/// Offers, answers and candidates may carry `negotiation`: which attempt at a connection they belong to, chosen
/// by who offers and echoed in the answer and the candidates of both sides. A client that leaves it out is
/// understood to mean the newest attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ClientMessage {
    /// Takes a seat in a room. One socket is in at most one room at a time.
    JoinRoom {
        /// The room.
        room_id: RoomId,
        /// The tab's own id.
        peer_id: PeerId,
        /// 1 byte to 1 KiB, opaque to the server.
        display_name: String,
        /// The value of the last `room_joined`, to take one's old seat again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<String>,
    },
    /// Gives the seat up at once.
    LeaveRoom {
        /// The room.
        room_id: RoomId,
        /// The tab's own id.
        peer_id: PeerId,
    },
    /// An `RTCSessionDescriptionInit` of type `offer` (W3C WebRTC, section 4.6.2), or `null`, by which the
    /// sender asks the other to offer a new connection.
    Offer {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
        /// Which attempt it belongs to; see [`ClientMessage`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negotiation: Option<String>,
        /// The sender's sealed announcement, by which the receiver knows its keys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announcement: Option<String>,
        /// Any JSON value.
        offer: Value,
    },
    /// An `RTCSessionDescriptionInit` of type `answer`.
    Answer {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
        /// Which attempt it belongs to; see [`ClientMessage`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negotiation: Option<String>,
        /// The sender's sealed announcement, by which the receiver knows its keys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announcement: Option<String>,
        /// Any JSON value.
        answer: Value,
    },
    /// An `RTCIceCandidateInit` (W3C WebRTC, section 4.8.1.1), or `null` after the last one.
    IceCandidate {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
        /// Which attempt it belongs to; see [`ClientMessage`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negotiation: Option<String>,
        /// Any JSON value.
        candidate: Value,
    },
    /// Asks for a `pong`: a page cannot see the pings of the WebSocket protocol.
    Ping {},
}

/// What the server sends to a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase",
    try_from = "crate::decoding::Fields"
)]
pub enum ServerMessage {
    /// The client has a seat.
    RoomJoined {
        /// The room.
        room_id: RoomId,
        /// Those already there, without oneself. The newcomer offers to each.
        peers: Vec<PeerInfo>,
        /// For `RTCConfiguration.iceServers`.
        ice_servers: Vec<IceServer>,
        /// Takes this seat again after the socket is lost. New at each join, good for one use.
        resume: String,
    },
    /// Takes the place of the `ice_servers` of `room_joined`: pushed to a joined socket before the credentials for TURN expire,
    /// for connections that are made from now on.
    IceServers {
        /// For `RTCConfiguration.iceServers`.
        ice_servers: Vec<IceServer>,
    },
    /// Somebody took a seat.
    PeerJoined {
        /// Who.
        peer: PeerInfo,
    },
    /// Somebody's seat is free.
    PeerLeft {
        /// Whose.
        peer_id: PeerId,
    },
    /// Relayed from another peer.
    Offer {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
        /// Which attempt it belongs to; see [`ClientMessage`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negotiation: Option<String>,
        /// The sender's sealed announcement, by which the receiver knows its keys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announcement: Option<String>,
        /// Any JSON value.
        offer: Value,
    },
    /// Relayed from another peer.
    Answer {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
        /// Which attempt it belongs to; see [`ClientMessage`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negotiation: Option<String>,
        /// The sender's sealed announcement, by which the receiver knows its keys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announcement: Option<String>,
        /// Any JSON value.
        answer: Value,
    },
    /// Relayed from another peer.
    IceCandidate {
        /// The sender.
        from: PeerId,
        /// The receiver.
        to: PeerId,
        /// Which attempt it belongs to; see [`ClientMessage`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negotiation: Option<String>,
        /// Any JSON value.
        candidate: Value,
    },
    /// A frame of the client's was refused.
    Error {
        /// What was wrong.
        code: ErrorCode,
        /// The same as a sentence.
        message: String,
        /// Milliseconds to wait before the next try.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        /// For `unknown_peer`: who could not be reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peer_id: Option<PeerId>,
    },
    /// Answers `ping`.
    Pong {},
}

/// A member of a room, as the server tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerInfo {
    /// The tab.
    pub id: PeerId,
    /// What it joined with.
    pub display_name: String,
    /// When it first took its seat, by the server's wall clock.
    pub joined_at: Timestamp,
}

/// An `RTCIceServer` (W3C WebRTC, section 4.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IceServer {
    /// `stun:`, `turn:` or `turns:` addresses (RFC 7064, RFC 7065).
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}
