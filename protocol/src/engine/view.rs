//! What a person sees, and how they are told that it changed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{MessageId, PeerId, RoomId},
    names::PersonName,
    peer::MessageText,
    signaling::ErrorCode,
    time::Timestamp,
};

/// A change of what the person sees.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewEvent {
    /// The lobby is waiting for the server to let the person in.
    Joining(RoomId),
    /// The person is in the room; what the tab kept of it is here, oldest first.
    Entered {
        /// The room.
        room: RoomId,
        /// The tab's own id.
        me: PeerId,
        /// The person.
        name: PersonName,
        /// Messages from before a reload.
        history: Vec<Arc<ChatMessage>>,
    },
    /// The tab had to take a new id in the same room.
    Renamed(PeerId),
    /// The person is back in the lobby; a [`ViewEvent::Notice`] before it says why, unless they wanted it.
    Left,
    /// A message to show after all others.
    MessageAdded(Arc<ChatMessage>),
    /// A message shown before, with another status.
    MessageChanged(Arc<ChatMessage>),
    /// Everybody else in the room, in the order in which they joined.
    Peers(Arc<[PeerView]>),
    /// Who is typing now.
    Typing(Arc<[PersonName]>),
    /// How the page and the server stand.
    Signaling(SignalingStatus),
    /// Something to tell the person, or nothing any more.
    Notice(Option<Notice>),
}

/// One message as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// The same on every side.
    pub id: MessageId,
    /// The author.
    pub from: PeerId,
    /// The author's name when it was said.
    pub name: String,
    /// Whether this tab said it.
    pub own: bool,
    /// What was said.
    pub text: MessageText,
    /// When, by the author's wall clock.
    pub timestamp: Timestamp,
    /// How far it has come; `delivered` for messages of others.
    pub status: DeliveryStatus,
}

/// A message in the tab's storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredMessage {
    /// Counts up in a room, so that the order survives.
    pub number: u32,
    /// The message.
    pub message: ChatMessage,
    /// Peers that were connected when it was said and have not acknowledged it yet.
    #[serde(default)]
    pub awaiting: Vec<PeerId>,
    /// Peers that were in the room without a connection and have not acknowledged it yet.
    #[serde(default)]
    pub later: Vec<PeerId>,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Waiting for a connection to take it.
    Sending,
    /// Handed to every connection that was open; nobody may have been there.
    Sent,
    /// Every peer who was connected when it was sent has it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryStatus {
    /// The word for hooks and style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// Somebody else in the room.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerView {
    /// The tab.
    pub id: PeerId,
    /// The person.
    pub name: PersonName,
    /// How the link to them stands.
    pub state: LinkState,
    /// The last round trip, in milliseconds.
    pub latency_ms: Option<u32>,
}

/// How a link stands, in the words of `RTCPeerConnectionState` (W3C WebRTC, section 4.3.3), judged by pongs and
/// never by what the browser says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Known from the server; nothing was tried yet.
    New,
    /// A first connection is being made.
    Connecting,
    /// A pong came within the last 12 seconds (longer in a hidden page, which asks less often).
    Connected,
    /// The link went silent; a new connection is being made.
    Disconnected,
    /// Several tries in a row came to nothing; the next follows by itself.
    Failed,
}

impl LinkState {
    /// The word for hooks and style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
            Self::Failed => "failed",
        }
    }
}

/// How the page and the server stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignalingStatus {
    /// Not in a room and not trying.
    #[default]
    Idle,
    /// The first try.
    Connecting,
    /// In the room.
    Connected,
    /// The connection was lost; the next try follows by itself.
    Reconnecting,
    /// The browser says that there is no network.
    Offline,
}

/// Something that the person must know, with a code that tests can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server's refusal.
    Server(ErrorCode),
    /// No connection to the server; tries go on.
    ServerUnreachable,
    /// The browser keeps nothing; the room works in memory.
    NoStorage,
}

impl Notice {
    /// The value of `data-code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Server(code) => code.as_str(),
            Self::ServerUnreachable => "server_unreachable",
            Self::NoStorage => "no_storage",
        }
    }
}
