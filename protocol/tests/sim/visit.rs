//! What one tab has of one room: what it keeps for a reload, and what the person sees.

use std::{collections::BTreeMap, sync::Arc};

use banter_protocol::{
    crypto::Invite,
    engine::{
        Arriving, ChatMessage, DeliveryStatus, Gap, LinkState, LockRecord, MoveInvite, MoveView,
        PeerView, Persist, Presence, RoomEvent, SignalingStatus, StoredMessage, TabKeys,
    },
    ids::{MessageId, PeerId},
};

pub struct Visit {
    pub invite: Invite,
    /// Whether a page that is loaded enters it.
    pub is_wanted: bool,
    pub seat: Option<(PeerId, Option<String>)>,
    pub keys: Option<TabKeys>,
    pub lock: Option<LockRecord>,
    /// Who asks the person to go on elsewhere, as it is kept and as it is shown.
    pub kept_moves: Vec<MoveInvite>,
    pub moves: Vec<MoveView>,
    pub presence: Option<Presence>,
    pub history: BTreeMap<u32, StoredMessage>,
    /// The invite with which the room goes on elsewhere.
    pub renewed: Option<Invite>,
    /// Messages that were shown and not looked at by the simulator yet.
    pub added: Vec<Arc<ChatMessage>>,
    pub gaps: Vec<Gap>,
    pub shown: Vec<Arc<ChatMessage>>,
    pub peers: Vec<Arc<PeerView>>,
    pub arriving: Arriving,
    pub signaling: SignalingStatus,
    pub me: Option<PeerId>,
    /// The names of those who are typing.
    pub typing: Vec<String>,
}

impl Visit {
    pub fn new(invite: Invite) -> Self {
        Self {
            invite,
            is_wanted: true,
            seat: None,
            keys: None,
            lock: None,
            kept_moves: Vec::new(),
            moves: Vec::new(),
            presence: None,
            history: BTreeMap::new(),
            renewed: None,
            added: Vec::new(),
            gaps: Vec::new(),
            shown: Vec::new(),
            peers: Vec::new(),
            arriving: Arriving::default(),
            signaling: SignalingStatus::Idle,
            me: None,
            typing: Vec::new(),
        }
    }

    /// A new page sees nothing yet.
    pub fn look_away(&mut self) {
        self.shown.clear();
        self.gaps.clear();
        self.peers.clear();
        self.arriving = Arriving::default();
        self.me = None;
        self.moves.clear();
    }

    /// What was kept is gone.
    pub fn forget(&mut self) {
        self.seat = None;
        self.keys = None;
        self.lock = None;
        self.kept_moves.clear();
        self.presence = None;
        self.history.clear();
    }

    /// Keeps something for a reload.
    pub fn keep(&mut self, persist: Persist) {
        match persist {
            Persist::Seat {
                peer_id, resume, ..
            } => self.seat = Some((peer_id, resume)),
            Persist::Message(_, stored) => {
                self.history.insert(stored.number, *stored);
            }
            Persist::ForgetMessage(_, number) => {
                self.history.remove(&number);
            }
            Persist::Keys(_, keys) => self.keys = Some(keys),
            Persist::Lock(_, lock) => self.lock = lock,
            Persist::Moves(_, moves) => self.kept_moves = moves,
            Persist::Presence(_, presence) => self.presence = Some(presence),
            Persist::Person(_) => unreachable!("kept by the node"),
        }
    }

    pub fn see(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Entered { me, history, .. } => {
                self.me = Some(me);
                self.shown = history;
            }
            RoomEvent::Renamed(me) => self.me = Some(me),
            RoomEvent::MessageAdded(message) => {
                let twice = self
                    .shown
                    .iter()
                    .any(|m| m.id == message.id && m.author == message.author);
                assert!(!twice, "{} was shown twice", message.id);
                self.added.push(Arc::clone(&message));
                self.shown.push(message);
            }
            RoomEvent::MessagesDropped(gone) => {
                let is_gone = |it: &Arc<ChatMessage>| gone.contains(&(it.from, it.id));
                self.shown.retain(|shown| !is_gone(shown));
            }
            RoomEvent::MessageChanged(message) => {
                let shown = self
                    .shown
                    .iter_mut()
                    .find(|m| m.id == message.id && m.from == message.from)
                    .expect("only what is shown changes");
                assert!(shown.status <= message.status, "{} went back", message.id);
                *shown = message;
            }
            RoomEvent::Peers(peers) => self.peers = peers.to_vec(),
            RoomEvent::PeersChanged(changed) => {
                for peer in changed.iter() {
                    let mut shown = self.peers.iter_mut();
                    let shown = shown.find(|shown| shown.id == peer.id);
                    *shown.expect("only who is shown changes") = Arc::clone(peer);
                }
            }
            RoomEvent::InviteRenewed { invite, .. } => self.renewed = Some(invite),
            RoomEvent::Moves(moves) => self.moves = moves.to_vec(),
            RoomEvent::Gaps(gaps) => self.gaps = gaps.to_vec(),
            RoomEvent::Typing(names) => {
                self.typing = names.iter().map(ToString::to_string).collect();
            }
            RoomEvent::Signaling(status) => self.signaling = status,
            RoomEvent::Left => {
                self.me = None;
                self.peers.clear();
                self.moves.clear();
                self.signaling = SignalingStatus::Idle;
            }
            RoomEvent::Unconfirmed(arriving) => self.arriving = arriving,
            RoomEvent::Joining
            | RoomEvent::RelayOffered(_)
            | RoomEvent::Notice(_)
            | RoomEvent::Verified(_)
            | RoomEvent::Lock(_)
            | RoomEvent::Person(_) => {}
        }
    }

    pub fn is_linked_to(&self, peer: PeerId) -> bool {
        self.peers
            .iter()
            .any(|p| p.id == peer && p.state == LinkState::Connected)
    }

    pub fn status_of(&self, id: MessageId) -> Option<DeliveryStatus> {
        self.shown
            .iter()
            .find(|message| message.id == id)
            .map(|message| message.status)
    }
}
