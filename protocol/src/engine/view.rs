//! What a person sees, and how they are told that it changed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::paths::{LinkPath, Obstacle};
use crate::{
    crypto::{IdentityKey, Invite, SafetyNumber, SessionKey, emoji::Emoji, entry::SignedEntry},
    ids::{MessageId, PeerId, RoomId},
    message_text::MessageText,
    names::PersonName,
    signaling::ErrorCode,
    time::Timestamp,
};

/// A change of what the person sees.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewEvent {
    /// In one room.
    Room(RoomId, RoomEvent),
    /// The browser keeps nothing; every room works in memory.
    StorageFailed,
}

/// A change of what the person sees of a room.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomEvent {
    /// The person waits for the server to let them in.
    Joining,
    /// The person is in the room; what the tab kept of it is here, oldest first.
    Entered {
        /// The tab's own id.
        me: PeerId,
        /// The person.
        name: PersonName,
        /// The person's own key.
        identity: IdentityKey,
        /// What the room protects.
        privacy: Privacy,
        /// Messages from before a reload.
        history: Vec<Arc<ChatMessage>>,
    },
    /// The tab had to take a new id in the same room.
    Renamed(PeerId),
    /// The person has left the room, or was not let in; a [`RoomEvent::Notice`] before it says why, unless they wanted it. Nothing
    /// more is told of it, unless it is joined again.
    Left,
    /// A message to show after all others.
    MessageAdded(Arc<ChatMessage>),
    /// Messages shown before that make way for newer ones: nothing in a page grows without end.
    MessagesDropped(Arc<[(PeerId, MessageId)]>),
    /// A message shown before, with another status.
    MessageChanged(Arc<ChatMessage>),
    /// Where something may be missing among the messages, in their order.
    Gaps(Arc<[Gap]>),
    /// Everybody else in the room, in the order in which they joined.
    Peers(Arc<[Arc<PeerView>]>),
    /// These of them are shown differently now, and all others as before.
    PeersChanged(Arc<[Arc<PeerView>]>),
    /// Those who have not proved who they are.
    Unconfirmed(Arriving),
    /// Everybody whom the person has verified.
    Verified(Arc<[IdentityKey]>),
    /// Whether the room is locked.
    Lock(LockView),
    /// What there is to see of the person that [`super::RoomIntent::Inspect`] asked for; `None` once they are gone.
    Person(Option<Arc<PersonView>>),
    /// Who asks the person to go on elsewhere, and waits for [`super::RoomIntent::AnswerMove`].
    Moves(Arc<[MoveView]>),
    /// The room has a new invite and the person goes on there: leave this one and join it.
    InviteRenewed {
        /// The new invite.
        invite: Invite,
        /// Whom the person follows; `None` where they made it themselves.
        by: Option<PersonName>,
    },
    /// Who is typing now.
    Typing(Arc<[PersonName]>),
    /// Whether the server offers a relay, without which nobody's IP address can be hidden.
    RelayOffered(bool),
    /// How the page and the server stand.
    Signaling(SignalingStatus),
    /// Something to tell the person, or nothing any more.
    Notice(Option<Notice>),
}

/// A time in which something may have been said that never reached this tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// From when,
    pub from: Timestamp,
    /// and until when.
    pub to: Timestamp,
    /// The message that it stands after; `None` where there was none.
    pub after: Option<(PeerId, MessageId)>,
}

/// Those of a private room who have answered and not proved who they are. They have no names, and no place in the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arriving {
    /// So many are being connected.
    pub connecting: usize,
    /// To so many no connection comes about.
    pub stuck: usize,
    /// Why, for one of these.
    pub obstacle: Option<Obstacle>,
}

/// What a room protects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    /// Anyone who knows the name can join; the server could stand between.
    #[default]
    Open,
    /// Only who holds the invite can join; the server reads nothing.
    Private,
}

/// Whether new people are let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LockView {
    /// Whoever has the invite.
    #[default]
    Open,
    /// Nobody new, as this person wants it.
    LockedByMe,
    /// Nobody new, as somebody else wants it.
    LockedBy(PersonName),
}

/// How much is known of who somebody is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet: they have not proved anything.
    #[default]
    Unconfirmed,
    /// The key is the one that this name had before, or the name is new.
    Known,
    /// An open room's name that another key had before; nobody owns a name there.
    NewKey,
    /// The person has compared the safety number or emoji.
    Verified,
    /// The name belongs to another key. Nothing passes either way until the person decides.
    Changed,
    /// The person does not want them.
    Refused,
    /// They signed different things under one number; nothing of theirs is believed any more.
    Forked,
}

impl Standing {
    /// The word for hooks and style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Known => "known",
            Self::NewKey => "new_key",
            Self::Verified => "verified",
            Self::Changed => "changed",
            Self::Refused => "refused",
            Self::Forked => "forked",
        }
    }
}

/// Somebody, as one looks closely.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonView {
    /// The tab.
    pub peer: PeerId,
    /// The person.
    pub name: PersonName,
    /// Their key.
    pub identity: IdentityKey,
    /// To compare with what they see.
    pub safety_number: SafetyNumber,
    /// What is known of who they are.
    pub standing: Standing,
    /// How the comparison by emoji stands.
    pub emoji: EmojiView,
    /// Whether what they say is heard.
    pub hearing: Hearing,
}

/// Somebody asks the person to go on elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveView {
    /// Their key.
    pub by: IdentityKey,
    /// Their name when they asked.
    pub name: PersonName,
    /// Tells them from others of their name.
    pub badge: String,
    /// [`Standing::Verified`], [`Standing::Known`], or [`Standing::NewKey`] where their name is another's in this room.
    pub standing: Standing,
    /// The new room.
    pub room: RoomId,
}

/// How a comparison by emoji stands.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one at a time; on 32 bits it is small"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmojiView {
    /// Nobody has asked for one.
    #[default]
    Idle,
    /// The other side asks: [`super::RoomIntent::CompareEmoji`] agrees.
    Asked,
    /// Waiting for the other side.
    Waiting,
    /// Both should see these.
    Compare([Emoji; 7]),
    /// The person said that they are the same.
    Same,
    /// The person said that they differ, or the other side broke the rules.
    Different,
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
    /// The author's key, from the signature.
    #[serde(default)]
    pub author: Option<IdentityKey>,
    /// Whether this tab said it.
    pub own: bool,
    /// What was said.
    pub text: MessageText,
    /// When, as it is shown: by the author's wall clock, as far as the reader's lets one believe it. Decided once, when it arrives.
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
    /// The keys of those peers, as far as they were proved: nobody else gets the message in their place.
    #[serde(default)]
    pub owners: Vec<(PeerId, IdentityKey)>,
    /// Of somebody else's message, which entry of which session it is.
    #[serde(default)]
    pub source: Option<(SessionKey, u64)>,
    /// The entry of an own message, as long as somebody has not acknowledged it.
    #[serde(default)]
    pub entry: Option<SignedEntry>,
}

impl StoredMessage {
    /// The message for a room that goes on elsewhere. Its entry is signed for the old room: whoever has not acknowledged it there
    /// never will.
    pub fn carried_over(mut self) -> Self {
        let is_outstanding = !(self.awaiting.is_empty() && self.later.is_empty());
        if is_outstanding && self.message.status < DeliveryStatus::Delivered {
            self.message.status = DeliveryStatus::Failed;
        }
        Self {
            awaiting: Vec::new(),
            later: Vec::new(),
            owners: Vec::new(),
            source: None,
            entry: None,
            ..self
        }
    }
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
    /// The way that the packets take, once it is known of an open link.
    pub path: Option<LinkPath>,
    /// Why there is no link, where it has failed.
    pub obstacle: Option<Obstacle>,
    /// Their key, once they have proved it.
    pub identity: Option<IdentityKey>,
    /// What is known of who they are.
    pub standing: Standing,
    /// Tells them from somebody else whose name looks like theirs.
    pub badge: Option<String>,
    /// Whether they ask to compare emoji.
    pub asks_to_compare: bool,
    /// Whether what they say is heard.
    pub hearing: Hearing,
}

/// Whether what somebody says is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hearing {
    /// As it comes.
    #[default]
    Heard,
    /// They say very much at once: it is shown step by step.
    Slowed,
    /// They say more than this page can show: nothing is shown until they calm down, or the person wants it.
    Muted,
}

impl Hearing {
    /// The word for hooks and style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Heard => "heard",
            Self::Slowed => "slowed",
            Self::Muted => "muted",
        }
    }
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
    /// There is none for 18 seconds, or several tries in a row came to nothing; the next follows by itself.
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
    /// The person hides their IP address, and the server offers no relay: nobody can be linked.
    NoRelay,
    /// Those in the room let nobody new in.
    RoomLocked,
}

impl Notice {
    /// The value of `data-code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Server(code) => code.as_str(),
            Self::ServerUnreachable => "server_unreachable",
            Self::NoStorage => "no_storage",
            Self::NoRelay => "no_relay",
            Self::RoomLocked => "room_locked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_at(millis: u64) -> ChatMessage {
        ChatMessage {
            id: MessageId::from_random(1),
            from: PeerId::from_random(1),
            name: "Ada".into(),
            author: None,
            own: false,
            text: "hello".parse().unwrap(),
            timestamp: Timestamp::from_millis(millis),
            status: DeliveryStatus::Delivered,
        }
    }

    #[test]
    fn what_a_new_room_takes_over_waits_for_nobody() {
        let stored = |status, awaiting: &[PeerId]| StoredMessage {
            number: 1,
            message: ChatMessage {
                status,
                ..said_at(1)
            },
            awaiting: awaiting.to_vec(),
            later: Vec::new(),
            owners: Vec::new(),
            source: None,
            entry: None,
        };
        let bob = [PeerId::from_random(2)];
        for (status, awaiting, carried) in [
            (DeliveryStatus::Sent, &bob[..], DeliveryStatus::Failed),
            (DeliveryStatus::Sent, &[], DeliveryStatus::Sent),
            (DeliveryStatus::Delivered, &bob, DeliveryStatus::Delivered),
        ] {
            assert_eq!(
                stored(status, awaiting).carried_over(),
                stored(carried, &[])
            );
        }
    }
}
