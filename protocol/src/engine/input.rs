//! What happens outside the engine.

use super::{
    ConnectionId, OpId, SocketId,
    paths::{PathPolicy, SelectedPair},
    stored::{KnownPerson, LockRecord, MoveInvite, Presence, TabKeys},
    view::StoredMessage,
};
use crate::{
    crypto::{CertificateFingerprint, Identity, IdentityKey, Invite, StretchedPassphrase},
    ids::{PeerId, RoomId},
    message_text::MessageText,
    names::PersonName,
    peer::Channel,
    time::Timestamp,
};

/// One thing that happened outside.
#[derive(Clone, Debug)]
pub enum Input {
    /// The person wants something.
    Intent(Intent),
    /// Something happened to a WebSocket.
    Socket(SocketId, SocketEvent),
    /// Something happened to an `RTCPeerConnection`.
    Rtc(ConnectionId, RtcEvent),
    /// An asynchronous effect ended. `Ok` holds the local description for `CreateOffer` and `CreateAnswer`
    /// and nothing of use for `ApplyDescription`; `Err` holds the browser's words.
    OpDone {
        /// Of the effect.
        op: OpId,
        /// What came of it.
        result: Result<String, String>,
    },
    /// `navigator.onLine` changed, or its value at the start.
    Online(bool),
    /// `document.visibilityState` changed, or its value at the start.
    Visible(bool),
    /// `pagehide`: the page is being closed, reloaded or put away.
    PageHidden,
    /// `pageshow` of a page that had been put away, with the tab's keys for its rooms as they are stored now.
    PageShown(Vec<(RoomId, TabKeys)>),
    /// The browser refused to store something.
    StorageFailed,
    /// The time that `poll_timeout` named has come.
    Wake,
}

/// What a person can want.
#[derive(Clone, Debug)]
pub enum Intent {
    /// Enter a room; every other one goes on. Who is in it already enters anew.
    Join(Box<JoinIntent>),
    /// Something in one room. In a room that the person is not in it changes nothing.
    Room(RoomId, RoomIntent),
    /// Which ways connections may take, in every room. [`PathPolicy::Any`] at first.
    UsePaths(PathPolicy),
}

/// What a person can want in a room.
#[derive(Clone, Debug)]
pub enum RoomIntent {
    /// Leave it, or give up entering it.
    Leave,
    /// Say something to everybody in the room.
    Send {
        /// What.
        text: MessageText,
        /// The wall clock now.
        timestamp: Timestamp,
    },
    /// The message box holds text that changed just now (`true`), or is empty (`false`).
    Typing(bool),
    /// Look closely at somebody; [`super::RoomEvent::Person`] tells, now and whenever it changes.
    Inspect(PeerId),
    /// Look no more.
    CloseInspection,
    /// Compare emoji with somebody, or agree to it.
    CompareEmoji(PeerId),
    /// Whether the emoji are the same on both screens; the same verifies the person.
    JudgeEmoji {
        /// With whom.
        peer: PeerId,
        /// Whether they are the same.
        same: bool,
    },
    /// Take somebody for verified, or no more.
    SetVerified {
        /// Whom.
        peer: PeerId,
        /// Whether the safety number was compared.
        verified: bool,
    },
    /// What to make of somebody whose name belonged to another key.
    JudgeKey {
        /// Who.
        peer: PeerId,
        /// Accept the key, or have nothing to do with it.
        accept: bool,
    },
    /// Hear somebody again who was muted because they said too much at once.
    ListenAgain(PeerId),
    /// Let nobody new in, or let them in again.
    Lock(bool),
    /// Whether to go on where somebody asks the person to come.
    AnswerMove {
        /// Who asks.
        by: IdentityKey,
        /// To which room.
        room: RoomId,
        /// Go there, or stay.
        accept: bool,
    },
    /// Go on in another room, which those who are chosen are asked to come to, and shut the old invite out.
    RenewInvite {
        /// The new invite.
        invite: Invite,
        /// Who gets it.
        chosen: Vec<PeerId>,
    },
}

/// Everything that entering a room needs.
#[derive(Clone, Debug)]
pub struct JoinIntent {
    /// The room, with what lets one in.
    pub invite: Invite,
    /// The passphrase, where the invite asks for one.
    pub passphrase: Option<StretchedPassphrase>,
    /// The person.
    pub name: PersonName,
    /// The key of the browser profile.
    pub identity: Identity,
    /// Whom the browser profile knows from this room, and whom it has verified anywhere.
    pub people: Vec<KnownPerson>,
    /// The tab's keys for this room, where it has some from before a reload.
    pub keys: Option<TabKeys>,
    /// The lock from before a reload.
    pub lock: Option<LockRecord>,
    /// Who asked the person to go on elsewhere, before a reload.
    pub moves: Vec<MoveInvite>,
    /// The tab's id, where it has one from before a reload.
    pub peer_id: Option<PeerId>,
    /// The last `resume` value for this room, where the tab has one.
    pub resume: Option<String>,
    /// How the tab was in this room before a reload.
    pub presence: Option<Presence>,
    /// What the tab kept of this room, by number, which is the order in which it was said.
    pub history: Vec<StoredMessage>,
}

impl JoinIntent {
    /// Of somebody who enters a room for the first time: nothing is kept of it.
    pub fn new(invite: Invite, name: PersonName, identity: Identity) -> Self {
        Self {
            invite,
            passphrase: None,
            name,
            identity,
            people: Vec::new(),
            keys: None,
            lock: None,
            moves: Vec::new(),
            peer_id: None,
            resume: None,
            presence: None,
            history: Vec::new(),
        }
    }
}

/// What can happen to a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A text frame came.
    Frame(String),
    /// It is closed, or could not be opened.
    Closed {
        /// The close code (RFC 6455, section 7.4); 1006 where there was none.
        code: u16,
    },
}

/// What can happen to an `RTCPeerConnection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RtcEvent {
    /// `icecandidate`: the candidate as JSON (`RTCIceCandidate.toJSON`), or `null` after the last one.
    Candidate(String),
    /// `icecandidateerror`: a STUN or TURN server did not do what was asked.
    CandidateError {
        /// Which.
        url: String,
        /// Its answer's code (RFC 8489, section 14.8), or 701 where there was none (W3C WebRTC, section 5.7.2).
        code: u16,
    },
    /// What [`super::Effect::ReadPath`] found.
    PairSelected(SelectedPair),
    /// `connectionstatechange` to `failed` or `closed`; the other states prove nothing and are not told.
    Failed,
    /// Which certificates DTLS has really used; told once, just before `chat` is open.
    Certificates {
        /// This side's, from `RTCCertificate.getFingerprints`.
        own: CertificateFingerprint,
        /// The other's, from `RTCDtlsTransport.getRemoteCertificates`.
        peer: CertificateFingerprint,
    },
    /// A channel is open.
    ChannelOpened(Channel),
    /// A channel is closed.
    ChannelClosed(Channel),
    /// A text frame came on a channel.
    Frame(Channel, String),
    /// A binary frame came where only text is spoken; counted and dropped.
    BinaryFrame(Channel),
}

impl SocketEvent {
    /// Whether it is something that the server said.
    pub(super) fn is_frame(&self) -> bool {
        matches!(self, Self::Frame(_))
    }
}

impl RtcEvent {
    /// Whether it is something that the other side said.
    pub(super) fn is_frame(&self) -> bool {
        matches!(self, Self::Frame(..) | Self::BinaryFrame(_))
    }
}
