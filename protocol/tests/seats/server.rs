//! The room, with the real rules, and the server's end of each socket.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{Hash, Hasher},
    time::Duration,
};

use banter_protocol::{
    ids::PeerId,
    signaling::{
        ClientFrame, ConnectionKey, ErrorCode, ResumeToken, RoomState, SocketRequest, SocketState,
        envelope::JoinFrame,
        room::{Arrival, Departure, JoinRequest, RoomSettings},
    },
    time::Timestamp,
};

use super::tab::Asked;

/// A resume value, by its number.
pub(crate) type Proof = u8;

/// What the server says to a tab, as far as seats go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Said {
    RoomJoined(BTreeSet<PeerId>, Proof),
    Came(PeerId),
    Left(PeerId),
    Taken,
    /// The socket is closed since another took its seat.
    Replaced,
    /// The socket is closed, or broken.
    Closed,
}

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    AsWritten,
    /// It takes any resume value, or none.
    AnyProof,
    /// It gives the same value each time.
    SameProof,
    /// A socket that ends frees the seat of its id, whoever sits there by then.
    LateSocketFrees,
    /// Nobody is told of seats that run out.
    ExpiryUntold,
}

#[derive(Clone, Debug)]
pub(crate) struct Server {
    room: RoomState,
    /// The value that takes each seat.
    proofs: BTreeMap<PeerId, Proof>,
    given: Proof,
    sockets: BTreeMap<ConnectionKey, SocketState>,
    /// With which a seat was taken again.
    spent: BTreeSet<Proof>,
    /// Somebody took a seat again without its newest value.
    pub(crate) was_taken_unproved: bool,
    /// With one value a seat was taken again a second time.
    pub(crate) was_spent_twice: bool,
    /// A seat was taken from a socket that was still there.
    pub(crate) has_replaced: bool,
    pub(crate) has_expired: bool,
}

pub(crate) type Deliveries = Vec<(ConnectionKey, Said)>;

impl Server {
    pub(crate) fn new() -> Self {
        let room = RoomState::new("tea".parse().unwrap(), RoomSettings::with_capacity(8));
        Self {
            room,
            proofs: BTreeMap::new(),
            given: 0,
            sockets: BTreeMap::new(),
            spent: BTreeSet::new(),
            was_taken_unproved: false,
            was_spent_twice: false,
            has_replaced: false,
            has_expired: false,
        }
    }

    pub(crate) fn open(&mut self, socket: ConnectionKey) {
        self.sockets.insert(socket, SocketState::Outside);
    }

    pub(crate) fn is_open(&self, socket: ConnectionKey) -> bool {
        self.sockets.contains_key(&socket)
    }

    /// What comes from this socket.
    pub(crate) fn handle(
        &mut self,
        variant: Variant,
        socket: ConnectionKey,
        asked: Asked,
    ) -> Deliveries {
        let room = self.room.room().clone();
        let frame = match asked {
            Asked::Join(peer_id, proof) => ClientFrame::Join(JoinFrame {
                room,
                peer_id,
                display_name: "x".to_owned(),
                resume: proof.map(token),
            }),
            Asked::Leave(peer_id) => ClientFrame::Leave { room, peer_id },
            Asked::End => {
                self.ended(variant, socket);
                return Vec::new();
            }
        };
        let Some(state) = self.sockets.get(&socket) else {
            return Vec::new();
        };
        match state.request(frame) {
            Ok(SocketRequest::Join(join)) => {
                let request = JoinRequest {
                    peer_id: join.peer_id,
                    display_name: join.display_name,
                    resume: join.resume,
                    joined_at: Timestamp::default(),
                };
                self.join(variant, socket, request)
            }
            Ok(SocketRequest::Leave) => {
                self.sockets.insert(socket, SocketState::Outside);
                self.room.leave(socket).map(told).unwrap_or_default()
            }
            Ok(SocketRequest::Relay { .. } | SocketRequest::Pong) | Err(_) => Vec::new(),
        }
    }

    fn join(
        &mut self,
        variant: Variant,
        socket: ConnectionKey,
        mut request: JoinRequest,
    ) -> Deliveries {
        let peer = request.peer_id;
        let newest = self.proofs.get(&peer).map(|proof| token(*proof));
        let is_proved = newest.is_some() && request.resume == newest;
        let used = request.resume.clone();
        if variant == Variant::AnyProof {
            request.resume = newest;
        }
        let proof = if variant == Variant::SameProof {
            1
        } else {
            self.given + 1
        };
        let fresh = ResumeToken::from_random([proof; 32]);
        let joined = match self.room.join(socket, request, fresh) {
            Ok(joined) => joined,
            Err(ErrorCode::PeerIdTaken) => return vec![(socket, Said::Taken)],
            Err(other) => panic!("{other:?} is not for this model"),
        };
        self.given = proof;
        self.proofs.insert(peer, proof);
        let room = self.room.room().clone();
        let inside = SocketState::Inside {
            room,
            peer_id: peer,
        };
        self.sockets.insert(socket, inside);
        let peers = joined.peers.iter().map(|peer| peer.id).collect();
        let mut said = vec![(socket, Said::RoomJoined(peers, proof))];
        match joined.arrival {
            Arrival::New { peer, tell } => {
                said.extend(tell.into_iter().map(|other| (other, Said::Came(peer.id))));
            }
            Arrival::Resumed { replaced } => {
                self.was_taken_unproved |= !is_proved;
                let used = (1..=self.given).find(|number| Some(token(*number)) == used);
                self.was_spent_twice |= used.is_some_and(|used| !self.spent.insert(used));
                if let Some(old) = replaced {
                    self.has_replaced = true;
                    said.push((old, Said::Replaced));
                }
            }
        }
        said
    }

    /// The server sees that this socket has ended.
    pub(crate) fn ended(&mut self, variant: Variant, socket: ConnectionKey) {
        let before = self.sockets.remove(&socket);
        let mut seated = socket;
        if let (Variant::LateSocketFrees, Some(SocketState::Inside { peer_id, .. })) =
            (variant, before)
        {
            let holder = self.seats().into_iter().find(|(id, _)| *id == peer_id);
            seated = holder.and_then(|(_, holder)| holder).unwrap_or(socket);
        }
        self.room.disconnected(Timestamp::default(), seated);
    }

    /// Whether a seat is kept for somebody who is away.
    pub(crate) fn keeps_seats(&self) -> bool {
        self.room.next_expiry().is_some()
    }

    /// Whoever was away has been so for too long.
    pub(crate) fn expire(&mut self, variant: Variant) -> Deliveries {
        let late = Timestamp::default() + Duration::from_secs(3_600);
        let departures = self.room.expire(late);
        self.has_expired |= !departures.is_empty();
        if variant == Variant::ExpiryUntold {
            return Vec::new();
        }
        departures.into_iter().flat_map(told).collect()
    }

    /// Who has a seat, and by which socket.
    pub(crate) fn seats(&self) -> Vec<(PeerId, Option<ConnectionKey>)> {
        let members = self.room.members().into_iter();
        members.map(|(peer, socket)| (peer.id, socket)).collect()
    }

    /// All of it that matters here: names and times are always the same.
    fn essence(&self) -> Essence {
        let sockets = self.sockets.iter().map(|(key, state)| match state {
            SocketState::Outside => (*key, None),
            SocketState::Inside { peer_id, .. } => (*key, Some(*peer_id)),
        });
        Essence {
            seats: self.seats(),
            sockets: sockets.collect(),
            proofs: self.proofs.clone(),
            spent: self.spent.clone(),
            given: self.given,
            seen: [
                self.was_taken_unproved,
                self.was_spent_twice,
                self.has_replaced,
                self.has_expired,
            ],
        }
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Essence {
    seats: Vec<(PeerId, Option<ConnectionKey>)>,
    sockets: Vec<(ConnectionKey, Option<PeerId>)>,
    proofs: BTreeMap<PeerId, Proof>,
    spent: BTreeSet<Proof>,
    given: Proof,
    seen: [bool; 4],
}

impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        self.essence() == other.essence()
    }
}

impl Eq for Server {}

impl Hash for Server {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.essence().hash(state);
    }
}

fn told(departure: Departure) -> Deliveries {
    let left = Said::Left(departure.peer_id);
    departure
        .tell
        .into_iter()
        .map(|other| (other, left.clone()))
        .collect()
}

/// As `room_joined` gives it.
pub(crate) fn token(proof: Proof) -> String {
    ResumeToken::from_random([proof; 32]).as_str().to_owned()
}
