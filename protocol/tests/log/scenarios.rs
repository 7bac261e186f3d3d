//! Named histories.

use std::time::Duration;

use banter_protocol::log::{keep::Storage, receipts::Reach};

use crate::{
    judge::{are_equal, assert_equal, messages},
    node::Node,
    world::World,
};

fn room(nodes: u64, storage: Storage) -> World {
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
        status.iter().all(|(_, reach)| *reach == Reach::Delivered),
        "{status:?}"
    );
    world.read(1, said);
    world.run_for(Duration::from_millis(300));
    let status = world.nodes[0].log.status(said.number);
    let read = status.iter().filter(|(_, reach)| *reach == Reach::Read);
    assert_eq!(read.count(), 1);
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
                    status.iter().all(|(_, reach)| *reach == Reach::Delivered),
                    "{status:?}"
                );
                world.read(1, one);
                world.run_for(Duration::from_millis(500));
                let status = world.nodes[0].log.status(one.number);
                assert!(
                    status.iter().any(|(_, reach)| *reach == Reach::Read),
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
    world.run_for(Duration::from_millis(60));
    world.run_for(Duration::from_secs(3));
    assert_equal(&world, &[0, 1, newcomer]);
}
