//! Single lies, and what each may cost.

use std::time::Duration;

use banter_protocol::{
    crypto::entry::{Entry, EntryContent, SignedEntry},
    ids::MessageId,
    log::{Content, Setting, keep::Storage},
    peer::{Extent, LogMessage},
};

use crate::{
    judge::assert_equal,
    node::ROOM,
    scenarios::room,
    world::World,
};

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
    for _ in 0..100 {
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
    assert!(log.extents().iter().any(|extent| extent.last == 102));
}
