//! A server that lies: what it makes of the frames that pass through it, and what it invents. It knows no secret of the room
//! unless [`Mallory`] is with it.

use std::{collections::BTreeMap, sync::LazyLock};

use banter_protocol::{
    crypto::{Identity, Invite, RoomKeys},
    ids::PeerId,
    signaling::ConnectionKey,
};
use serde_json::{Value, json};

use crate::{
    chance::Chance,
    mallory::Mallory,
    world::{Action, World},
};

/// Frames that are kept for a replay.
const RECORDED: usize = 300;

/// A frame for a client; late and out of turn where a delay is given.
pub struct Sent {
    pub key: ConnectionKey,
    pub text: String,
    pub late: Option<u64>,
}

/// Everything that was relayed in other rooms, and in an earlier life of this one.
static ELSEWHERE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let room = room();
    let id = room.room().clone();
    let same_id = Invite::private(id, secret_of(&Invite::generate([1; 16], [99; 32])));
    let same_secret = Invite::private("p_elsewhere".parse().unwrap(), secret_of(&room));
    let rooms = [room, same_id.unwrap(), same_secret.unwrap()];
    rooms.into_iter().flat_map(listen).collect()
});

/// What other rooms have heard, and this one before.
pub fn elsewhere() -> &'static [String] {
    &ELSEWHERE
}

/// The private room that everything of this kind is played in.
pub fn room() -> Invite {
    Invite::generate([7; 16], [8; 32])
}

fn secret_of(invite: &Invite) -> banter_protocol::crypto::InviteSecret {
    invite.secret().unwrap().clone()
}

/// What an honest server hears in a room.
fn listen(invite: Invite) -> Vec<String> {
    let mut world = World::in_room(987_654_321, 3, invite);
    world.calm = true;
    world.evil = Some(EvilServer::new(1, u64::MAX, None));
    for node in 0..3 {
        world.act(&Action::OpenTab(node));
    }
    world.run(3_000);
    world.act(&Action::Reload(1));
    world.run(3_000);
    world.evil.unwrap().recorded
}

/// See the module.
pub struct EvilServer {
    pub chance: Chance,
    /// One frame in so many is tampered with.
    restraint: u64,
    /// Frames of clients and of the server, to be used again.
    pub recorded: Vec<String>,
    /// Who sits on which socket, and what they joined with.
    pub people: BTreeMap<ConnectionKey, (PeerId, String)>,
    pub mallory: Option<Mallory>,
    stranger: RoomKeys,
}

impl EvilServer {
    pub fn new(seed: u64, restraint: u64, mallory: Option<Mallory>) -> Self {
        Self {
            chance: Chance::new(seed ^ 0xe711),
            restraint,
            recorded: Vec::new(),
            people: BTreeMap::new(),
            mallory,
            stranger: RoomKeys::derive(&Invite::generate([7; 16], [77; 32]), None),
        }
    }

    /// One that has listened elsewhere before.
    pub fn well_read(seed: u64, restraint: u64, mallory: Option<Mallory>) -> Self {
        let mut evil = Self::new(seed, restraint, mallory);
        evil.recorded.clone_from(&ELSEWHERE);
        evil
    }

    /// A socket was opened. Gives whether it is one of Mallory's own.
    pub fn open(&mut self, node: usize, key: ConnectionKey) -> bool {
        let mallory = self.mallory.as_mut();
        mallory.is_some_and(|mallory| mallory.open(node, key))
    }

    /// A client said something.
    pub fn hear(&mut self, key: ConnectionKey, text: &str) {
        self.record(text);
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return;
        };
        if value["type"] == "join_room" {
            let id = value["peerId"].as_str().unwrap().parse().unwrap();
            let name = value["displayName"].as_str().unwrap().to_owned();
            self.people.insert(key, (id, name));
        }
    }

    fn record(&mut self, text: &str) {
        if self.recorded.len() < RECORDED {
            self.recorded.push(text.to_owned());
        } else {
            let place = self.chance.index(RECORDED);
            text.clone_into(&mut self.recorded[place]);
        }
    }

    /// What becomes of a frame on its way to a client.
    pub fn tamper(&mut self, key: ConnectionKey, text: String) -> Vec<Sent> {
        self.record(&text);
        let honest = |text: String| Sent {
            key,
            text,
            late: None,
        };
        let detour = self.detour(&text);
        if !detour.is_empty() && self.chance.one_in(2) {
            return detour;
        }
        let mut sent = detour;
        if !self.chance.one_in(self.restraint) {
            sent.push(honest(text));
            return sent;
        }
        let late = Some(self.chance.within(1, 1_500));
        match self.chance.within(0, 11) {
            0 => {}
            1 => sent.push(Sent { key, text, late }),
            2 => {
                let text = text.clone();
                sent.push(Sent { key, text, late });
                let key = self.somebody().map_or(key, |(key, ..)| key);
                sent.push(Sent {
                    key,
                    text: self.recorded.last().cloned().unwrap(),
                    late,
                });
            }
            3 => {
                sent.extend(self.reflect(&text));
                sent.push(honest(text));
            }
            4 | 5 => {
                let text = self.swap_field(&text, &["offer", "answer", "candidate"]);
                sent.push(honest(text));
            }
            6 => {
                let text = self.swap_field(&text, &["announcement", "displayName"]);
                sent.push(honest(text));
            }
            7 => sent.push(honest(self.mutate(&text))),
            8 => sent.extend(self.somebody().map(|(key, id, _)| Sent {
                key,
                text: self.readdress(&text, id),
                late,
            })),
            9 => sent.push(honest(self.relist(&text, true))),
            10 => sent.push(honest(self.relist(&text, false))),
            _ => {
                let text = self.invent();
                sent.push(honest(text));
            }
        }
        sent
    }

    /// To whoever imitates the receiver.
    fn detour(&mut self, text: &str) -> Vec<Sent> {
        let Some(mallory) = &self.mallory else {
            return Vec::new();
        };
        let to = serde_json::from_str::<Value>(text).ok();
        let to = to.and_then(|value| value["to"].as_str()?.parse().ok());
        let imitators = to.map(|to| mallory.imitators_of(to)).unwrap_or_default();
        let detour = |key| Sent {
            key,
            text: text.to_owned(),
            late: None,
        };
        imitators.into_iter().map(detour).collect()
    }

    /// Back to whoever said it, as if it came from another.
    fn reflect(&mut self, text: &str) -> Option<Sent> {
        let mut value: Value = serde_json::from_str(text).ok()?;
        let from: PeerId = value["from"].as_str()?.parse().ok()?;
        let (&key, _) = self.people.iter().rfind(|(_, (id, _))| *id == from)?;
        if self.chance.one_in(2) {
            value["from"] = value["to"].take();
        }
        value["to"] = json!(from);
        let text = value.to_string();
        let late = None;
        Some(Sent { key, text, late })
    }

    pub fn somebody(&mut self) -> Option<(ConnectionKey, PeerId, String)> {
        let place = self.chance.index(self.people.len().max(1));
        let (&key, (id, name)) = self.people.iter().nth(place)?;
        Some((key, *id, name.clone()))
    }

    fn recorded(&mut self) -> Option<String> {
        let place = self.chance.index(self.recorded.len().max(1));
        self.recorded.get(place).cloned()
    }

    /// A frame with what another one holds.
    fn swap_field(&mut self, text: &str, names: &[&str]) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return text.to_owned();
        };
        let other = (0..20).find_map(|_| {
            let other: Value = serde_json::from_str(&self.recorded()?).ok()?;
            let peer = &other["peer"];
            let held = |object: &Value| names.iter().find_map(|name| object.get(*name).cloned());
            held(&other).or_else(|| held(peer))
        });
        let Some(other) = other else {
            return text.to_owned();
        };
        for name in names {
            if value.get(*name).is_some() {
                value[*name] = other.clone();
            }
            if value["peer"].get(*name).is_some() {
                value["peer"][*name] = other.clone();
            }
            for peer in value["peers"].as_array_mut().into_iter().flatten() {
                peer[*name] = other.clone();
            }
        }
        value.to_string()
    }

    fn mutate(&mut self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        match self.chance.within(0, 2) {
            0 => bytes.truncate(self.chance.index(bytes.len())),
            1 => {
                let place = self.chance.index(bytes.len());
                bytes[place] = self.chance.within(32, 126) as u8;
            }
            _ => {
                // A bit of what is sealed, so that all around it is still well formed.
                let sealed = text.rfind(r#"":"A"#).map_or(0, |place| place + 3);
                let place = sealed + self.chance.index(bytes.len() - sealed);
                bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The same frame for somebody else.
    fn readdress(&mut self, text: &str, to: PeerId) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return text.to_owned();
        };
        if value.get("to").is_some() {
            value["to"] = json!(to);
            if self.chance.one_in(2)
                && let Some((_, id, _)) = self.somebody()
            {
                value["from"] = json!(id);
            }
        }
        value.to_string()
    }

    /// A list with somebody who is not there, or without somebody who is.
    fn relist(&mut self, text: &str, more: bool) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return text.to_owned();
        };
        let ghost = self.ghost();
        if let Some(peers) = value["peers"].as_array_mut() {
            if more {
                peers.push(ghost);
            } else {
                peers.pop();
            }
        } else if value["type"] == "peer_joined" {
            value["peer"] = ghost;
        }
        value.to_string()
    }

    /// Somebody who is not there, or not like that.
    pub fn ghost(&mut self) -> Value {
        let known = self.somebody();
        let mut id = PeerId::from_random(u128::from(self.chance.next()) << 32);
        if let Some((_, known, _)) = known.as_ref().filter(|_| self.chance.one_in(2)) {
            id = *known;
        }
        let name = match self.chance.within(0, 5) {
            0 => self.somebody().map(|(.., name)| name),
            1 => Some(self.forged_name(id)),
            2 => Some("A".repeat(self.chance.index(1_100))),
            3 | 4 => {
                let theirs = self.somebody().map(|(.., name)| name);
                let seed = self.chance.next();
                let mallory = self.mallory.as_mut();
                mallory.and_then(|mallory| mallory.announce_as(id, &theirs?, seed))
            }
            _ => None,
        };
        let recorded = || self.recorded.iter().rev().take(40);
        let found = recorded().find_map(|text| {
            let value: Value = serde_json::from_str(text).ok()?;
            let name = &value["displayName"];
            Some((
                value["peerId"].as_str()?.to_owned(),
                name.as_str()?.to_owned(),
            ))
        });
        let found = found.unwrap_or_default();
        let (id, name) = match name {
            Some(name) => (id.to_string(), name),
            None => found,
        };
        json!({ "id": id, "displayName": name, "joinedAt": 1 })
    }

    /// An announcement that nobody in the room can open.
    fn forged_name(&mut self, id: PeerId) -> String {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&self.chance.next().to_be_bytes());
        Mallory::of_room(self.stranger.clone(), Identity::from_seed(&seed)).announce(id, 1, seed)
    }

    /// A frame of the server's own invention.
    pub fn invent(&mut self) -> String {
        let somebody = self.somebody();
        let id = somebody.map_or_else(|| PeerId::from_random(7), |(_, id, _)| id);
        match self.chance.within(0, 9) {
            0 => json!({ "type": "peer_left", "peerId": id }).to_string(),
            1 | 2 => json!({ "type": "peer_joined", "peer": self.ghost() }).to_string(),
            3 => {
                let codes = [
                    "unknown_peer",
                    "not_in_room",
                    "rate_limited",
                    "peer_id_taken",
                ];
                let code = codes[self.chance.index(codes.len())];
                json!({ "type": "error", "code": code, "message": "", "peerId": id }).to_string()
            }
            4 => {
                let peers: Vec<_> = (0..self.chance.index(4)).map(|_| self.ghost()).collect();
                let room = room().room().clone();
                json!({ "type": "room_joined", "roomId": room, "peers": peers, "iceServers": [],
                    "resume": "x" })
                .to_string()
            }
            5 => r#"{"type":"pong"}"#.to_owned(),
            6 => "{\"type\":\"offer\"}".to_owned(),
            _ => self.recorded().unwrap_or_default(),
        }
    }

    /// Something for somebody, of the server's own accord.
    pub fn mischief(&mut self) -> Option<Sent> {
        let (key, id, _) = self.somebody()?;
        let theirs = self.people[&key].1.clone();
        let other = self.somebody().map_or(id, |(_, id, _)| id);
        let seed = self.chance.next();
        let colludes = self.chance.one_in(3);
        let offer = self.mallory.as_mut().filter(|_| colludes);
        let text = match offer.and_then(|mallory| mallory.offer_as(other, &theirs, seed)) {
            Some(text) => text,
            None => {
                let invented = self.invent();
                self.readdress(&invented, id)
            }
        };
        let late = None;
        Some(Sent { key, text, late })
    }
}
