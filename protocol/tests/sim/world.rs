//! Time, the network and everything in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
    time::Instant,
};

use banter_protocol::{
    crypto::Invite,
    engine::{
        ConnectionId, Effect, Input, Intent, RoomIntent, RtcEvent, SocketEvent, SocketId,
        effect::DescriptionKind,
    },
    ids::RoomId,
    peer::Channel,
    signaling::{ConnectionKey, IceServer},
    time::Timestamp,
};

use crate::{
    chance::Chance, evil_server::EvilServer, lines::Line, node::Node, rtc::Rtc, server::Server,
};

/// Something that will happen.
#[derive(Debug)]
pub enum Event {
    Input(usize, u64, Input),
    Wake(usize, u64, Timestamp),
    SocketOpening(usize, u64, SocketId),
    ToServer(ConnectionKey, String),
    ToClient(ConnectionKey, SocketEvent),
    CheckOpen(usize),
    /// The browser has tried for long enough, unless the connection is open.
    GiveUp(usize),
    Applied(usize),
    ChannelFrame(usize, Channel, String),
    ExpireSeats,
    Do(Action),
    /// The evil server does something of its own accord.
    Mischief,
}

/// What a scenario can do to the world.
#[derive(Clone, Debug)]
pub enum Action {
    OpenTab(usize),
    CloseTab(usize),
    /// The browser closes what the page held, and the page has no chance to say a word.
    CloseWithoutAWord(usize),
    Kill(usize),
    Reload(usize),
    Say(usize),
    DropSocket(usize),
    ServerDown,
    ServerUp,
    Split(usize, usize),
    Heal(usize, usize),
    Zombie(usize, usize),
    Hide(usize),
    Show(usize),
    /// Somebody of Mallory's comes with the id of somebody else.
    Imitate(usize, usize),
    /// From now on the network is good.
    Calm,
}

pub struct World {
    pub now: u64,
    pub chance: Chance,
    pub nodes: Vec<Node>,
    pub rtc: Rtc,
    pub server: Option<Server>,
    pub calm: bool,
    /// Until calm, what is relayed arrives in any order, twice, or not at all.
    pub disorder: bool,
    pub said: Vec<crate::judge::Said>,
    /// Until calm, stands between everybody and the server, and in the network.
    pub evil: Option<EvilServer>,
    /// Session, receiver, epochs and number of everything sealed so far.
    pub numbers: BTreeSet<([u8; 32], String, String)>,
    seed: u64,
    pub events: BTreeMap<(u64, u64), Event>,
    next_event: u64,
    pub next_key: u64,
    pub clients: BTreeMap<ConnectionKey, Line>,
    /// Pairs whose packets are lost.
    splits: Vec<(usize, usize)>,
    /// Pairs behind networks that let no packet in which comes directly.
    pub walls: Vec<(usize, usize)>,
    /// Who does not reach the server, while the others do.
    pub cut_off: Vec<usize>,
    /// Whose network lets nothing through to TURN.
    pub without_turn: Vec<usize>,
    /// Who never answers an entry.
    pub unanswering: Vec<usize>,
    /// Where a scenario wants it, what was said on `chat`, by whom and to whom.
    pub overheard: Option<Vec<(usize, usize, String)>>,
}

impl World {
    /// Every other seed plays in a private room.
    pub fn new(seed: u64, nodes: usize) -> Self {
        let invite = if seed.is_multiple_of(2) {
            Invite::open("room".parse().unwrap()).unwrap()
        } else {
            Invite::generate([7; 16], [8; 32])
        };
        Self::in_room(seed, nodes, invite)
    }

    pub fn in_room(seed: u64, nodes: usize, invite: Invite) -> Self {
        Self {
            now: 1_000_000,
            chance: Chance::new(seed),
            nodes: (0..)
                .zip(iter::repeat_n(invite, nodes))
                .map(|(node, invite)| {
                    let name = format!("Person {node}");
                    Node::new(seed * 1_000 + node, invite, name)
                })
                .collect(),
            rtc: Rtc::default(),
            server: Some(Server::default()),
            calm: false,
            disorder: false,
            said: Vec::new(),
            evil: None,
            numbers: BTreeSet::new(),
            seed,
            events: BTreeMap::new(),
            next_event: 0,
            next_key: 0,
            clients: BTreeMap::new(),
            splits: Vec::new(),
            walls: Vec::new(),
            cut_off: Vec::new(),
            without_turn: Vec::new(),
            unanswering: Vec::new(),
            overheard: None,
        }
    }

    pub fn timestamp(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    pub fn schedule(&mut self, delay: u64, event: Event) {
        self.next_event += 1;
        self.events
            .insert((self.now + delay, self.next_event), event);
    }

    /// Lets so many milliseconds pass.
    pub fn run(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(entry) = self.events.first_entry() {
            let at = entry.key().0;
            if at > end {
                break;
            }
            let event = entry.remove();
            self.now = self.now.max(at);
            self.happen(event);
        }
        self.now = end;
    }

    pub fn happen(&mut self, event: Event) {
        match event {
            Event::Input(node, page, input) => self.feed(node, page, input),
            Event::Wake(node, page, at) => {
                if self.nodes[node].page == page && self.nodes[node].timer == Some(at) {
                    self.nodes[node].timer = None;
                    self.nodes[node].wakes += 1;
                    self.feed(node, page, Input::Wake);
                }
            }
            Event::SocketOpening(node, page, socket) => self.open_socket(node, page, socket),
            Event::ToServer(key, text) => {
                if self.is_overheard(key, &text) {
                    return;
                }
                let now = self.timestamp();
                if let Some(server) = &mut self.server {
                    let deliveries = server.handle(now, key, &text, &mut self.chance);
                    self.deliver(deliveries);
                }
            }
            Event::ToClient(key, event) => {
                if let Some(line) = self.clients.get(&key) {
                    let (node, page, socket) = (line.node, line.page, line.socket);
                    if matches!(event, SocketEvent::Closed { .. }) {
                        self.clients.remove(&key);
                    }
                    self.feed(node, page, Input::Socket(socket, event));
                }
            }
            Event::CheckOpen(number) => self.check_open(number),
            Event::GiveUp(number) => {
                if self.rtc.connections[number].open.is_empty() {
                    self.arrive(number, RtcEvent::Failed);
                }
            }
            Event::Applied(number) => self.rtc.connections[number].applied = true,
            Event::ChannelFrame(number, channel, frame) => {
                self.rtc.note_arrival(number, &frame);
                self.arrive(number, RtcEvent::Frame(channel, frame));
            }
            Event::ExpireSeats => {
                let now = self.timestamp();
                if let Some(server) = &mut self.server {
                    let deliveries = server.expire(now);
                    self.deliver(deliveries);
                }
            }
            Event::Do(action) => self.act(&action),
            Event::Mischief => self.do_mischief(),
        }
    }

    /// Hands an input to a page, unless the page is gone, and carries out what the engine wants.
    pub fn feed(&mut self, node: usize, page: u64, input: Input) {
        let now = self.timestamp();
        let tab = &mut self.nodes[node];
        if tab.page != page || !tab.alive {
            return;
        }
        let started = Instant::now();
        tab.engine.handle(now, input);
        let effects: Vec<_> = iter::from_fn(|| tab.engine.poll_effect()).collect();
        tab.computed += started.elapsed();
        for effect in effects {
            if let Some(effect) = self.nodes[node].take(effect) {
                self.carry_out(node, page, effect);
            }
        }
        if std::mem::take(&mut self.nodes[node].sees_news) {
            self.assert_only_the_truth_is_shown(node);
        }
        let due = self.nodes[node].engine.poll_timeout();
        assert!(
            due.is_none_or(|due| due > now),
            "the timer of node {node} would spin"
        );
        self.nodes[node].timer = due;
        if let Some(at) = due {
            self.schedule(at.as_millis() - self.now, Event::Wake(node, page, at));
        }
    }

    fn carry_out(&mut self, node: usize, page: u64, effect: Effect) {
        let result = |op, result| Event::Input(node, page, Input::OpDone { op, result });
        let quick = self.chance.within(0, 12);
        match effect {
            Effect::OpenSocket(socket) => {
                let delay = self.chance.within(1, 120);
                self.schedule(delay, Event::SocketOpening(node, page, socket));
            }
            Effect::SendSocket(socket, text) => {
                self.assert_no_number_is_used_twice(node, &text);
                if let Some(&key) = self.nodes[node].sockets.get(&socket)
                    && let Some(line) = self.clients.get_mut(&key)
                {
                    let at = (self.now + self.chance.within(1, 60)).max(line.to_server_at);
                    line.to_server_at = at;
                    self.schedule(at - self.now, Event::ToServer(key, text));
                }
            }
            Effect::CloseSocket(socket) => {
                if let Some(key) = self.nodes[node].sockets.remove(&socket) {
                    let at = self.clients.get(&key).map_or(0, |line| line.to_server_at);
                    self.lose_line(key, at.saturating_sub(self.now) + 1);
                }
            }
            Effect::CreateConnection(id, settings) => {
                let peers = self.nodes[node].seats().collect();
                self.rtc.create((node, page, id), peers, settings);
            }
            Effect::CreateOffer(id, op) | Effect::CreateAnswer(id, op) => {
                if !self.calm && self.chance.one_in(60) {
                    self.schedule(quick, result(op, Err("the browser refuses".to_owned())));
                    return;
                }
                let number = self.rtc.number(node, page, id);
                let kind = match effect {
                    Effect::CreateOffer(..) => DescriptionKind::Offer,
                    _ => DescriptionKind::Answer,
                };
                let description = self.rtc.describe(number, kind);
                self.schedule(quick, result(op, Ok(description)));
                self.gather(number, quick);
                self.schedule(quick, Event::CheckOpen(number));
            }
            Effect::ApplyDescription(id, op, description) => {
                let number = self.rtc.number(node, page, id);
                self.rtc.apply(number, &description);
                self.schedule(quick, Event::Applied(number));
                self.schedule(quick, result(op, Ok(String::new())));
                self.schedule(quick, Event::CheckOpen(number));
            }
            Effect::AddCandidate(id, candidate) => {
                let number = self.rtc.number(node, page, id);
                self.rtc.add_candidate(number, &candidate);
                self.schedule(quick, Event::CheckOpen(number));
            }
            Effect::ReadPath(id) => {
                let number = self.rtc.number(node, page, id);
                if let Some(pair) = self.selected_pair(number) {
                    let event = RtcEvent::PairSelected(pair);
                    self.schedule(quick, Event::Input(node, page, Input::Rtc(id, event)));
                }
            }
            Effect::SendChannel(id, channel, frame) => self.send(node, page, id, channel, frame),
            Effect::CloseConnection(id) => {
                let number = self.rtc.number(node, page, id);
                self.close_connection(number, true);
            }
            Effect::Persist(_) | Effect::Notify(_) => unreachable!("kept by the node"),
        }
    }

    pub fn is_split(&self, a: usize, b: usize) -> bool {
        self.splits.contains(&(a.min(b), a.max(b)))
    }

    pub fn split(&mut self, a: usize, b: usize) {
        if !self.is_split(a, b) {
            self.splits.push((a.min(b), a.max(b)));
        }
    }

    pub fn heal(&mut self, a: usize, b: usize) {
        self.splits.retain(|&pair| pair != (a.min(b), a.max(b)));
        for number in 0..self.rtc.connections.len() {
            if self.rtc.connections[number].closed {
                continue;
            }
            self.schedule(50, Event::CheckOpen(number));
            self.release_held(number);
        }
    }

    pub fn heal_all(&mut self) {
        for (a, b) in self.splits.clone() {
            self.heal(a, b);
        }
    }

    /// The server offers other servers for ICE from now on.
    pub fn offer_ice_servers(&mut self, ice_servers: Vec<IceServer>) {
        if let Some(server) = &mut self.server {
            let deliveries = server.offer_ice_servers(ice_servers);
            self.deliver(deliveries);
        }
    }

    pub fn input(&mut self, node: usize, input: Input) {
        let page = self.nodes[node].page;
        self.feed(node, page, input);
    }

    /// Something that the person wants in the room of the scenario.
    pub fn intent(&mut self, node: usize, intent: RoomIntent) {
        let room = self.nodes[node].invite.room().clone();
        self.intent_in(node, room, intent);
    }

    pub fn intent_in(&mut self, node: usize, room: RoomId, intent: RoomIntent) {
        self.input(node, Input::Intent(Intent::Room(room, intent)));
    }

    /// A page that starts anew, with chance of its own.
    pub fn load(&mut self, node: usize) {
        let page = self.nodes[node].page;
        self.nodes[node].load(self.seed * 7_919 + node as u64 * 101 + page + 1);
        let paths = self.nodes[node].paths_input();
        self.input(node, paths);
        for join in self.nodes[node].join_inputs() {
            self.input(node, join);
        }
    }

    pub fn arrive(&mut self, number: usize, event: RtcEvent) {
        let connection = &self.rtc.connections[number];
        if !connection.closed {
            let (node, page, id): (_, _, ConnectionId) =
                (connection.node, connection.page, connection.id);
            self.feed(node, page, Input::Rtc(id, event));
        }
    }
}
