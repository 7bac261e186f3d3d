//! States of the page, as the driver would leave them in the store.

use std::{rc::Rc, sync::Arc};

use banter_frontend::{
    route::Route,
    store::{ChatStore, LobbyForm, Phase, RoomSeat, ShownRoom},
};
use banter_protocol::{
    crypto::{Identity, IdentityKey, Invite, SafetyNumber, StretchedPassphrase, emoji},
    engine::{
        ChatMessage, DeliveryStatus, EmojiView, Hearing, LinkState, MoveView, Obstacle, PeerView,
        PersonView, Privacy, SignalingStatus, Standing,
    },
    ids::{MessageId, PeerId, RoomId},
    names::PersonName,
    time::Timestamp,
};

/// Monday 2 November 2026, 14:32 UTC: now, in every test.
pub(crate) const NOW_MS: u64 = 1_793_629_920_000;

pub(crate) const MINUTE_MS: u64 = 60_000;

/// The person whose page it is; the others are 1, 2, 3 and so on.
pub(crate) const ME: u128 = 0;

pub(crate) fn peer_id(number: u128) -> PeerId {
    PeerId::from_random(0x9e37_79b9_7f4a_7c15 * (number + 1))
}

pub(crate) fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

pub(crate) fn person(name: &str) -> PersonName {
    PersonName::from_remote(name)
}

/// The lobby with these fields.
pub(crate) fn lobby(name: &str, room: &str) -> ChatStore {
    let lobby = Rc::new(LobbyForm {
        name: name.to_owned(),
        room: room.to_owned(),
    });
    ChatStore {
        lobby,
        ..ChatStore::default()
    }
}

/// A private room's invite.
pub(crate) fn private_invite() -> Invite {
    Invite::generate([0x5e; 16], [7; 32])
}

/// The same, with a passphrase besides.
pub(crate) fn guarded_invite() -> Invite {
    private_invite().guarded_by(&StretchedPassphrase::from_bytes([9; 32]))
}

/// The lobby, for somebody who comes by an invite.
pub(crate) fn invited(name: &str, invite: &Invite) -> ChatStore {
    lobby(name, &Route::typing(invite))
}

/// The same with something else to see of the room that is shown.
pub(crate) fn with(mut store: ChatStore, change: impl FnOnce(&mut ShownRoom)) -> ChatStore {
    let shown = store.shown().cloned().unwrap();
    change(store.room_mut(&shown));
    store
}

/// Ada's page in a private room, as [`in_room`].
pub(crate) fn in_private_room() -> ChatStore {
    let invite = private_invite();
    let seat = RoomSeat {
        room: invite.room().clone(),
        privacy: Privacy::Private,
        ..seat("tea-time")
    };
    entered(seat, Some(invite))
}

/// Ada's page in a room, connected to the server, alone and with nothing said.
pub(crate) fn in_room(name: &str) -> ChatStore {
    entered(seat(name), Invite::open(room(name)))
}

fn entered(seat: RoomSeat, invite: Option<Invite>) -> ChatStore {
    let shown = seat.room.clone();
    let store = ChatStore {
        phase: Phase::Room(shown.clone()),
        rooms: vec![(shown, Rc::default())],
        ..ChatStore::default()
    };
    with(store, |room| {
        room.seat = Some(Rc::new(seat));
        room.invite = invite.map(Rc::new);
        room.signaling = SignalingStatus::Connected;
        room.peers = Some(Arc::from([]));
    })
}

fn seat(name: &str) -> RoomSeat {
    RoomSeat {
        room: room(name),
        me: peer_id(ME),
        name: person("Ada"),
        identity: Identity::from_seed(&[1; 32]).key(),
        privacy: Privacy::Open,
    }
}

pub(crate) fn peer(
    number: u128,
    name: &str,
    state: LinkState,
    latency_ms: Option<u32>,
) -> PeerView {
    PeerView {
        id: peer_id(number),
        name: person(name),
        state,
        latency_ms,
        path: None,
        obstacle: (state == LinkState::Failed).then_some(Obstacle::NoRelay),
        identity: None,
        standing: Standing::Unconfirmed,
        badge: None,
        asks_to_compare: false,
        hearing: Hearing::Heard,
    }
}

/// People as the store holds them.
pub(crate) fn listed(peers: impl IntoIterator<Item = PeerView>) -> Option<Arc<[Arc<PeerView>]>> {
    Some(peers.into_iter().map(Arc::new).collect())
}

/// The key of the person with this number.
pub(crate) fn key(number: u8) -> IdentityKey {
    Identity::from_seed(&[number; 32]).key()
}

/// Somebody who is linked and has proved their key.
pub(crate) fn known(number: u8, name: &str, standing: Standing) -> PeerView {
    PeerView {
        identity: Some(key(number)),
        standing,
        ..peer(number.into(), name, LinkState::Connected, Some(24))
    }
}

/// Somebody who asks Ada to go on elsewhere.
pub(crate) fn asking(number: u8, name: &str, standing: Standing) -> MoveView {
    MoveView {
        by: key(number),
        name: person(name),
        badge: key(number).badge(),
        standing,
        room: room("p_fedcba9876543210fedcba9876543210"),
    }
}

/// The same room, but private.
pub(crate) fn private(state: ChatStore) -> ChatStore {
    with(state, |shown| {
        if let Some(seat) = &mut shown.seat {
            let seat = Rc::make_mut(seat);
            seat.room = room("p_0123456789abcdef0123456789abcdef");
            seat.privacy = Privacy::Private;
        }
    })
}

/// Somebody, looked at closely.
pub(crate) fn inspected(
    number: u8,
    name: &str,
    standing: Standing,
    emoji: EmojiView,
) -> Option<Arc<PersonView>> {
    Some(Arc::new(PersonView {
        peer: peer_id(number.into()),
        name: person(name),
        identity: key(number),
        safety_number: SafetyNumber::of(&key(200), &key(number)),
        standing,
        emoji,
        hearing: Hearing::Heard,
    }))
}

/// Seven of the table's emoji.
pub(crate) fn seven_emoji() -> EmojiView {
    let mut table = emoji::TABLE.into_iter().step_by(9);
    EmojiView::Compare(std::array::from_fn(|_| table.next().unwrap()))
}

/// A log in the making: each message gets an id of its own.
#[derive(Default)]
pub(crate) struct Log {
    messages: Vec<Arc<ChatMessage>>,
}

impl Log {
    /// Somebody (or, by number 0, the person themselves) says something, so many minutes ago.
    pub(crate) fn say(self, author: u128, name: &str, minutes_ago: u64, text: &str) -> Self {
        let at_ms = NOW_MS - minutes_ago * MINUTE_MS;
        self.add(author, name, at_ms, text, DeliveryStatus::Delivered)
    }

    /// The person themselves says something, which has come so far.
    pub(crate) fn say_self(self, minutes_ago: u64, text: &str, status: DeliveryStatus) -> Self {
        let at_ms = NOW_MS - minutes_ago * MINUTE_MS;
        self.add(ME, "Ada", at_ms, text, status)
    }

    pub(crate) fn add(
        mut self,
        author: u128,
        name: &str,
        at_ms: u64,
        text: &str,
        status: DeliveryStatus,
    ) -> Self {
        self.messages.push(Arc::new(ChatMessage {
            id: MessageId::from_random(self.messages.len() as u128),
            from: peer_id(author),
            name: name.to_owned(),
            author: None,
            own: author == ME,
            text: text.parse().unwrap(),
            timestamp: Timestamp::from_millis(at_ms),
            status,
        }));
        self
    }

    /// What was said last was signed by this key.
    pub(crate) fn signed_by(mut self, author: IdentityKey) -> Self {
        let last = self.messages.pop().map(Arc::unwrap_or_clone);
        self.messages.extend(last.map(|message| {
            Arc::new(ChatMessage {
                author: Some(author),
                ..message
            })
        }));
        self
    }

    pub(crate) fn into_messages(self) -> Rc<Vec<Arc<ChatMessage>>> {
        Rc::new(self.messages)
    }
}
