//! Random histories: whatever happens to links, pages and stores, all logs are equal once it stops.

use std::time::Duration;

use banter_protocol::log::{Content, EntryId, History, Setting, storing::Storage};

use crate::{
    chance::Chance,
    judge::{assert_equal, assert_stored},
    node::Node,
    seeds::{assert_seeds, seeds},
    world::World,
};

fn content(chance: &mut Chance, said: &[EntryId], number: u64) -> Content {
    let text = |what: &str| format!("{what} {number}").parse().unwrap();
    if said.is_empty() {
        return Content::ChatMessage {
            text: text("first"),
            reply_to: None,
        };
    }
    let target = said[chance.index(said.len())];
    match chance.within(0, 9) {
        0 => Content::Edit {
            target,
            text: text("edited"),
        },
        1 => Content::Delete {
            target,
            remains: None,
        },
        2 => Content::Reaction {
            target,
            emoji: if chance.one_in(2) { "👋" } else { "👍" }.into(),
            on: !chance.one_in(3),
        },
        3 => Content::Setting(Setting::Title(format!("Title {number}"))),
        4 => Content::Profile {
            name: format!("Name {number}"),
        },
        5 => Content::ChatMessage {
            text: text("answer"),
            reply_to: Some(target),
        },
        6 => Content::Setting(Setting::History(History::All)),
        _ => Content::ChatMessage {
            text: text("said"),
            reply_to: None,
        },
    }
}

fn storage(chance: &mut Chance) -> Storage {
    if chance.one_in(3) {
        Storage::Memory
    } else {
        Storage::Device
    }
}

pub fn play(seed: u64) {
    let mut chance = Chance::new(seed ^ 0xabcd);
    let mut world = World::new(seed);
    let nodes = chance.within(2, 6) as usize;
    for number in 0..nodes {
        let storage = storage(&mut chance);
        world.add(Node::usual(number as u64, storage));
    }
    // Some pairs never have a link, and all are linked through the first two.
    let mut apart = Vec::new();
    for one in 0..nodes {
        for other in one.max(1) + 1..nodes {
            if chance.one_in(4) {
                apart.push((one, other));
                if chance.one_in(2) {
                    world.strangers.extend([(one, other), (other, one)]);
                }
            }
        }
    }
    let hub_is_there = |one: usize, other: usize| one == 0 || other == 0;
    apart.retain(|(one, other)| !hub_is_there(*one, *other));
    let mut said = Vec::new();
    for number in 0..chance.within(15, 45) {
        let (one, other) = (
            chance.index(world.nodes.len()),
            chance.index(world.nodes.len()),
        );
        match chance.within(0, 19) {
            0 => world.restart(one, true),
            1 if chance.one_in(3) => world.restart(one, false),
            2 | 3 => world.close(one, other),
            4..=8 => {
                if !apart.contains(&(one.min(other), one.max(other))) && one != other {
                    world.open(one, other);
                }
            }
            9 if world.nodes.len() < nodes + 2 => {
                let storage = storage(&mut chance);
                let number = world.nodes.len() as u64;
                world.add(Node::usual(number, storage));
            }
            _ => {
                let content = content(&mut chance, &said, number);
                said.extend(world.say(one, &content));
            }
        }
        let pause = if chance.one_in(8) { 5_000 } else { 400 };
        world.run_for(Duration::from_millis(chance.within(0, pause)));
    }
    for one in 0..world.nodes.len() {
        for other in one + 1..world.nodes.len() {
            if !apart.contains(&(one, other)) {
                world.open(one, other);
            }
        }
    }
    world.run_for(Duration::from_secs(120));
    let all: Vec<_> = (0..world.nodes.len()).collect();
    assert_equal(&world, &all);
    for node in &world.nodes {
        if node.storage == Storage::Device {
            assert_stored(node);
        }
        let own = node.log.session();
        let stored = node
            .store
            .entries
            .keys()
            .filter(|(session, _)| *session == own);
        if let Some((_, last)) = stored.max() {
            let extents = world.nodes[0].log.extents();
            let extent = extents.iter().find(|extent| extent.session == own).unwrap();
            assert_eq!(
                (extent.first, extent.last),
                (1, *last),
                "something kept was lost"
            );
        }
    }
}

#[test]
fn all_logs_are_equal_once_faults_have_stopped() {
    assert_seeds(seeds(120), play);
}
