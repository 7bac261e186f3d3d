//! People and their sockets, and what each has been told: the roster that a client would show.

use std::collections::{BTreeMap, BTreeSet};

use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::{
        ConnectionKey, ErrorCode, ResumeToken,
        room::{Arrival, Departure, Joined},
        span::{Eviction, Happened},
    },
};

use crate::node::Wish;

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub token: Option<ResumeToken>,
    pub socket: Option<ConnectionKey>,
    /// When the socket was lost.
    pub away_since: u64,
}

#[derive(Debug)]
pub struct Socket {
    pub server: ServerId,
    pub peer: PeerId,
    pub roster: BTreeSet<PeerId>,
    pub joined_times: usize,
    pub left_times: usize,
}

#[derive(Debug, Default)]
pub struct People {
    pub persons: BTreeMap<PeerId, Person>,
    pub sockets: BTreeMap<ConnectionKey, Socket>,
    pub sockets_made: u64,
    pub left: Vec<(u64, ServerId, PeerId)>,
    pub refused: BTreeMap<ErrorCode, usize>,
    pub evicted: usize,
    pub moved: usize,
}

impl People {
    pub fn next_key(&mut self) -> ConnectionKey {
        self.sockets_made += 1;
        ConnectionKey(self.sockets_made)
    }

    pub fn token(number: u64) -> ResumeToken {
        let mut bits = [0; 32];
        bits[..8].copy_from_slice(&number.to_be_bytes());
        ResumeToken::from_random(bits)
    }

    pub fn handle_joined(
        &mut self,
        server: ServerId,
        wish: &Wish,
        joined: Result<Joined, ErrorCode>,
    ) {
        let joined = match joined {
            Ok(joined) => joined,
            Err(code) => {
                *self.refused.entry(code).or_default() += 1;
                return;
            }
        };
        let ids: Vec<PeerId> = joined.peers.iter().map(|peer| peer.id).collect();
        let roster: BTreeSet<PeerId> = ids.iter().copied().collect();
        assert_eq!(roster.len(), ids.len(), "somebody twice in room_joined");
        assert!(!roster.contains(&wish.peer), "oneself in room_joined");
        match joined.arrival {
            Arrival::New { peer, tell } => self.tell_joined(peer.id, &tell),
            Arrival::Resumed { replaced } => {
                self.moved += usize::from(replaced.is_none());
                if let Some(old) = replaced {
                    self.sockets
                        .remove(&old)
                        .expect("the replaced socket was there");
                }
            }
        }
        let socket = Socket {
            server,
            peer: wish.peer,
            roster,
            joined_times: 0,
            left_times: 0,
        };
        self.sockets.insert(wish.connection, socket);
        let person = self.persons.entry(wish.peer).or_default();
        person.token = Some(joined.resume);
        person.socket = Some(wish.connection);
    }

    pub fn handle(&mut self, now: u64, server: ServerId, happened: Happened) {
        match happened {
            Happened::Joined { peer, tell } => self.tell_joined(peer.id, &tell),
            Happened::Left(departure) => self.handle_left(now, server, &departure),
            Happened::Evicted { connection, why } => {
                self.evicted += usize::from(why == Eviction::WasTaken);
                self.close(now, connection)
                    .expect("whoever is evicted was there");
            }
        }
    }

    pub fn handle_left(&mut self, now: u64, server: ServerId, departure: &Departure) {
        for key in &departure.tell {
            let socket = self.sockets.get_mut(key).expect("told of a departure");
            assert!(
                socket.roster.remove(&departure.peer_id),
                "peer_left of nobody"
            );
            socket.left_times += 1;
        }
        if !departure.tell.is_empty() {
            self.left.push((now, server, departure.peer_id));
        }
    }

    fn tell_joined(&mut self, peer: PeerId, tell: &[ConnectionKey]) {
        for key in tell {
            let socket = self.sockets.get_mut(key).expect("told of an arrival");
            assert_ne!(socket.peer, peer, "peer_joined of oneself");
            assert!(socket.roster.insert(peer), "peer_joined twice");
            socket.joined_times += 1;
        }
    }

    pub fn close(&mut self, now: u64, connection: ConnectionKey) -> Option<Socket> {
        let socket = self.sockets.remove(&connection)?;
        for person in self.persons.values_mut() {
            if person.socket == Some(connection) {
                person.socket = None;
                person.away_since = now;
            }
        }
        Some(socket)
    }
}
