//! What is in a store, and what is told to it.

use std::{collections::BTreeSet, time::Duration};

use banter_protocol::{
    crypto::{Identity, Session, SignedCard},
    ids::PeerId,
    limits::{self, Bounds},
    log::{Content, History, Setting, storing::Storage},
    peer::LogMessage,
};

use crate::{
    judge::{assert_equal, assert_stored, messages},
    node::{LITTLE, Node, ROOM, seed},
    world::World,
};

#[test]
fn what_was_before_a_hole_that_nobody_fills_leaves_the_store() {
    let mut world = World::new(11);
    world.add(Node::usual(0, Storage::Device));
    world.add(Node::new(1, Storage::Memory, LITTLE, History::All));
    world.open_all();
    for number in 0..30 {
        world.say_text(1, &format!("early {number}"));
    }
    world.run_for(Duration::from_secs(1));
    world.close(0, 1);
    for number in 0..300 {
        world.say_text(1, &format!("late {number}"));
    }
    world.run_for(Duration::from_secs(1));
    world.open(0, 1);
    world.run_for(Duration::from_secs(10));
    let theirs = world.nodes[1].log.session();
    let extents = world.nodes[0].log.extents();
    let held = extents.iter().find(|it| it.session == theirs).unwrap();
    assert!(held.first > 200 && held.last == 330, "{held:?}");
    assert_stored(&world.nodes[0]);
    world.restart(0, true);
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.nodes[0].log.extents(), extents);
}

#[test]
fn a_full_store_costs_who_says_long_things_and_not_who_says_many() {
    let mut world = World::new(13);
    world.add(Node::usual(0, Storage::Device));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    for number in 0..300 {
        world.say_text(0, &format!("mine {number}"));
    }
    for _ in 0..100 {
        world.say_text(1, &"flood".repeat(3_000));
        world.run_for(Duration::from_millis(50));
    }
    world.run_for(Duration::from_secs(5));
    world.restart(0, true);
    let before = world.nodes[0].log.stored();
    assert_eq!(before.entries, 400);
    let now = world.now;
    world.nodes[0].log.handle_store_full(now);
    world.carry_out(0);
    world.run_for(Duration::from_secs(1));
    let own = world.nodes[0].log.session();
    let extents = world.nodes[0].log.extents();
    assert!(extents.iter().any(|it| it.session == own && it.first == 1));
    assert!(world.nodes[0].log.stored().bytes <= before.bytes - before.bytes / 20);
    assert_stored(&world.nodes[0]);
}

#[test]
fn what_a_store_has_lost_is_asked_of_it_once_and_then_of_others() {
    for has_other in [false, true] {
        let mut world = World::new(14);
        world.add(Node::new(0, Storage::Device, LITTLE, History::All));
        world.add(Node::usual(1, Storage::Memory));
        if has_other {
            world.open_all();
        }
        for number in 0..500 {
            world.say_text(0, &format!("message {number}"));
            world.run_for(Duration::from_millis(10));
        }
        world.run_for(Duration::from_secs(5));
        let own = world.nodes[0].log.session();
        let entries = &mut world.nodes[0].store.entries;
        entries.retain(|(_, number), _| *number > 150 && *number != 200);
        let newcomer = world.add(Node::usual(2, Storage::Device));
        world.open(newcomer, 0);
        world.run_for(Duration::from_secs(60));
        let extents = world.nodes[0].log.extents();
        let kept = extents.iter().find(|it| it.session == own).unwrap();
        assert_eq!(world.nodes[newcomer].log.extents(), extents);
        assert_eq!(kept.first, if has_other { 1 } else { 201 });
        assert!(world.loads < 20, "{} pages", world.loads);
        assert_stored(&world.nodes[0]);
    }
}

#[test]
fn who_pages_back_sees_all_little_by_little_and_the_newest_all_the_time() {
    let mut world = World::new(15);
    let bounds = Bounds {
        messages: 250,
        ..LITTLE
    };
    world.add(Node::new(0, Storage::Device, bounds, History::All));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    for number in 0..1_000 {
        world.say_text(number % 2, &format!("message {number}"));
        world.run_for(Duration::from_millis(20));
    }
    world.run_for(Duration::from_secs(2));
    let all = messages(&world.nodes[1].log);
    let mut seen = BTreeSet::new();
    for _ in 0..30 {
        let log = &world.nodes[0].log;
        let now = messages(log);
        assert!(log.in_memory().0 <= 250, "{:?}", log.in_memory());
        assert!(now.ends_with(&all[980..]), "the newest are not seen");
        seen.extend(now.into_iter().map(|message| message.place));
        world.nodes[0].log.load_earlier();
        world.carry_out(0);
        world.run_for(Duration::from_millis(100));
    }
    assert_eq!(seen.len(), 1_000);
    // To whom the oldest were said is known again, and of those that made room it is not held.
    let first = messages(&world.nodes[0].log)[0].place;
    assert_eq!(first.session, world.nodes[0].log.session());
    assert_eq!(world.nodes[0].log.status(first.number).len(), 1);
    assert!(world.nodes[0].log.status(first.number + 400).is_empty());
    assert!(world.nodes[0].log.has_gap());
    for number in 0..50 {
        world.say_text(1, &format!("later {number}"));
        world.run_for(Duration::from_millis(20));
    }
    world.run_for(Duration::from_secs(1));
    let now = world.now;
    world.nodes[0].log.leave_earlier(now);
    world.carry_out(0);
    let log = &world.nodes[0].log;
    assert!(!log.has_gap() && log.in_memory().0 <= 250);
    let (now, all) = (messages(log), messages(&world.nodes[1].log));
    assert!(now.ends_with(&all[950..]), "the newest are not seen");
    assert_equal_extents(&world);
    assert_stored(&world.nodes[0]);
}

fn assert_equal_extents(world: &World) {
    let extents = world.nodes[0].log.extents();
    assert_eq!(extents, world.nodes[1].log.extents());
}

#[test]
fn what_was_set_long_ago_still_counts_after_a_restart() {
    let mut world = World::new(16);
    world.add(Node::new(0, Storage::Device, LITTLE, History::Joined));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    world.say(1, &Content::Setting(Setting::Title("Old title".into())));
    world.say(1, &Content::Setting(Setting::Title("Title".into())));
    world.say(1, &Content::Setting(Setting::History(History::All)));
    let name = "Ada".into();
    world.say(1, &Content::Profile { name });
    for number in 0..300 {
        world.say_text(number % 2, &format!("message {number}"));
        world.run_for(Duration::from_millis(20));
    }
    world.run_for(Duration::from_secs(2));
    let ada = world.nodes[1].identity.key();
    world.restart(0, true);
    let view = world.nodes[0].log.view();
    assert_eq!(view.title(), Some("Title"));
    assert_eq!(view.history(), Some(History::All));
    assert_eq!(view.name(&ada), Some("Ada"));
    // And a newcomer gets what was said before.
    let newcomer = world.add(Node::usual(2, Storage::Memory));
    world.open(newcomer, 0);
    world.run_for(Duration::from_secs(20));
    assert_eq!(messages(&world.nodes[newcomer].log).len(), 300);
}

/// log.md: the text of a deleted message is dropped from memory and storage, and the chain keeps its hash.
#[test]
fn what_was_deleted_is_nowhere_and_the_log_goes_on_without_it() {
    let mut world = World::new(17);
    world.add(Node::usual(0, Storage::Device));
    world.add(Node::new(1, Storage::Device, LITTLE, History::All));
    world.add(Node::usual(2, Storage::Memory));
    world.open_all();
    let first = world.say_text(0, "a secret").unwrap();
    for number in 0..300 {
        world.say_text(number % 3, &format!("message {number}"));
        world.run_for(Duration::from_millis(20));
    }
    let text = "another secret".parse().unwrap();
    let target = first;
    let edit = world.say(0, &Content::Edit { target, text }).unwrap();
    world.run_for(Duration::from_secs(2));
    // Nobody but its author can.
    let delete = |target| Content::Delete {
        target,
        remains: None,
    };
    world.say(2, &delete(first));
    world.run_for(Duration::from_secs(2));
    assert!(world.nodes[0].store.has_text("a secret"));
    let message = |world: &World, node: usize| messages(&world.nodes[node].log)[0].clone();
    assert!(message(&world, 0).text.is_some());
    for target in [first, edit] {
        world.say(0, &delete(target));
    }
    world.run_for(Duration::from_secs(5));
    for node in 0..2 {
        assert!(!world.nodes[node].store.has_text("secret"), "{node}");
        assert_stored(&world.nodes[node]);
    }
    assert_eq!(message(&world, 2).text, None);
    assert_equal(&world, &[0, 2]);
    // Who has only what is left hands it over, and goes on after a restart.
    world.close(0, 1);
    world.close(0, 2);
    let newcomer = world.add(Node::usual(3, Storage::Device));
    world.open(newcomer, 1);
    world.run_for(Duration::from_secs(20));
    assert_equal(&world, &[0, 2, newcomer]);
    assert!(!world.nodes[newcomer].store.has_text("secret"));
    world.restart(newcomer, true);
    world.restart(0, true);
    world.run_for(Duration::from_secs(1));
    world.say_text(0, "after");
    world.open_all();
    world.run_for(Duration::from_secs(10));
    let extents = world.nodes[0].log.extents();
    assert!((1..4).all(|node| world.nodes[node].log.extents() == extents));
    assert!(world.forks_found.is_empty());
}

/// Cards of so many sessions, each of a person of its own.
pub fn tell_sessions(world: &mut World, from: usize, to: usize, sessions: std::ops::Range<u64>) {
    let name = "Mallory".parse().unwrap();
    let cards: Vec<_> = sessions
        .map(|number| {
            let identity = Identity::from_seed(&seed(5, number));
            let session = Session::from_seed(&seed(6, number));
            let peer = PeerId::from_random(u128::from(number) + 100);
            SignedCard::sign(peer, &name, &identity, &session, &ROOM)
        })
        .collect();
    for cards in cards.chunks(limits::CARDS) {
        let cards = cards.to_vec();
        let json = serde_json::to_string(&LogMessage::Cards { cards }).unwrap();
        world.send_json(from, to, json);
        world.run_for(Duration::from_secs(4));
    }
}

#[test]
fn a_session_that_makes_room_leaves_the_store_with_all_that_it_said() {
    let mut world = World::new(12);
    world.add(Node::usual(0, Storage::Device));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    tell_sessions(&mut world, 1, 0, 0..1_100);
    let cards = world.nodes[0].store.restored().cards.len();
    assert!(cards < limits::SESSIONS, "{cards}");
    assert_stored(&world.nodes[0]);
}
