//! One tab: its engine, its storage, and what the person saw.

use std::{collections::BTreeMap, sync::Arc};

use banter_protocol::{
    crypto::{Identity, Invite},
    engine::{
        Arriving, ChatMessage, DeliveryStatus, Effect, Engine, Gap, Input, Intent, JoinIntent,
        KnownPerson, LinkState, LockRecord, MoveInvite, MoveView, Notice, PathPolicy, PeerView,
        Persist, Presence, SignalingStatus, SocketId, StoredMessage, TabKeys, ViewEvent, kept,
    },
    ids::{MessageId, PeerId},
    signaling::ConnectionKey,
    time::Timestamp,
};

pub struct Node {
    pub engine: Engine,
    /// Counts reloads.
    pub page: u64,
    /// Whether the tab exists.
    pub alive: bool,
    pub sockets: BTreeMap<SocketId, ConnectionKey>,
    /// The timer that is set.
    pub timer: Option<Timestamp>,
    pub seat: Option<(PeerId, Option<String>)>,
    pub invite: Invite,
    pub name: String,
    pub identity: Identity,
    /// Whether this is a tab of Mallory's, who says what she likes.
    pub is_mallory: bool,
    /// The invite with which the room goes on elsewhere.
    pub renewed: Option<Invite>,
    /// Messages that were shown and not looked at by the simulator yet.
    pub added: Vec<Arc<ChatMessage>>,
    /// The codes of what the person was told.
    pub notices: Vec<&'static str>,
    /// Whether the person was shown somebody or something since this was looked at.
    pub sees_news: bool,
    pub keys: Option<TabKeys>,
    lock: Option<LockRecord>,
    /// Who asks the person to go on elsewhere, as it is kept and as it is shown.
    pub kept_moves: Vec<MoveInvite>,
    pub moves: Vec<MoveView>,
    presence: Option<Presence>,
    pub gaps: Vec<Gap>,
    pub people: Vec<KnownPerson>,
    pub history: BTreeMap<u32, StoredMessage>,
    pub shown: Vec<Arc<ChatMessage>>,
    pub peers: Vec<Arc<PeerView>>,
    pub arriving: Arriving,
    pub policy: PathPolicy,
    pub relay_offered: Option<bool>,
    pub signaling: SignalingStatus,
    pub me: Option<PeerId>,
    pub wakes: u64,
    /// Changes that the person was told of, people who were drawn anew for it, and what was written into the tab's storage.
    pub told: usize,
    pub told_peers: usize,
    pub written: Vec<usize>,
}

impl Node {
    pub fn new(seed: u64, invite: Invite, name: String) -> Self {
        let mut identity = seed_bytes(seed);
        identity[31] = 1;
        Self {
            name,
            invite,
            identity: Identity::from_seed(&identity),
            is_mallory: false,
            renewed: None,
            added: Vec::new(),
            notices: Vec::new(),
            sees_news: false,
            keys: None,
            lock: None,
            kept_moves: Vec::new(),
            moves: Vec::new(),
            presence: None,
            gaps: Vec::new(),
            people: Vec::new(),
            engine: Engine::new(seed_bytes(seed)),
            page: 0,
            alive: false,
            sockets: BTreeMap::new(),
            timer: None,
            seat: None,
            history: BTreeMap::new(),
            shown: Vec::new(),
            peers: Vec::new(),
            arriving: Arriving::default(),
            policy: PathPolicy::Any,
            relay_offered: None,
            signaling: SignalingStatus::Idle,
            me: None,
            wakes: 0,
            told: 0,
            told_peers: 0,
            written: Vec::new(),
        }
    }

    /// Which ways the person lets connections take; the browser keeps it.
    pub fn paths_input(&self) -> Input {
        Input::Intent(Intent::UsePaths(self.policy))
    }

    /// A new page in the same tab.
    pub fn load(&mut self, seed: u64) {
        self.engine = Engine::new(seed_bytes(seed));
        self.page += 1;
        self.alive = true;
        self.sockets.clear();
        self.timer = None;
        self.shown.clear();
        self.gaps.clear();
        self.peers.clear();
        self.arriving = Arriving::default();
        self.me = None;
        self.moves.clear();
    }

    /// Goes on in the room that this person moved to: the page carries over what it knows of people.
    pub fn move_to(&mut self, invite: Invite) {
        let (from, to) = (self.invite.room().clone(), invite.room().clone());
        let carried = kept::carried_over(&self.people, &from, &to);
        self.people.extend(carried);
        self.forget();
        self.invite = invite;
    }

    /// The tab is closed for good, and what it kept is gone.
    pub fn forget(&mut self) {
        self.seat = None;
        self.keys = None;
        self.lock = None;
        self.kept_moves.clear();
        self.presence = None;
        self.history.clear();
    }

    pub fn join_input(&self) -> Input {
        let (peer_id, resume) = self
            .seat
            .clone()
            .map_or((None, None), |(id, r)| (Some(id), r));
        Input::Intent(Intent::Join(Box::new(JoinIntent {
            presence: self.presence.clone(),
            invite: self.invite.clone(),
            passphrase: None,
            identity: self.identity.clone(),
            people: self.people_of_room(),
            keys: self.keys.clone(),
            lock: self.lock.clone(),
            moves: self.kept_moves.clone(),
            name: self.name.parse().unwrap(),
            peer_id,
            resume,
            history: self.history.values().cloned().collect(),
        })))
    }

    /// Whom the browser knows from this room, and whom it has verified anywhere.
    fn people_of_room(&self) -> Vec<KnownPerson> {
        let people = self.people.iter();
        let here = people.filter(|it| it.verified || it.room == *self.invite.room());
        here.cloned().collect()
    }

    /// Keeps what the page shows and stores; gives back what the world must do.
    pub fn take(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Persist(Persist::Seat {
                peer_id, resume, ..
            }) => {
                self.seat = Some((peer_id, resume));
            }
            Effect::Persist(Persist::Message(_, stored)) => {
                self.written
                    .push(serde_json::to_string(&stored).unwrap().len());
                self.history.insert(stored.number, *stored);
            }
            Effect::Persist(Persist::ForgetMessage(_, number)) => {
                self.history.remove(&number);
            }
            Effect::Notify(event) => self.see(event),
            Effect::Persist(Persist::Keys(_, keys)) => self.keys = Some(keys),
            Effect::Persist(Persist::Lock(_, lock)) => self.lock = lock,
            Effect::Persist(Persist::Moves(_, moves)) => self.kept_moves = moves,
            Effect::Persist(Persist::Presence(_, presence)) => self.presence = Some(presence),
            Effect::Persist(Persist::Person(person)) => {
                let is_same = |known: &KnownPerson| {
                    known.room == person.room && known.identity == person.identity
                };
                self.people.retain(|known| !is_same(known));
                self.people.push(person);
            }
            other => return Some(other),
        }
        None
    }

    fn see(&mut self, event: ViewEvent) {
        self.told += 1;
        self.sees_news |= matches!(
            event,
            ViewEvent::MessageAdded(_) | ViewEvent::Peers(_) | ViewEvent::PeersChanged(_)
        );
        match event {
            ViewEvent::Entered { me, history, .. } => {
                self.me = Some(me);
                self.shown = history;
            }
            ViewEvent::Renamed(me) => self.me = Some(me),
            ViewEvent::MessageAdded(message) => {
                let twice = self
                    .shown
                    .iter()
                    .any(|m| m.id == message.id && m.author == message.author);
                assert!(!twice, "{} was shown twice", message.id);
                self.added.push(Arc::clone(&message));
                self.shown.push(message);
            }
            ViewEvent::MessagesDropped(gone) => {
                let is_gone = |it: &Arc<ChatMessage>| gone.contains(&(it.from, it.id));
                self.shown.retain(|shown| !is_gone(shown));
            }
            ViewEvent::MessageChanged(message) => {
                let shown = self
                    .shown
                    .iter_mut()
                    .find(|m| m.id == message.id && m.from == message.from)
                    .expect("only what is shown changes");
                assert!(shown.status <= message.status, "{} went back", message.id);
                *shown = message;
            }
            ViewEvent::Peers(peers) => {
                self.told_peers += peers.len();
                self.peers = peers.to_vec();
            }
            ViewEvent::PeersChanged(changed) => {
                self.told_peers += changed.len();
                for peer in changed.iter() {
                    let mut shown = self.peers.iter_mut();
                    let shown = shown.find(|shown| shown.id == peer.id);
                    *shown.expect("only who is shown changes") = Arc::clone(peer);
                }
            }
            ViewEvent::InviteRenewed { invite, .. } => self.renewed = Some(invite),
            ViewEvent::Moves(moves) => self.moves = moves.to_vec(),
            ViewEvent::Gaps(gaps) => self.gaps = gaps.to_vec(),
            ViewEvent::Signaling(status) => self.signaling = status,
            ViewEvent::Notice(notice) => self.notices.extend(notice.map(Notice::code)),
            ViewEvent::Left => {
                self.me = None;
                self.peers.clear();
                self.moves.clear();
            }
            ViewEvent::RelayOffered(offered) => self.relay_offered = Some(offered),
            ViewEvent::Unconfirmed(arriving) => self.arriving = arriving,
            ViewEvent::Joining(_)
            | ViewEvent::Typing(_)
            | ViewEvent::Verified(_)
            | ViewEvent::Lock(_)
            | ViewEvent::Person(_) => {}
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

/// A seed for an engine from a number.
fn seed_bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes
}
