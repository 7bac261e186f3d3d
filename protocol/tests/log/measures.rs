//! What it costs, counted.

use std::time::Duration;

use banter_protocol::{
    crypto::entry::SignedEntry,
    limits,
    log::{History, storing::Storage},
    peer::{Extent, LogMessage},
};

use crate::{judge::assert_equal, node::Node, world::World};

fn room(nodes: usize) -> World {
    let mut world = World::new(1);
    for number in 0..nodes {
        world.add(Node::usual(number as u64, Storage::Memory));
    }
    world.open_all();
    world.run_for(Duration::from_secs(30));
    world
}

/// Messages for each said entry, of all members together, while they talk and for the ten seconds after.
fn messages_per_entry(nodes: usize, entries: u64, every: Duration) -> u64 {
    let mut world = room(nodes);
    let before = world.sent.messages;
    for number in 0..entries {
        world.say_text(number as usize * 7 % nodes, "hello");
        world.run_for(every);
    }
    world.run_for(Duration::from_secs(10));
    let all: Vec<_> = (0..nodes).collect();
    assert_equal(&world, &all);
    (world.sent.messages - before) / entries
}

#[test]
fn what_one_says_costs_as_much_as_there_are_members_and_not_as_there_are_pairs() {
    for every in [Duration::from_millis(200), Duration::from_secs(12)] {
        let (few, many) = (
            messages_per_entry(8, 10, every),
            messages_per_entry(64, 10, every),
        );
        println!("every {every:?}: {few} messages for an entry among 8, {many} among 64");
        // Eight times as many members: about eight times as much, where pairs would be sixty-four times.
        assert!(many <= 12 * few, "{few} among 8, {many} among 64");
    }
}

#[test]
fn a_newcomer_gets_five_thousand_entries_at_their_own_weight_and_soon() {
    let mut world = room(10);
    let text = "x".repeat(60);
    for number in 0..5_000 {
        world.say_text(number % 10, &text);
        if number % 50 == 0 {
            world.run_for(Duration::from_millis(100));
        }
    }
    world.run_for(Duration::from_secs(30));
    let newcomer = world.add(Node::usual(11, Storage::Device));
    world.run_for(Duration::from_secs(30));
    let before = world.sent;
    for other in 0..10 {
        world.open(newcomer, other);
    }
    world.run_for(Duration::from_millis(400));
    let at_once = world.nodes[newcomer].log.in_memory().0;
    assert!(at_once >= 50, "{at_once} entries in 400 ms");
    world.run_for(Duration::from_millis(4_600));
    assert_eq!(
        world.nodes[newcomer].log.extents(),
        world.nodes[0].log.extents()
    );
    let bytes = world.sent.bytes - before.bytes;
    let store = &world.nodes[newcomer].store;
    let weigh = |entry: &SignedEntry| serde_json::to_string(entry).unwrap().len() as u64;
    let entries: u64 = store.entries.values().map(weigh).sum();
    assert_eq!(store.entries.len(), 5_000);
    println!("{bytes} bytes for entries of {entries}");
    assert!(bytes * 10 <= entries * 11, "{bytes} bytes for {entries}");
}

#[test]
fn the_vector_of_a_room_with_twenty_logs_is_short() {
    let mut world = room(20);
    for node in 0..20 {
        world.say_text(node, "hello");
    }
    world.run_for(Duration::from_secs(5));
    let mut sessions = world.nodes[0].log.extents();
    for extent in &mut sessions {
        extent.last = 100_000;
    }
    let sessions = sessions.iter().map(Extent::told).collect();
    let json = serde_json::to_string(&LogMessage::Have { sessions }).unwrap();
    assert!(json.len() <= 4 * 1024, "{} bytes", json.len());
}

/// Promise 33, over a link.
#[test]
fn a_flood_over_a_link_stays_within_memory_and_spares_others() {
    let mut world = World::new(2);
    let bounds = limits::Bounds {
        messages: 500,
        bytes: 1024 * 1024,
        shares: 10,
    };
    world.add(Node::new(0, Storage::Memory, bounds, History::All));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    for _ in 0..100 {
        world.say_text(0, "mine");
    }
    world.run_for(Duration::from_secs(1));
    for number in 0..4_000 {
        world.say_text(1, &format!("flood {number}"));
        if number % 100 == 0 {
            world.run_for(Duration::from_millis(50));
            let (entries, bytes) = world.nodes[0].log.in_memory();
            assert!(entries <= bounds.messages && bytes <= bounds.bytes);
        }
    }
    world.run_for(Duration::from_secs(30));
    let own = world.nodes[0].log.session();
    let extents = world.nodes[0].log.extents();
    let mine = extents.iter().find(|extent| extent.session == own).unwrap();
    assert_eq!((mine.first, mine.last), (1, 100));
    let flood = extents.iter().find(|extent| extent.session != own).unwrap();
    assert!(flood.last == 4_000 && flood.first < 3_700, "{flood:?}");
    // Once it is over, nothing goes on.
    let before = world.sent.messages;
    world.run_for(Duration::from_secs(60));
    assert!(world.sent.messages - before <= 4, "{:?}", world.types);
}
