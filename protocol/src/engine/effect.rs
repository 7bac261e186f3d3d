//! What must be done outside the engine.

use super::{
    ConnectionId, OpId, SocketId, ViewEvent,
    paths::ConnectionSettings,
    stored::{KnownPerson, LockRecord, MoveInvite, Presence, TabKeys},
    view::StoredMessage,
};
use crate::{
    ids::{PeerId, RoomId},
    peer::Channel,
};

/// One thing to do outside, in the order in which the effects come.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Open a WebSocket to `/ws`.
    OpenSocket(SocketId),
    /// Send a text frame.
    SendSocket(SocketId, String),
    /// Close the WebSocket and forget it; no event of it is wanted any more.
    CloseSocket(SocketId),

    /// Make an `RTCPeerConnection` with every [`Channel`].
    CreateConnection(ConnectionId, ConnectionSettings),
    /// `createOffer` and `setLocalDescription`; the result is the local description as JSON.
    CreateOffer(ConnectionId, OpId),
    /// `setRemoteDescription` with this `RTCSessionDescriptionInit`.
    ApplyDescription(ConnectionId, OpId, RemoteDescription),
    /// `createAnswer` and `setLocalDescription`; the result is the local description as JSON.
    CreateAnswer(ConnectionId, OpId),
    /// `addIceCandidate`; a refusal is nothing to act on.
    AddCandidate(ConnectionId, RemoteCandidate),
    /// Read from the statistics which pair of candidates is in use, and tell it as [`super::RtcEvent::PairSelected`]; where the
    /// browser names none, tell nothing.
    ReadPath(ConnectionId),
    /// Send a text frame on an open channel.
    SendChannel(ConnectionId, Channel, String),
    /// Close the connection and forget it; no event of it is wanted any more.
    CloseConnection(ConnectionId),

    /// Keep something for a reload of this tab.
    Persist(Persist),
    /// Tell the person.
    Notify(ViewEvent),
}

/// An `RTCSessionDescriptionInit` from a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteDescription {
    /// Its `type`.
    pub kind: DescriptionKind,
    /// Its `sdp`.
    pub sdp: String,
}

/// The kinds of description that peers exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionKind {
    /// `offer`
    Offer,
    /// `answer`
    Answer,
}

/// An `RTCIceCandidateInit` from a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteCandidate {
    /// The `candidate-attribute` (RFC 8839, section 5.1).
    pub candidate: String,
    /// The media description that it belongs to, by name.
    pub sdp_mid: Option<String>,
    /// The same by number.
    pub sdp_m_line_index: Option<u16>,
    /// The ICE user name fragment of its generation.
    pub username_fragment: Option<String>,
}

/// What a tab keeps for its own reload (`sessionStorage`), and what the browser profile keeps of people (IndexedDB).
#[derive(Clone, Debug, PartialEq)]
pub enum Persist {
    /// The tab's place in a room, or that it has left.
    Seat {
        /// The room.
        room: RoomId,
        /// The tab's id.
        peer_id: PeerId,
        /// `None` once the seat is given up.
        resume: Option<String>,
    },
    /// The tab's keys for a room.
    Keys(RoomId, TabKeys),
    /// A room is locked, or is no more.
    Lock(RoomId, Option<LockRecord>),
    /// Who asks the person to go on elsewhere, in place of what was kept of that for this room.
    Moves(RoomId, Vec<MoveInvite>),
    /// How the tab is in a room.
    Presence(RoomId, Presence),
    /// For the browser profile: somebody of this room, in place of what it knew of this key there.
    Person(KnownPerson),
    /// A message under its number, new or changed.
    Message(RoomId, Box<StoredMessage>),
    /// Drop the message with this number.
    ForgetMessage(RoomId, u32),
}
