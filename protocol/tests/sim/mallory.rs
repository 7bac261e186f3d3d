//! A member who knows the room's secret and works together with the server: speaks under the ids of others, with keys of her
//! own and with what others have announced.

use std::collections::BTreeMap;

use banter_protocol::{
    crypto::{
        Announcement, CertificateFingerprint, Identity, RoomKeys, SecureRandom, Session,
        epoch::EpochSecret,
        pair::Pair,
        signal::{Signal, SignalKind},
    },
    ids::PeerId,
    signaling::ConnectionKey,
};
use serde_json::{Value, json};

/// See the module.
pub struct Mallory {
    room: RoomKeys,
    identity: Identity,
    /// Her tabs that sit where others sit, from this number on.
    first_imitator: usize,
    /// Where they sit: the stolen id and what they announce.
    seats: BTreeMap<ConnectionKey, Option<(PeerId, String)>>,
    epoch: u32,
}

impl Mallory {
    pub fn new(room: RoomKeys, identity: Identity, first_imitator: usize) -> Self {
        Self {
            room,
            identity,
            first_imitator,
            seats: BTreeMap::new(),
            epoch: 1,
        }
    }

    pub fn of_room(room: RoomKeys, identity: Identity) -> Self {
        Self::new(room, identity, usize::MAX)
    }

    /// A tab has opened a socket. Gives whether it is an imitator's, whom the room's honest rules would not let in.
    pub fn open(&mut self, node: usize, key: ConnectionKey) -> bool {
        let imitates = node >= self.first_imitator;
        if imitates {
            self.seats.insert(key, None);
        }
        imitates
    }

    pub fn owns(&self, key: ConnectionKey) -> bool {
        self.seats.contains_key(&key)
    }

    pub fn imitators_of(&self, peer: PeerId) -> Vec<ConnectionKey> {
        let sits = |seat: &Option<(PeerId, String)>| seat.as_ref().is_some_and(|it| it.0 == peer);
        let mut seats = self.seats.iter();
        seats
            .by_ref()
            .filter(|(_, seat)| sits(seat))
            .map(|(&key, _)| key)
            .collect()
    }

    /// An imitator says something to the server. Gives the frames that follow.
    pub fn handle(
        &mut self,
        key: ConnectionKey,
        text: &str,
        people: &BTreeMap<ConnectionKey, (PeerId, String)>,
    ) -> Vec<(ConnectionKey, String)> {
        let value: Value = serde_json::from_str(text).unwrap();
        let info =
            |id: &PeerId, name: &str| json!({ "id": id, "displayName": name, "joinedAt": 5 });
        match value["type"].as_str().unwrap() {
            "join_room" => {
                let id: PeerId = value["peerId"].as_str().unwrap().parse().unwrap();
                let name = value["displayName"].as_str().unwrap().to_owned();
                let others = || people.iter().filter(|(_, (other, _))| *other != id);
                let peers: Vec<_> = others()
                    .map(|(_, (other, name))| info(other, name))
                    .collect();
                let joined = json!({ "type": "room_joined", "roomId": self.room.room(),
                    "peers": peers, "iceServers": [], "resume": "x" });
                let news = json!({ "type": "peer_joined", "peer": info(&id, &name) }).to_string();
                self.seats.insert(key, Some((id, name)));
                let told = others().map(|(&other, _)| (other, news.clone()));
                std::iter::once((key, joined.to_string()))
                    .chain(told)
                    .collect()
            }
            "ping" => vec![(key, r#"{"type":"pong"}"#.to_owned())],
            "leave_room" => {
                self.seats.insert(key, None);
                Vec::new()
            }
            _ => {
                let to: PeerId = value["to"].as_str().unwrap().parse().unwrap();
                let there = people.iter().filter(|(_, (id, _))| *id == to);
                there.map(|(&other, _)| (other, text.to_owned())).collect()
            }
        }
    }

    fn sign(&self, peer: PeerId, epoch: u32, key: [u8; 32], seed: [u8; 32]) -> String {
        let (session, name) = (Session::from_seed(&seed), "Person 0".parse().unwrap());
        let keys = (&self.identity, &session);
        Announcement::sign(&self.room, keys, peer, (epoch, key), name)
            .seal(&self.room, &mut SecureRandom::new(seed))
    }

    /// An announcement with keys of her own.
    pub fn announce(&mut self, peer: PeerId, epoch: u32, seed: [u8; 32]) -> String {
        self.sign(peer, epoch, EpochSecret::new(seed).public(), seed)
    }

    /// Takes somebody's epoch key, or another that she does not have, for her own.
    pub fn announce_as(&mut self, peer: PeerId, theirs: &str, seed: u64) -> Option<String> {
        let stolen = Announcement::open(theirs, &self.room)?;
        let mut bytes = [3; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let epoch = [1, 2, stolen.epoch, u32::MAX][(seed % 4) as usize];
        let sealed = match seed / 4 % 4 {
            0 => self.announce(peer, epoch, bytes),
            1 => self.sign(peer, epoch, [0; 32], bytes),
            // What was sealed by others, sealed anew.
            2 => stolen.seal(&self.room, &mut SecureRandom::new(bytes)),
            _ => self.sign(peer, epoch, stolen.epoch_key, bytes),
        };
        Some(sealed)
    }

    /// A well sealed offer under somebody's id, for the connection of somebody else.
    pub fn offer_as(&mut self, peer: PeerId, theirs: &str, seed: u64) -> Option<String> {
        let theirs = Announcement::open(theirs, &self.room)?;
        let mut bytes = [4; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        self.epoch += 1;
        let secret = EpochSecret::new(bytes);
        let sealed = self.sign(peer, self.epoch, secret.public(), bytes);
        let mine = Announcement::open(&sealed, &self.room)?;
        let mut pair = Pair::agree(&self.room, &mine, &secret, &theirs)?;
        let number = seed as usize % 20;
        let print = CertificateFingerprint::of_der(&number.to_be_bytes());
        let sdp = format!(
            "v=0\r\no=- {number} 0 IN IP4 0.0.0.0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n\
             a=fingerprint:sha-256 {print}"
        );
        let payload = [json!({ "type": "offer", "sdp": sdp }), Value::Null];
        let signal = Signal {
            kind: SignalKind::Offer,
            negotiation: Some(format!("{seed:016x}.1")),
            payload: payload[usize::from(seed.is_multiple_of(5))].clone(),
        };
        let offer = pair.seal(&signal);
        let (from, to) = (peer, theirs.peer);
        let frame = json!({ "type": "offer", "from": from, "to": to, "announcement": sealed,
            "offer": offer });
        Some(frame.to_string())
    }
}
