//! Little memory, stores that fail, members who are slow: what is shown, claimed and asked for then.

use std::time::Duration;

use banter_protocol::{
    limits::Bounds,
    log::{Content, History, Setting, storing::Storage},
    peer::{Answer, LogMessage},
};

use crate::{
    judge::{are_equal, assert_equal, messages},
    node::{LITTLE, Node, Store},
    scenarios::{room, room_where_one_answers_nothing},
    world::World,
};

#[test]
fn whoever_stores_more_than_fits_in_memory_sees_the_newest_and_stores_all() {
    let mut world = room(2, Storage::Memory);
    world.say(0, &Content::Setting(Setting::Title("Old title".into())));
    for number in 0..1_000 {
        world.say_text(number % 2, &format!("message {number}"));
        world.run_for(Duration::from_millis(20));
    }
    world.run_for(Duration::from_secs(2));
    let newcomer = world.add(Node::new(7, Storage::Device, LITTLE, History::All));
    world.open(newcomer, 0);
    world.run_for(Duration::from_secs(10));
    let log = &world.nodes[newcomer].log;
    assert_eq!(log.extents(), world.nodes[0].log.extents());
    assert_eq!(world.nodes[newcomer].store.entries.len(), 1_001);
    let (held, seen) = (log.in_memory().0, messages(log));
    assert!(held <= 100 && seen.len() == held, "{held}, {}", seen.len());
    let all = messages(&world.nodes[0].log);
    assert!(seen.ends_with(&all[950..]), "the newest are not seen");
    assert_eq!(log.view().title(), Some("Old title"));
}

#[test]
fn whoever_has_nothing_of_their_own_in_memory_any_more_goes_on() {
    let mut world = World::new(8);
    let bounds = Bounds {
        bytes: 96 * 1024,
        ..LITTLE
    };
    world.add(Node::new(0, Storage::Memory, bounds, History::All));
    world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    world.say_text(0, &"x".repeat(40_000));
    world.run_for(Duration::from_secs(1));
    world.say_text(1, &"y".repeat(30_000));
    world.run_for(Duration::from_secs(1));
    let own = world.nodes[0].log.session();
    let extents = world.nodes[0].log.extents();
    assert!(extents.iter().all(|extent| extent.session != own));
    let said = world.say_text(0, "again").unwrap();
    assert_eq!(said.number, 2);
    world.run_for(Duration::from_secs(1));
    assert_eq!(messages(&world.nodes[1].log).len(), 3);
}

#[test]
fn after_its_store_failed_a_log_claims_what_is_in_memory_and_nothing_else() {
    let mut world = World::new(9);
    world.add(Node::new(0, Storage::Device, LITTLE, History::All));
    let say = |world: &mut World| {
        for number in 0..300 {
            world.say_text(0, &format!("message {number}"));
            world.run_for(Duration::from_millis(10));
        }
        world.run_for(Duration::from_secs(1));
    };
    say(&mut world);
    assert_eq!(world.nodes[0].log.extents()[0].first, 1);
    let now = world.now;
    world.nodes[0].log.handle_store_failed(now);
    world.carry_out(0);
    world.nodes[0].store = Store::default();
    for last in [300, 600] {
        let log = &world.nodes[0].log;
        let extent = log.extents()[0];
        let claimed = (extent.last - extent.first + 1) as usize;
        assert_eq!((extent.last, claimed), (last, log.in_memory().0));
        if last == 300 {
            say(&mut world);
        }
    }
    let newcomer = world.add(Node::usual(1, Storage::Memory));
    world.open_all();
    world.run_for(Duration::from_secs(5));
    assert_equal(&world, &[0, newcomer]);
}

#[test]
fn whoever_answers_little_by_little_holds_nobody_up() {
    let (mut world, newcomer) = room_where_one_answers_nothing(Storage::Device);
    world.run_for(Duration::from_millis(300));
    world.open(newcomer, 1);
    world.run_for(Duration::from_millis(700));
    // The newest first, as it was asked for; one each time right before it would count as silent.
    let said: Vec<_> = world.nodes[0].store.entries.values().cloned().collect();
    for entry in said.into_iter().rev().take(5) {
        let answer = Some(Answer { id: 1, done: false });
        let entries = vec![entry];
        let json = serde_json::to_string(&LogMessage::Entries { entries, answer }).unwrap();
        world.send_json(0, newcomer, json);
        world.run_for(Duration::from_millis(2_500));
    }
    assert!(are_equal(&world, &[1, newcomer]));
}
