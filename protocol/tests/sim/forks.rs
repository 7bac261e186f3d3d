//! Entries that others hand over, and members who sign two different things.

use banter_protocol::{
    crypto::{
        RoomKeys,
        entry::{EntryContent, LogEnd, SignedEntry},
    },
    engine::Standing,
    ids::MessageId,
    peer::{Channel, PeerMessage, framing},
};

use crate::{
    evil_server::room,
    world::{Action, Event, World},
};

pub fn room_of(people: usize) -> World {
    let mut world = World::in_room(11, people, room());
    world.calm = true;
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.assert_whole_mesh();
    world
}

/// Signs with a node's keys what its person never said.
pub fn sign(world: &World, node: usize, log: &mut LogEnd, text: &str) -> SignedEntry {
    let tab = &world.nodes[node];
    let session = tab.keys.clone().unwrap().session();
    let content = EntryContent::ChatMessage {
        id: MessageId::from_random(u128::from(log.number) << 80 | text.len() as u128),
        text: text.parse().unwrap(),
    };
    let room = RoomKeys::derive(&room(), None);
    let author = (tab.identity.key(), &session);
    log.append(author, content, world.timestamp(), room.tag())
}

pub fn log_of(world: &World, node: usize) -> LogEnd {
    world.nodes[node].keys.clone().unwrap().log
}

/// Puts an entry on the open connection from one node to another.
pub fn hand_over(world: &mut World, from: usize, to: usize, entry: &SignedEntry) {
    let SignedEntry { text, signature } = entry.clone();
    let json = serde_json::to_string(&PeerMessage::Entry { text, signature }).unwrap();
    for frame in framing::split(json) {
        put(world, (from, to), Channel::Chat, frame);
    }
}

/// Puts a frame on the open connection from one node to another.
pub fn put(world: &mut World, (from, to): (usize, usize), channel: Channel, frame: String) {
    let connections = world.rtc.connections.iter().enumerate();
    let open = |&number: &usize| {
        let far = world.rtc.other_end(number);
        let far = far.is_some_and(|far| world.rtc.connections[far].node == from);
        far && world.rtc.connections[number].node == to && !world.rtc.connections[number].closed
    };
    let number = connections.map(|(number, _)| number).find(open).unwrap();
    world.schedule(1, Event::ChannelFrame(number, channel, frame));
}

fn standing(world: &World, node: usize, other: usize) -> Standing {
    let peer = world.nodes[other].me;
    let listed = world.nodes[node]
        .peers
        .iter()
        .find(|it| Some(it.id) == peer);
    listed.unwrap().standing
}

/// Promise 11: one of five signs two things under one number and tells different people different halves. Within one sync
/// all of them know, and show nothing more of that session.
#[test]
fn whoever_signs_two_things_under_one_number_is_found_out_by_everybody() {
    for halves in [[0, 0, 1, 1], [0, 1, 1, 1], [1, 0, 1, 0]] {
        let mut world = room_of(5);
        world.nodes[4].is_mallory = true;
        let mut log = log_of(&world, 4);
        let begun = sign(&world, 4, &mut log, "I begin");
        let mut fork = log.clone();
        let yes = sign(&world, 4, &mut log, "yes");
        let no = sign(&world, 4, &mut fork, "no way");
        for (node, half) in halves.into_iter().enumerate() {
            hand_over(&mut world, 4, node, &begun);
            hand_over(&mut world, 4, node, [&yes, &no][half]);
        }
        world.run(4_000);
        for node in 0..4 {
            assert_eq!(standing(&world, node, 4), Standing::Forked, "{node}");
        }
        let shown: Vec<_> = world.nodes.iter().map(|tab| tab.shown.len()).collect();
        let later = sign(&world, 4, &mut log, "and more");
        for node in 0..4 {
            hand_over(&mut world, 4, node, &later);
        }
        world.run(5_000);
        let after: Vec<_> = world.nodes.iter().map(|tab| tab.shown.len()).collect();
        assert_eq!(shown, after, "something more was shown");
        // The others still hear each other.
        world.act(&Action::Say(0));
        world.run(1_000);
        assert!((1..4).all(|node| world.nodes[node].shown.len() == after[node] + 1));
    }
}

/// Promise 11: a newcomer's reload does not clear the name of who was found out.
#[test]
fn a_fork_is_known_to_whoever_was_told_by_evidence_alone() {
    let mut world = room_of(4);
    world.nodes[3].is_mallory = true;
    let mut log = log_of(&world, 3);
    let mut fork = log.clone();
    let (yes, no) = (
        sign(&world, 3, &mut log, "yes"),
        sign(&world, 3, &mut fork, "no way"),
    );
    hand_over(&mut world, 3, 0, &yes);
    hand_over(&mut world, 3, 1, &no);
    world.run(4_000);
    assert_eq!(standing(&world, 2, 3), Standing::Forked);
    assert!(world.nodes[2].shown.is_empty());
}

/// Promise 10: an entry that a third one hands over is shown as its author's; with any change it is not shown at all.
#[test]
fn an_entry_handed_over_by_a_third_keeps_its_author_and_a_changed_one_is_dropped() {
    let mut world = room_of(3);
    let mut log = log_of(&world, 0);
    let entry = sign(&world, 0, &mut log, "7 of 0");
    for at in (0..entry.text.len()).step_by(3) {
        let mut bytes = entry.text.clone().into_bytes();
        bytes[at] ^= 1;
        let text = String::from_utf8(bytes).unwrap();
        let changed = SignedEntry {
            text,
            ..entry.clone()
        };
        hand_over(&mut world, 2, 1, &changed);
    }
    let mut other_log = log_of(&world, 2);
    let theirs = sign(&world, 2, &mut other_log, "8 of 2");
    let signature = theirs.signature;
    hand_over(
        &mut world,
        2,
        1,
        &SignedEntry {
            signature,
            ..entry.clone()
        },
    );
    world.run(1_000);
    assert!(world.nodes[1].shown.is_empty());
    hand_over(&mut world, 2, 1, &entry);
    world.run(1_000);
    let [shown] = &*world.nodes[1].shown else {
        panic!("it is not shown");
    };
    assert_eq!(shown.author, Some(world.nodes[0].identity.key()));
    assert_eq!(Some(shown.from), world.nodes[0].me);
    assert_eq!(shown.name, "Person 0");
}
