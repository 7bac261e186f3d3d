//! The server: sockets around the real `RoomState`.

use std::collections::BTreeMap;

use banter_protocol::{
    ids::{PeerId, RoomId},
    signaling::{
        ClientMessage, ConnectionKey, ErrorCode, IceServer, ResumeToken, RoomState, ServerMessage,
        room::{Arrival, Departure, JoinRequest, RoomSettings},
    },
    time::Timestamp,
};

use crate::chance::Chance;

/// What the server does to a socket.
pub enum Delivery {
    Frame(ConnectionKey, String),
    Close(ConnectionKey, u16),
}

/// Every room that anybody was in, and nothing that one has to do with another.
#[derive(Default)]
pub struct Server {
    rooms: BTreeMap<RoomId, RoomState>,
    /// Sockets that are open, and in which room they sit.
    sockets: BTreeMap<ConnectionKey, Option<RoomId>>,
    /// What it tells everybody now.
    ice_servers: Vec<IceServer>,
}

impl Server {
    pub fn open(&mut self, key: ConnectionKey) {
        self.sockets.insert(key, None);
    }

    pub fn sockets(&self) -> Vec<ConnectionKey> {
        self.sockets.keys().copied().collect()
    }

    pub fn lost(&mut self, now: Timestamp, key: ConnectionKey) {
        if let Some(Some(room)) = self.sockets.remove(&key)
            && let Some(room) = self.rooms.get_mut(&room)
        {
            room.disconnected(now, key);
        }
    }

    /// Tells everybody in any room, and from now on everybody who comes.
    pub fn offer_ice_servers(&mut self, ice_servers: Vec<IceServer>) -> Vec<Delivery> {
        self.ice_servers.clone_from(&ice_servers);
        let news = ServerMessage::IceServers { ice_servers };
        let seated = self.sockets.iter().filter(|(_, room)| room.is_some());
        seated.map(|(&key, _)| frame(key, &news)).collect()
    }

    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.rooms.values().filter_map(RoomState::next_expiry).min()
    }

    pub fn expire(&mut self, now: Timestamp) -> Vec<Delivery> {
        let departures = self.rooms.values_mut().flat_map(|room| room.expire(now));
        departures.flat_map(tell_departure).collect()
    }

    pub fn handle(
        &mut self,
        now: Timestamp,
        key: ConnectionKey,
        text: &str,
        chance: &mut Chance,
    ) -> Vec<Delivery> {
        if !self.sockets.contains_key(&key) {
            return Vec::new();
        }
        let message: ClientMessage =
            serde_json::from_str(text).expect("engines speak the protocol");
        match message {
            ClientMessage::Ping {} => vec![frame(key, &ServerMessage::Pong {})],
            ClientMessage::JoinRoom {
                room_id,
                peer_id,
                display_name,
                resume,
            } => {
                let request = JoinRequest {
                    peer_id,
                    display_name,
                    resume,
                    joined_at: now,
                };
                self.join(key, room_id, request, chance)
            }
            ClientMessage::LeaveRoom { .. } => {
                let left = self.sockets.insert(key, None).flatten();
                let room = left.and_then(|room| self.rooms.get_mut(&room));
                let departure = room.and_then(|room| room.leave(key));
                departure.map(tell_departure).unwrap_or_default()
            }
            ClientMessage::Offer { from, to, .. }
            | ClientMessage::Answer { from, to, .. }
            | ClientMessage::IceCandidate { from, to, .. } => {
                let seated = self.sockets.get(&key).and_then(Option::as_ref);
                let room = seated.and_then(|room| self.rooms.get(room));
                let target = room.map_or(Err(ErrorCode::NotInRoom), |it| it.relay(key, from, to));
                match target {
                    Ok(target) => vec![Delivery::Frame(target, text.to_owned())],
                    Err(code) => vec![refusal(key, code, Some(to))],
                }
            }
        }
    }

    fn join(
        &mut self,
        key: ConnectionKey,
        room_id: RoomId,
        request: JoinRequest,
        chance: &mut Chance,
    ) -> Vec<Delivery> {
        let mut bytes = [0; 32];
        bytes
            .iter_mut()
            .for_each(|byte| *byte = chance.next() as u8);
        let settings = RoomSettings::with_capacity(64);
        let new = || RoomState::new(room_id.clone(), settings);
        let room = self.rooms.entry(room_id.clone()).or_insert_with(new);
        let joined = match room.join(key, request, ResumeToken::from_random(bytes)) {
            Ok(joined) => joined,
            Err(code) => return vec![refusal(key, code, None)],
        };
        self.sockets.insert(key, Some(room_id.clone()));
        let mut deliveries = vec![frame(
            key,
            &ServerMessage::RoomJoined {
                room_id,
                peers: joined.peers,
                ice_servers: self.ice_servers.clone(),
                resume: joined.resume.as_str().to_owned(),
            },
        )];
        match joined.arrival {
            Arrival::New { peer, tell } => deliveries.extend(
                tell.into_iter()
                    .map(|other| frame(other, &ServerMessage::PeerJoined { peer: peer.clone() })),
            ),
            Arrival::Resumed {
                replaced: Some(old),
            } => {
                self.sockets.remove(&old);
                deliveries.push(Delivery::Close(old, 4001));
            }
            Arrival::Resumed { replaced: None } => {}
        }
        deliveries
    }
}

fn tell_departure(departure: Departure) -> Vec<Delivery> {
    let left = ServerMessage::PeerLeft {
        peer_id: departure.peer_id,
    };
    departure
        .tell
        .into_iter()
        .map(|other| frame(other, &left))
        .collect()
}

fn refusal(key: ConnectionKey, code: ErrorCode, to: Option<PeerId>) -> Delivery {
    let peer_id = to.filter(|_| code == ErrorCode::UnknownPeer);
    let message = code.message().to_owned();
    frame(
        key,
        &ServerMessage::Error {
            code,
            message,
            retry_after_ms: None,
            peer_id,
        },
    )
}

fn frame(key: ConnectionKey, message: &ServerMessage) -> Delivery {
    Delivery::Frame(key, serde_json::to_string(message).unwrap())
}
