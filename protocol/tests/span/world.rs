//! All servers, the bus, the people, and time.

use std::collections::{BTreeMap, BTreeSet};

use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::{
        ConnectionKey, ResumeToken,
        span::{Destination, ServerPresence},
    },
};

use crate::{
    bus::Bus,
    chance::Chance,
    node::{Node, Outcome, Surroundings, Wish, at},
    people::People,
};

const TICK: u64 = 20;

pub struct World {
    pub now: u64,
    pub bus: Bus,
    pub chance: Chance,
    pub nodes: BTreeMap<ServerId, Node>,
    pub people: People,
    servers_made: u8,
}

impl World {
    pub fn new(seed: u64, servers: usize) -> Self {
        let mut world = Self {
            now: 0,
            bus: Bus::default(),
            chance: Chance::new(seed),
            nodes: BTreeMap::new(),
            people: People::default(),
            servers_made: 0,
        };
        for _ in 0..servers {
            world.start_server();
        }
        world
    }

    pub fn start_server(&mut self) -> ServerId {
        self.servers_made += 1;
        // In no order, so that nothing depends on who came first.
        let id = ServerId::from_bytes([self.servers_made.wrapping_mul(101); 16]);
        let mut around = Surroundings {
            now: self.now,
            bus: &mut self.bus,
            chance: &mut self.chance,
        };
        let node = Node::start(id, &mut around);
        self.nodes.insert(id, node);
        id
    }

    /// Has something done at one server.
    pub fn at_node<T>(
        &mut self,
        id: ServerId,
        act: impl FnOnce(&mut Node, &mut Surroundings<'_>) -> T,
    ) -> T {
        let mut around = Surroundings {
            now: self.now,
            bus: &mut self.bus,
            chance: &mut self.chance,
        };
        let node = self.nodes.get_mut(&id).expect("a server that runs");
        act(node, &mut around)
    }

    fn take(&mut self, server: ServerId, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome {
                Outcome::Happened(happened) => self.people.handle(self.now, server, happened),
                Outcome::Joined(wish, joined) => self.people.handle_joined(server, &wish, joined),
            }
        }
    }

    /// Somebody asks for a seat, by a new socket.
    pub fn join(&mut self, server: ServerId, peer: PeerId, resume: Option<ResumeToken>) {
        let connection = self.people.next_key();
        let wish = Wish {
            connection,
            peer,
            resume,
            fresh: People::token(connection.0),
        };
        let outcomes = self.at_node(server, |node, around| node.wish(wish, around));
        self.take(server, outcomes);
    }

    pub fn join_again(&mut self, server: ServerId, peer: PeerId) {
        let resume = self
            .people
            .persons
            .get(&peer)
            .and_then(|person| person.token.clone());
        self.join(server, peer, resume);
    }

    pub fn leave(&mut self, connection: ConnectionKey) {
        let socket = self
            .people
            .close(self.now, connection)
            .expect("an open socket");
        let departure = self.at_node(socket.server, |node, around| {
            let departure = node.room.as_mut().unwrap().leave(connection);
            node.settle(around);
            departure
        });
        let departure = departure.expect("a seat");
        self.people.handle_left(self.now, socket.server, &departure);
    }

    pub fn lose(&mut self, connection: ConnectionKey) {
        let socket = self
            .people
            .close(self.now, connection)
            .expect("an open socket");
        self.at_node(socket.server, |node, around| {
            node.room
                .as_mut()
                .unwrap()
                .disconnected(at(around.now), connection);
            node.settle(around);
        });
    }

    fn sockets_of(&self, server: ServerId) -> Vec<ConnectionKey> {
        let sockets = self.people.sockets.iter();
        let sockets = sockets.filter(|(_, socket)| socket.server == server);
        sockets.map(|(key, _)| *key).collect()
    }

    /// From one moment to the next it is not there.
    pub fn kill(&mut self, server: ServerId) {
        for connection in self.sockets_of(server) {
            self.people.close(self.now, connection);
        }
        self.nodes.remove(&server);
        self.bus.forget(server);
    }

    /// It closes its sockets and goes in good order.
    pub fn drain(&mut self, server: ServerId) {
        for connection in self.sockets_of(server) {
            self.lose(connection);
        }
        self.at_node(server, |node, around| {
            node.sign(ServerPresence::Leaving, around);
        });
        self.nodes.remove(&server);
        self.bus.forget(server);
    }

    pub fn run(&mut self, millis: u64) {
        let until = self.now + millis;
        while self.now < until {
            self.now += TICK;
            while let Some((server, payload)) = self.bus.due(self.now) {
                if self.nodes.contains_key(&server) {
                    let outcomes =
                        self.at_node(server, |node, around| node.receive(payload, around));
                    self.take(server, outcomes);
                }
            }
            for server in self.nodes.keys().copied().collect::<Vec<_>>() {
                let outcomes = self.at_node(server, Node::tick);
                self.take(server, outcomes);
            }
        }
    }

    /// Everybody's frames would go to the very sockets of the others.
    pub fn assert_all_are_reached(&self) {
        for (key, from) in &self.people.sockets {
            let room = self.nodes[&from.server].room.as_ref().expect("a room");
            for (receiver, to) in self
                .people
                .sockets
                .iter()
                .filter(|(other, _)| *other != key)
            {
                let there = if to.server == from.server {
                    Destination::Here(*receiver)
                } else {
                    Destination::There(to.server)
                };
                let route = room.relay(*key, from.peer, to.peer);
                assert_eq!(route, Ok(there), "{} to {}", from.peer, to.peer);
            }
        }
    }

    /// Every roster, on every server and in every page, is who is there.
    pub fn assert_all_agree(&self) {
        let seated: Vec<PeerId> = self
            .people
            .sockets
            .values()
            .map(|socket| socket.peer)
            .collect();
        let truth: BTreeSet<PeerId> = seated.iter().copied().collect();
        assert_eq!(truth.len(), seated.len(), "one seat, two sockets");
        for (id, node) in &self.nodes {
            let Some(room) = &node.room else { continue };
            let roster: BTreeSet<PeerId> = room.members().iter().map(|(peer, _)| peer.id).collect();
            assert_eq!(roster, truth, "the roster of {id}");
            assert_eq!(
                room.len(),
                self.sockets_of(*id).len(),
                "the own seats of {id}"
            );
        }
        self.assert_all_are_reached();
        for socket in self.people.sockets.values() {
            let mut roster = socket.roster.clone();
            assert!(roster.insert(socket.peer));
            assert_eq!(
                roster, truth,
                "what {} was told on {}",
                socket.peer, socket.server
            );
        }
    }
}
