//! One tab: its engine, and what it has of each of its rooms.

use std::{
    collections::BTreeMap,
    iter,
    ops::{Deref, DerefMut},
    time::Duration,
};

use banter_protocol::{
    crypto::{Identity, Invite},
    engine::{
        Effect, Engine, Input, Intent, JoinIntent, KnownPerson, Notice, PathPolicy, Persist,
        RoomEvent, SocketId, ViewEvent, stored,
    },
    ids::{PeerId, RoomId},
    signaling::ConnectionKey,
    time::Timestamp,
};

use crate::visit::Visit;

/// A tab; to scenarios of one room it is its visit to that.
pub struct Node {
    pub engine: Engine,
    /// Counts reloads.
    pub page: u64,
    /// Whether the tab exists.
    pub alive: bool,
    pub sockets: BTreeMap<SocketId, ConnectionKey>,
    /// The timer that is set.
    pub timer: Option<Timestamp>,
    pub name: String,
    pub identity: Identity,
    /// Whether this is a tab of Mallory's, who says what she likes.
    pub is_mallory: bool,
    /// The room of the scenario,
    visit: Visit,
    /// and those in which the tab is besides.
    pub elsewhere: BTreeMap<RoomId, Visit>,
    /// The codes of what the person was told.
    pub notices: Vec<&'static str>,
    /// Whether the person was shown somebody or something since this was looked at.
    pub sees_news: bool,
    pub people: Vec<KnownPerson>,
    pub policy: PathPolicy,
    pub relay_offered: Option<bool>,
    pub wakes: u64,
    /// Changes that the person was told of, people who were drawn anew for it, and what was written into the tab's storage.
    pub told: usize,
    pub told_peers: usize,
    pub written: Vec<usize>,
    /// What the engine has taken of a core.
    pub computed: Duration,
}

impl Deref for Node {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut Visit {
        &mut self.visit
    }
}

impl Node {
    pub fn new(seed: u64, invite: Invite, name: String) -> Self {
        let mut identity = seed_bytes(seed);
        identity[31] = 1;
        Self {
            name,
            identity: Identity::from_seed(&identity),
            is_mallory: false,
            visit: Visit::new(invite),
            elsewhere: BTreeMap::new(),
            notices: Vec::new(),
            sees_news: false,
            people: Vec::new(),
            engine: Engine::new(seed_bytes(seed)),
            page: 0,
            alive: false,
            sockets: BTreeMap::new(),
            timer: None,
            policy: PathPolicy::Any,
            relay_offered: None,
            wakes: 0,
            told: 0,
            told_peers: 0,
            written: Vec::new(),
            computed: Duration::ZERO,
        }
    }

    pub fn visits(&self) -> impl Iterator<Item = &Visit> {
        iter::once(&self.visit).chain(self.elsewhere.values())
    }

    pub fn visits_mut(&mut self) -> impl Iterator<Item = &mut Visit> {
        iter::once(&mut self.visit).chain(self.elsewhere.values_mut())
    }

    pub fn visit_to(&self, room: &RoomId) -> Option<&Visit> {
        self.visits().find(|visit| visit.invite.room() == room)
    }

    fn visit_mut(&mut self, room: &RoomId) -> Option<&mut Visit> {
        let mut visits = self.visits_mut();
        visits.find(|visit| visit.invite.room() == room)
    }

    /// Where the tab sits.
    pub fn seats(&self) -> impl Iterator<Item = PeerId> {
        self.visits()
            .filter_map(|visit| Some(visit.seat.as_ref()?.0))
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
        self.visits_mut().for_each(Visit::look_away);
    }

    /// Goes on in the room that this person moved to: the page carries over what it knows of people.
    pub fn move_to(&mut self, invite: Invite) {
        let (from, to) = (self.invite.room().clone(), invite.room().clone());
        let carried = stored::carried_over(&self.people, &from, &to);
        self.people.extend(carried);
        self.visit.forget();
        self.invite = invite;
    }

    /// The tab is closed for good, and what it kept is gone.
    pub fn forget(&mut self) {
        self.visits_mut().for_each(Visit::forget);
    }

    /// Into every room where the tab was.
    pub fn join_inputs(&self) -> Vec<Input> {
        let wanted = self.visits().filter(|visit| visit.is_wanted);
        wanted.map(|visit| self.join_input(visit)).collect()
    }

    pub fn join_input(&self, visit: &Visit) -> Input {
        let (peer_id, resume) = visit
            .seat
            .clone()
            .map_or((None, None), |(id, r)| (Some(id), r));
        Input::Intent(Intent::Join(Box::new(JoinIntent {
            presence: visit.presence.clone(),
            invite: visit.invite.clone(),
            passphrase: None,
            identity: self.identity.clone(),
            people: self.people_of(visit.invite.room()),
            keys: visit.keys.clone(),
            lock: visit.lock.clone(),
            moves: visit.kept_moves.clone(),
            name: self.name.parse().unwrap(),
            peer_id,
            resume,
            history: visit.history.values().cloned().collect(),
        })))
    }

    /// Whom the browser knows from a room, and whom it has verified anywhere.
    fn people_of(&self, room: &RoomId) -> Vec<KnownPerson> {
        let people = self.people.iter();
        let here = people.filter(|it| it.verified || it.room == *room);
        here.cloned().collect()
    }

    /// Keeps what the page shows and stores; gives back what the world must do.
    pub fn take(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Notify(event) => self.see(event),
            Effect::Persist(Persist::Person(person)) => {
                let is_same = |known: &KnownPerson| {
                    known.room == person.room && known.identity == person.identity
                };
                self.people.retain(|known| !is_same(known));
                self.people.push(person);
            }
            Effect::Persist(persist) => {
                if let Persist::Message(_, stored) = &persist {
                    let length = serde_json::to_string(stored).unwrap().len();
                    self.written.push(length);
                }
                if let Some(visit) = self.visit_mut(&room_of(&persist)) {
                    visit.keep(persist);
                }
            }
            other => return Some(other),
        }
        None
    }

    fn see(&mut self, event: ViewEvent) {
        self.told += 1;
        let ViewEvent::Room(room, event) = event else {
            self.notices.push(Notice::NoStorage.code());
            return;
        };
        match &event {
            RoomEvent::MessageAdded(_) => self.sees_news = true,
            RoomEvent::Peers(peers) => {
                self.sees_news = true;
                self.told_peers += peers.len();
            }
            RoomEvent::PeersChanged(changed) => {
                self.sees_news = true;
                self.told_peers += changed.len();
            }
            RoomEvent::Notice(notice) => self.notices.extend(notice.map(Notice::code)),
            RoomEvent::RelayOffered(offered) => self.relay_offered = Some(*offered),
            _ => {}
        }
        if let Some(visit) = self.visit_mut(&room) {
            visit.see(event);
        }
    }
}

fn room_of(persist: &Persist) -> RoomId {
    match persist {
        Persist::Seat { room, .. }
        | Persist::Keys(room, _)
        | Persist::Lock(room, _)
        | Persist::Moves(room, _)
        | Persist::Presence(room, _)
        | Persist::Message(room, _)
        | Persist::ForgetMessage(room, _) => room.clone(),
        Persist::Person(person) => person.room.clone(),
    }
}

/// A seed for an engine from a number.
fn seed_bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes
}
