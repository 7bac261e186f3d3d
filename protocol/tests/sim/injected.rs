//! Frames that a server puts into a private room by itself: recordings, announcements of people who are not there, and lies
//! about who left.

use banter_protocol::{
    crypto::{Identity, RoomKeys},
    engine::{DropCause, Dropped, Input, SocketEvent},
    ids::PeerId,
    limits,
};
use serde_json::{Value, json};

use crate::{
    chance::Chance,
    evil_properties::members,
    evil_server::{EvilServer, elsewhere, room},
    mallory::Mallory,
    seeds::{assert_seeds, seeds},
    world::{Action, World},
};

impl World {
    /// The server says something to a node.
    pub fn tell(&mut self, node: usize, text: &str) {
        let socket = self.nodes[node].sockets.keys().last();
        let socket = *socket.expect("somebody is told who hears nothing");
        let event = SocketEvent::Frame(text.to_owned());
        self.input(node, Input::Socket(socket, event));
    }

    pub fn told_of_leaving(&mut self, node: usize, other: PeerId) {
        self.tell(
            node,
            &json!({ "type": "peer_left", "peerId": other }).to_string(),
        );
    }

    pub fn told_of_joining(&mut self, node: usize, other: PeerId, name: &str) {
        let peer = json!({ "id": other, "displayName": name, "joinedAt": 1 });
        self.tell(
            node,
            &json!({ "type": "peer_joined", "peer": peer }).to_string(),
        );
    }

    /// What somebody has joined with.
    fn name_of(&self, peer: PeerId) -> String {
        let people = &self.evil.as_ref().unwrap().people;
        let known = |it: &&(PeerId, String)| it.0 == peer;
        people.values().rfind(known).unwrap().1.clone()
    }
}

/// A settled private room whose server writes everything down.
fn room_of(people: usize, seed: u64) -> World {
    let mut world = World::in_room(seed, people, room());
    world.calm = true;
    world.evil = Some(EvilServer::new(seed, u64::MAX, None));
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world
}

fn mallory() -> Identity {
    Identity::from_seed(&[66; 32])
}

fn recorded(world: &World) -> Vec<String> {
    world.evil.as_ref().unwrap().recorded.clone()
}

/// Promise 1: where the server says that somebody left and came back, nothing is sealed under a number that was used before.
#[test]
fn no_number_is_used_twice_for_whoever_seems_to_come_back() {
    let mut world = World::in_room(5, 2, room());
    world.calm = true;
    world.evil = Some(EvilServer::new(5, u64::MAX, None));
    world.split(0, 1);
    world.act(&Action::OpenTab(0));
    world.act(&Action::OpenTab(1));
    world.run(1_000);
    for _ in 0..10 {
        for (node, other) in [(0, 1), (1, 0)] {
            let peer = world.nodes[other].me.unwrap();
            let name = world.name_of(peer);
            world.told_of_leaving(node, peer);
            world.told_of_joining(node, peer, &name);
        }
        world.run(6_000);
    }
    world.heal_all();
    world.run(30_000);
    world.assert_whole_mesh();
}

/// Promises 7 and 15: an offer that was opened before is old, also after the server said that its sender left and came back.
#[test]
fn a_recorded_offer_makes_no_connection_after_its_sender_seemed_to_leave() {
    let mut world = room_of(2, 6);
    let (me, peer) = (world.nodes[0].me.unwrap(), world.nodes[1].me.unwrap());
    let name = world.name_of(peer);
    let is_theirs = |frame: &String| {
        let value: Value = serde_json::from_str(frame).unwrap();
        value["type"] == "offer" && value["from"] == json!(peer) && value["to"] == json!(me)
    };
    let frames = recorded(&world);
    let offers = frames.iter().filter(|it| is_theirs(it)).count() as u64;
    assert!(offers > 0, "nothing to say again");
    world.act(&Action::Kill(1));
    world.run(60_000);
    world.told_of_joining(0, peer, &name);
    world.run(1_000);
    let made = world.rtc.connections.len();
    let before = seen(&world, 0);
    for _ in 0..3 {
        world.told_of_leaving(0, peer);
        world.told_of_joining(0, peer, &name);
        let dropped = world.nodes[0].engine.dropped_messages();
        for frame in &frames {
            world.tell(0, frame);
        }
        // They came to whom they were for, and were looked at.
        let dropped = world.nodes[0].engine.dropped_messages() - dropped;
        assert!(dropped.total() >= offers, "{dropped:?} of {offers}");
        world.run(20_000);
        assert_eq!(seen(&world, 0), before);
    }
    assert_eq!(world.rtc.connections.len(), made);
    // What is new is taken: the one who seemed to come back does.
    world.act(&Action::OpenTab(1));
    world.run(8_000);
    assert!(world.rtc.connections.len() > made);
    assert_eq!(world.nodes[0].peers.len(), 1);
}

/// Promise 4: a silent link whose peer id was claimed by another session does not come to life in that one's name.
#[test]
fn whoever_was_silent_while_another_claimed_their_id_is_linked_again() {
    for seed in 0..40 {
        let (node, other) = ((seed % 2) as usize, 1 - (seed % 2) as usize);
        let mut world = room_of(2, seed);
        let peer = world.nodes[other].me.unwrap();
        let mut mallory = Mallory::of_room(RoomKeys::derive(&room(), None), mallory());
        world.split(0, 1);
        world.run(8_000 + seed * 100);
        world.told_of_joining(node, peer, &mallory.announce(peer, 1, [67; 32]));
        world.heal_all();
        world.run(40_000);
        world.assert_whole_mesh();
    }
}

/// Promise 15: a thousand announcements, of people who are not there and of nobody at all, show nobody, make no connection and
/// take a bounded place in memory.
#[test]
fn a_thousand_injected_announcements_show_nobody_and_connect_to_nobody() {
    let mut world = room_of(2, 8);
    let (made, shown) = (world.rtc.connections.len(), seen(&world, 0));
    assert_eq!(world.nodes[0].peers.len(), 1);
    let mut mallory = Mallory::of_room(RoomKeys::derive(&room(), None), mallory());
    let mut chance = Chance::new(15);
    let mut inject = |world: &mut World, count: u64| {
        for number in 0..count {
            let peer = PeerId::from_random(u128::from(chance.next()) << 40);
            let mut seed = [1; 32];
            seed[..8].copy_from_slice(&chance.next().to_be_bytes());
            let name = match number % 4 {
                0 => "A".repeat(chance.index(1_000) + 1),
                _ => mallory.announce(peer, 1, seed),
            };
            world.told_of_joining(0, peer, &name);
            let me = world.nodes[0].me.unwrap();
            let garbage = "A".repeat([4, 700][chance.index(2)]);
            let offer = json!({ "type": "offer", "from": peer, "to": me, "announcement": name,
                "offer": garbage });
            world.tell(0, &offer.to_string());
            world.run(20);
        }
        world.run(60_000);
    };
    inject(&mut world, 1_000);
    assert_eq!(seen(&world, 0), shown);
    assert_eq!(world.rtc.connections.len(), made);
    // They were taken note of, or there would be nothing to bound.
    assert!(members(&world.nodes[0]) > 100);
    assert!(members(&world.nodes[0]) <= limits::ROOM_MEMBERS);
    let size = format!("{:?}", world.nodes[0].engine).len();
    inject(&mut world, 1_000);
    let after = format!("{:?}", world.nodes[0].engine).len();
    assert!(after < size * 11 / 10, "{size} bytes have become {after}");
    assert_eq!(world.rtc.connections.len(), made);
    assert_eq!(seen(&world, 0), shown);
    assert!(world.nodes[0].wakes < 100_000, "{}", world.nodes[0].wakes);
    // Somebody who is there is found among all of them.
    world.act(&Action::Reload(1));
    world.run(8_000);
    let peer = world.nodes[1].me.unwrap();
    assert!(world.nodes[0].is_linked_to(peer));
}

/// What the person sees, but for how fast it is; and all connections.
fn seen(world: &World, node: usize) -> String {
    let tab = &world.nodes[node];
    let peers: Vec<_> = tab
        .peers
        .iter()
        .map(|it| {
            (
                it.id,
                it.name.clone(),
                it.state,
                it.identity,
                it.standing,
                it.badge.clone(),
            )
        })
        .collect();
    let open: Vec<bool> = world.rtc.connections.iter().map(|it| it.closed).collect();
    let shown = (
        tab.me,
        tab.signaling,
        tab.arriving,
        &tab.moves,
        &tab.shown,
        &tab.notices,
        &tab.history,
    );
    format!("{peers:?} {open:?} {shown:?}")
}

/// Promise 7: whatever the server has recorded here or elsewhere, and to whomever and in whatever order it says it again:
/// the person sees the same as before, and no connection is made or closed.
#[test]
fn replayed_frames_change_nothing_in_a_settled_room() {
    assert_seeds(seeds(40), |seed| {
        let mut chance = Chance::new(seed);
        let mut world = room_of(3, seed);
        for node in 0..3 {
            world.act(&Action::Say(node));
        }
        world.act(&Action::Reload(1));
        world.run(8_000);
        world.assert_whole_mesh();
        let before: Vec<_> = (0..3).map(|node| seen(&world, node)).collect();
        let mut frames = recorded(&world);
        for kind in ["offer", "answer", "ice_candidate"] {
            let is_of_kind = |frame: &&String| frame.contains(&format!(r#""type":"{kind}""#));
            let own = frames.iter().filter(is_of_kind).count();
            let others = elsewhere().iter().filter(is_of_kind).count();
            assert!(own > 2 && others > 2, "{kind}: nothing to say again");
        }
        frames.extend(elsewhere().iter().cloned());
        let dropped = |world: &World| {
            let mut dropped = Dropped::default();
            for tab in &world.nodes {
                dropped += tab.engine.dropped_messages();
            }
            dropped
        };
        let dropped_before = dropped(&world);
        for _ in 0..300 {
            let (node, frame) = (chance.index(3), &frames[chance.index(frames.len())]);
            let mut value: Value = serde_json::from_str(frame).unwrap();
            if value.get("to").is_some() && chance.one_in(2) {
                value["to"] = json!(world.nodes[node].me);
                if chance.one_in(4) {
                    value["from"] = json!(world.nodes[chance.index(3)].me);
                }
            }
            world.tell(node, &value.to_string());
            world.run(chance.within(0, 100));
        }
        world.run(10_000);
        let after: Vec<_> = (0..3).map(|node| seen(&world, node)).collect();
        assert_eq!(before, after);
        world.assert_whole_mesh();
        // Nearly every one came to somebody, was looked at and found old.
        let dropped = dropped(&world) - dropped_before;
        assert!(dropped.total() > 150, "only {dropped:?} were looked at");
        // Nobody is muted for what a server says again.
        assert_eq!(dropped.of(DropCause::Flood), 0, "{dropped:?}");
    });
}
