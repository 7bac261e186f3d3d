//! Named histories.

use std::time::Duration;

use banter_protocol::{
    crypto::entry::{Entry, EntryContent, SignedEntry},
    ids::MessageId,
    limits::{self, Bounds},
    log::{Content, History, Setting, receipts::ReceiptState, storing::Storage},
    peer::LogMessage,
};

use crate::{
    judge::{are_equal, assert_equal, messages},
    node::{Node, ROOM},
    world::World,
};

pub fn room(nodes: u64, storage: Storage) -> World {
    let mut world = World::new(1);
    for number in 0..nodes {
        world.add(Node::usual(number, storage));
    }
    world.open_all();
    world.run_for(Duration::from_secs(1));
    world
}

#[test]
fn what_is_said_is_everywhere_at_once_and_is_acknowledged() {
    let mut world = room(3, Storage::Device);
    let said = world.say_text(0, "hello").unwrap();
    world.run_for(Duration::from_millis(300));
    assert_equal(&world, &[0, 1, 2]);
    assert_eq!(messages(&world.nodes[2].log).len(), 1);
    let status = world.nodes[0].log.status(said.number);
    assert!(
        status
            .iter()
            .all(|(_, reach)| *reach == ReceiptState::Delivered),
        "{status:?}"
    );
    world.read(1, said);
    world.run_for(Duration::from_millis(300));
    let status = world.nodes[0].log.status(said.number);
    let read = status
        .iter()
        .filter(|(_, reach)| *reach == ReceiptState::Read);
    assert_eq!(read.count(), 1);
    world.run_for(Duration::from_secs(1));
    world.restart(0, true);
    world.run_for(Duration::from_millis(100));
    assert_eq!(world.nodes[0].log.status(said.number), status);
}

#[test]
fn a_pair_without_a_link_hears_each_other_through_a_third_within_a_second() {
    for knows in [true, false] {
        let mut world = room(3, Storage::Memory);
        world.close(0, 1);
        if !knows {
            world.strangers = vec![(0, 1), (1, 0)];
        }
        world.tell_members();
        world.run_for(Duration::from_secs(5));
        for _ in 0..3 {
            let one = world.say_text(0, "hello").unwrap();
            world.say_text(1, "hello").unwrap();
            let within = if knows { 1_000 } else { 4_000 };
            world.run_for(Duration::from_millis(within));
            assert!(are_equal(&world, &[0, 1, 2]), "knows: {knows}");
            if knows {
                let status = world.nodes[0].log.status(one.number);
                assert!(
                    status
                        .iter()
                        .all(|(_, reach)| *reach == ReceiptState::Delivered),
                    "{status:?}"
                );
                world.read(1, one);
                world.run_for(Duration::from_millis(500));
                let status = world.nodes[0].log.status(one.number);
                assert!(
                    status.iter().any(|(_, reach)| *reach == ReceiptState::Read),
                    "{status:?}"
                );
            }
        }
        assert_equal(&world, &[0, 1, 2]);
    }
}

#[test]
fn a_newcomer_gets_all_and_the_newest_first() {
    let mut world = room(2, Storage::Memory);
    for number in 0..1_000 {
        world.say_text(number % 2, &format!("message {number}"));
        world.run_for(Duration::from_millis(20));
    }
    world.run_for(Duration::from_secs(2));
    let newcomer = world.add(Node::usual(7, Storage::Memory));
    world.open(newcomer, 0);
    let seen = |world: &World| messages(&world.nodes[newcomer].log);
    for _ in 0..1_000 {
        if seen(&world).is_empty() {
            world.run_for(Duration::from_millis(1));
        }
    }
    // A screenful of the newest, and nothing else.
    let (first, all) = (seen(&world), messages(&world.nodes[0].log));
    assert!((50..=100).contains(&first.len()), "{}", first.len());
    assert!(all.ends_with(&first), "not the newest");
    world.run_for(Duration::from_secs(3));
    assert_equal(&world, &[0, 1, newcomer]);
}

#[test]
fn what_is_only_in_the_store_is_handed_over_and_shown_after_a_restart() {
    let mut world = World::new(3);
    let bounds = Bounds {
        messages: 100,
        bytes: 1024 * 1024,
        shares: 10,
    };
    world.add(Node::new(0, Storage::Device, bounds, History::All));
    for number in 0..1_000 {
        world.say_text(0, &format!("message {number}"));
        world.run_for(Duration::from_millis(10));
    }
    world.run_for(Duration::from_secs(1));
    assert!((80..=100).contains(&world.nodes[0].log.in_memory().0));
    world.restart(0, true);
    world.run_for(Duration::from_secs(1));
    assert_eq!(messages(&world.nodes[0].log).len(), 50);
    let newcomer = world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    world.run_for(Duration::from_secs(5));
    assert_eq!(messages(&world.nodes[newcomer].log).len(), 1_000);
    world.say_text(0, "after");
    world.say_text(newcomer, "after");
    world.run_for(Duration::from_secs(2));
    assert!(are_equal(&world, &[0, newcomer]));
}

#[test]
fn with_joined_nobody_gets_what_was_said_before_they_were_seen_until_all_is_set() {
    let mut world = World::new(4);
    for number in 0..2 {
        world.add(Node::new(
            number,
            Storage::Device,
            limits::LOG_IN_MEMORY,
            History::Joined,
        ));
    }
    world.open_all();
    world.run_for(Duration::from_secs(1));
    for number in 0..10 {
        world.say_text(number % 2, "before");
        world.run_for(Duration::from_millis(300));
    }
    let newcomer = world.add(Node::new(
        2,
        Storage::Device,
        limits::LOG_IN_MEMORY,
        History::Joined,
    ));
    world.open_all();
    world.run_for(Duration::from_secs(30));
    assert_eq!(messages(&world.nodes[newcomer].log).len(), 0);
    world.say_text(0, "after");
    world.say_text(1, "after");
    world.run_for(Duration::from_secs(30));
    assert_eq!(messages(&world.nodes[newcomer].log).len(), 2);
    // They come back, and are the same person.
    world.restart(newcomer, true);
    world.restart(0, true);
    world.open_all();
    world.run_for(Duration::from_secs(30));
    assert_eq!(messages(&world.nodes[newcomer].log).len(), 2);
    world.say(1, &Content::Setting(Setting::History(History::All)));
    world.run_for(Duration::from_secs(60));
    assert_equal(&world, &[0, 1, newcomer]);
    assert_eq!(messages(&world.nodes[newcomer].log).len(), 12);
}

#[test]
fn a_store_that_fails_keeps_nobody_silent() {
    let mut world = room(2, Storage::Device);
    let now = world.now;
    let said = world.say_text(0, "hello").unwrap();
    assert!(!world.nodes[0].log.is_sent(said.number));
    world.nodes[0].log.handle_store_failed(now);
    world.carry_out(0);
    assert!(world.nodes[0].log.is_sent(said.number));
    world.run_for(Duration::from_secs(1));
    assert_equal(&world, &[0, 1]);
}

/// A room of two in which something was said, and a newcomer who is linked with the first alone, and in vain.
pub fn room_where_one_answers_nothing(storage: Storage) -> (World, usize) {
    let mut world = room(2, storage);
    for _ in 0..20 {
        world.say_text(0, "hello");
    }
    world.run_for(Duration::from_secs(2));
    let newcomer = world.add(Node::usual(2, Storage::Memory));
    world.mute(0, newcomer);
    world.open(newcomer, 0);
    (world, newcomer)
}

#[test]
fn whoever_is_silent_is_passed_over_for_another() {
    let (mut world, newcomer) = room_where_one_answers_nothing(Storage::Memory);
    world.run_for(Duration::from_millis(100));
    world.open(newcomer, 1);
    world.run_for(Duration::from_secs(5));
    assert!(are_equal(&world, &[1, newcomer]));
}

#[test]
fn two_things_in_one_place_freeze_a_session_everywhere() {
    let mut world = room(4, Storage::Memory);
    world.close(1, 2);
    world.say_text(3, "one");
    world.run_for(Duration::from_secs(1));
    let session = world.nodes[3].log.session();
    for (node, text) in [(0, "yes"), (1, "no")] {
        let entry = second_entry(&world, 3, text);
        let entries = vec![entry];
        let message = LogMessage::Entries {
            entries,
            answer: None,
        };
        world.send_json(3, node, serde_json::to_string(&message).unwrap());
    }
    world.run_for(Duration::from_secs(20));
    for node in 0..3 {
        assert!(world.nodes[node].log.is_frozen(&session), "{node}");
    }
    let found = world
        .forks_found
        .iter()
        .filter(|it| **it == world.nodes[3].identity.key());
    assert!(found.count() >= 3);
}

/// Another entry in the second place of a session.
fn second_entry(world: &World, node: usize, text: &str) -> SignedEntry {
    let it = &world.nodes[node];
    let extents = it.log.extents();
    let own = extents
        .iter()
        .find(|extent| extent.session == it.session.key())
        .unwrap();
    let entry = Entry {
        author: it.identity.key(),
        session: it.session.key(),
        number: 2,
        previous: Some(own.hash),
        lamport: 9,
        time: world.now,
        content: EntryContent::ChatMessage {
            id: MessageId::from_random(9),
            text: text.parse().unwrap(),
        },
    };
    SignedEntry::sign(&entry, &it.session, &ROOM)
}

#[test]
fn a_store_is_bounded_and_a_flood_costs_its_author() {
    let mut world = World::new(6);
    let bounds = Bounds {
        messages: 200,
        bytes: 1024 * 1024,
        shares: 10,
    };
    world.add(Node::new(0, Storage::Device, bounds, History::All));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    for number in 0..300 {
        world.say_text(0, &format!("mine {number}"));
    }
    world.run_for(Duration::from_secs(1));
    // The first node's store holds 6,000 (four times 1,500).
    for number in 0..7_000 {
        world.say_text(1, "flood");
        if number % 200 == 0 {
            world.run_for(Duration::from_millis(100));
        }
    }
    world.run_for(Duration::from_secs(20));
    let own = world.nodes[0].log.session();
    let entries = &world.nodes[0].store.entries;
    assert!(entries.len() <= 6_000, "{}", entries.len());
    assert_eq!(
        entries
            .keys()
            .filter(|(session, _)| *session == own)
            .count(),
        300
    );
    let now = world.now;
    world.nodes[0].log.handle_store_full(now);
    world.run_for(Duration::from_secs(1));
    assert!(world.nodes[0].store.entries.len() <= 5_700);
}

#[test]
fn who_says_something_right_after_a_restart_says_it_after_all_that_was_said() {
    let mut world = room(2, Storage::Device);
    for number in 0..20 {
        world.say_text(number % 2, "before");
        world.run_for(Duration::from_millis(200));
    }
    world.restart(1, true);
    let said = world.say_text(1, "after").unwrap();
    world.open_all();
    world.run_for(Duration::from_secs(5));
    assert_equal(&world, &[0, 1]);
    let last = messages(&world.nodes[0].log).pop().unwrap();
    assert_eq!(last.place.id(), said);
}
