//! Single lies, and what each may cost.

use std::time::Duration;

use banter_protocol::{
    crypto::entry::{Entry, EntryContent, SignedEntry},
    ids::MessageId,
    log::{Content, Setting, storing::Storage},
    peer::{Extent, LogMessage},
};

use crate::{judge::assert_equal, node::ROOM, scenarios::room, world::World};

/// The first entry of a node's session, a setting with this Lamport time.
fn first_entry(world: &World, node: usize, lamport: u64, title: &str) -> SignedEntry {
    let id = MessageId::from_random(u128::from(lamport) << 64);
    let it = &world.nodes[node];
    let entry = Entry {
        author: it.identity.key(),
        session: it.session.key(),
        number: 1,
        previous: None,
        lamport,
        time: world.now,
        content: EntryContent::Unknown {
            kind: "setting".into(),
            content: serde_json::json!({"id": id, "name": "title", "value": title}),
        },
    };
    SignedEntry::sign(&entry, &it.session, &ROOM)
}

fn say(world: &mut World, from: usize, to: usize, message: &LogMessage) {
    world.send_json(from, to, serde_json::to_string(message).unwrap());
}

#[test]
fn a_lamport_time_far_ahead_pins_nothing_and_ends_no_talk() {
    let mut world = room(3, Storage::Device);
    let ahead = |world: &World| world.now.as_millis() + 24 * 60 * 60 * 1_000;
    for (is_far, expected) in [(true, None), (false, Some("lie"))] {
        let lamport = if is_far { 1 << 52 } else { ahead(&world) };
        let entries = vec![first_entry(&world, 2, lamport, "lie")];
        let answer = None;
        let message = LogMessage::Entries { entries, answer };
        for to in 0..2 {
            say(&mut world, 2, to, &message);
        }
        world.run_for(Duration::from_secs(1));
        for node in 0..2 {
            assert_eq!(world.nodes[node].log.view().title(), expected);
        }
    }
    world.say(0, &Content::Setting(Setting::Title("Title".into())));
    for _ in 0..40 {
        world.say_text(0, "at once");
    }
    world.run_for(Duration::from_secs(1));
    world.restart(0, true);
    world.say_text(0, "after").unwrap();
    world.open_all();
    world.run_for(Duration::from_secs(5));
    assert_equal(&world, &[0, 1]);
    let log = &world.nodes[1].log;
    assert_eq!(log.view().title(), Some("Title"));
    assert!(!log.is_frozen(&world.nodes[0].log.session()));
    assert!(log.extents().iter().any(|extent| extent.last == 42));
}

#[test]
fn whoever_claims_another_hash_is_shown_the_entry_once_and_not_without_bound() {
    let mut world = room(2, Storage::Memory);
    world.say_text(0, &"x".repeat(40_000));
    world.run_for(Duration::from_secs(1));
    let session = world.nodes[0].log.session();
    let mut caused = |hash: fn(u8) -> u8| {
        let (before, mut lied) = (world.sent.bytes, 0);
        for number in 0..100 {
            let extent = Extent {
                session,
                first: 1,
                last: 1,
                hash: [hash(number); 32],
            };
            let sessions = vec![extent.told()];
            let json = serde_json::to_string(&LogMessage::Have { sessions }).unwrap();
            lied += json.len() as u64;
            world.send_json(1, 0, json);
            world.run_for(Duration::from_millis(10));
        }
        world.run_for(Duration::from_secs(1));
        world.sent.bytes - before - lied
    };
    let (same, different) = (caused(|_| 0), caused(|number| number));
    assert!(same < 100 * 1024, "{same} bytes for one lie");
    assert!(different < 800 * 1024, "{different} bytes for a hundred");
}

#[test]
fn a_proof_goes_through_the_room_and_not_from_each_to_each() {
    let mut world = room(10, Storage::Memory);
    for (to, title) in [(0, "yes"), (1, "no")] {
        let entries = vec![first_entry(&world, 9, 5, title)];
        let answer = None;
        let message = LogMessage::Entries { entries, answer };
        say(&mut world, 9, to, &message);
    }
    world.run_for(Duration::from_secs(30));
    let session = world.nodes[9].log.session();
    for node in 0..9 {
        assert!(world.nodes[node].log.is_frozen(&session), "{node}");
    }
    let proofs = world.types["fork"];
    assert!(proofs <= 40, "{proofs} proofs");
}
