//! Whoever was away is told where something may be missing, and only then.

use crate::world::{Action, World};

fn room_of(people: usize) -> World {
    let mut world = World::new(8, people);
    world.calm = true;
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(15_000);
    world.assert_whole_mesh();
    world
}

/// No packet of this node's goes anywhere, as on a machine that sleeps.
fn send_away(world: &mut World, node: usize) {
    world.cut_off.push(node);
    world.act(&Action::DropSocket(node));
    for other in (0..world.nodes.len()).filter(|&other| other != node) {
        world.act(&Action::Split(node, other));
    }
}

fn bring_back(world: &mut World) {
    world.cut_off.clear();
    world.heal_all();
    world.run(40_000);
    world.assert_whole_mesh();
}

#[test]
fn who_comes_back_after_their_seat_was_given_up_sees_where_something_may_be_missing() {
    let mut world = room_of(3);
    world.act(&Action::Say(0));
    world.run(1_000);
    let before = world.nodes[2].shown[0].clone();
    let left_at = world.now;
    send_away(&mut world, 2);
    world.run(20_000);
    // Their seat is still theirs, and this is kept for them.
    world.act(&Action::Say(0));
    world.run(60_000);
    world.act(&Action::Say(1));
    bring_back(&mut world);
    let node = &world.nodes[2];
    let [gap] = &*node.gaps else {
        panic!("one gap, not {:?}", node.gaps)
    };
    assert_eq!(gap.after, Some((before.from, before.id)));
    let (from, to) = (gap.from.as_millis(), gap.to.as_millis());
    assert!(
        left_at - 15_000 <= from && from <= left_at + 1_000,
        "{from}"
    );
    assert!(left_at + 80_000 <= to && to <= left_at + 120_000, "{to}");
    assert_eq!(node.shown.len(), 2, "what was kept for them arrived");
    assert!(world.nodes[0].gaps.is_empty() && world.nodes[1].gaps.is_empty());

    let gaps = world.nodes[2].gaps.clone();
    world.act(&Action::Reload(2));
    world.run(5_000);
    assert_eq!(world.nodes[2].gaps, gaps, "a reload shows the same");
}

#[test]
fn who_is_away_for_less_than_their_seat_is_kept_gets_everything_and_sees_no_gap() {
    let mut world = room_of(3);
    send_away(&mut world, 2);
    for _ in 0..5 {
        world.run(6_000);
        world.act(&Action::Say(0));
        world.act(&Action::Say(1));
    }
    bring_back(&mut world);
    assert_eq!(world.nodes[2].shown.len(), 10);
    assert!(world.nodes[2].gaps.is_empty());
}

#[test]
fn where_nobody_else_was_there_was_nothing_to_miss() {
    let mut world = room_of(1);
    send_away(&mut world, 0);
    world.run(300_000);
    bring_back(&mut world);
    assert!(world.nodes[0].gaps.is_empty());
}

#[test]
fn while_people_are_linked_a_server_that_is_away_makes_no_gap() {
    let mut world = room_of(3);
    world.act(&Action::ServerDown);
    world.run(300_000);
    world.act(&Action::Say(0));
    world.act(&Action::ServerUp);
    world.run(60_000);
    world.assert_whole_mesh();
    world.assert_nothing_lost();
    assert!(world.nodes.iter().all(|node| node.gaps.is_empty()));
}

/// A reload of a few seconds is no absence, and what is said meanwhile arrives.
#[test]
fn what_is_said_while_a_page_reloads_reaches_it() {
    let mut world = room_of(2);
    world.act(&Action::Reload(1));
    world.run(20);
    for _ in 0..3 {
        world.act(&Action::Say(0));
    }
    world.run(5_000);
    assert_eq!(world.nodes[1].shown.len(), 3);
    assert!(world.nodes[1].gaps.is_empty());
}
