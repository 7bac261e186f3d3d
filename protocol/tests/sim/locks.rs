//! Locked rooms, and who is left out of a new invite, with a server that wants strangers inside.

use banter_protocol::{crypto::Invite, engine::RoomIntent};

use crate::{
    chance::Chance,
    evil_server::{EvilServer, room},
    seeds::{assert_seeds, seeds},
    world::{Action, Event, World},
};

const STRANGER: usize = 3;

fn locked_room(seed: u64) -> World {
    let mut world = World::in_room(seed, 4, room());
    world.calm = true;
    for node in 0..STRANGER {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.act(&Action::Say(0));
    world.intent(0, RoomIntent::Lock(true));
    world.run(1_000);
    world
}

/// Nobody has told the stranger where they are, and the stranger has seen nobody and heard nothing.
fn assert_shut_out(world: &World) {
    let stranger = &world.nodes[STRANGER];
    assert!(stranger.peers.is_empty(), "{:?}", stranger.peers);
    assert!(stranger.shown.is_empty(), "{:?}", stranger.shown);
    let theirs = world
        .rtc
        .connections
        .iter()
        .filter(|it| it.node == STRANGER);
    assert!(
        theirs.clone().all(|it| it.remote.is_none()),
        "they were described"
    );
    for node in 0..STRANGER {
        let listed = &world.nodes[node].peers;
        let identity = stranger.identity.key();
        assert!(listed.iter().all(|it| it.identity != Some(identity)));
    }
}

fn assert_members_are_linked(world: &World) {
    for node in 0..STRANGER {
        for other in (0..STRANGER).filter(|&other| other != node) {
            let peer = world.nodes[other].me.unwrap();
            assert!(
                world.nodes[node].is_linked_to(peer),
                "{node} has lost {other}"
            );
        }
    }
}

/// Promise 16: who comes to a locked room is told so and gets nothing else; a member that reloads comes back to a locked room
/// and keeps it locked.
#[test]
fn a_locked_room_is_shut_for_strangers_and_open_for_members_who_reload() {
    for reloads in 0..STRANGER {
        let mut world = locked_room(21);
        world.act(&Action::OpenTab(STRANGER));
        world.run(10_000);
        assert!(world.nodes[STRANGER].notices.contains(&"room_locked"));
        assert_shut_out(&world);
        world.act(&Action::Reload(reloads));
        world.run(60_000);
        assert_shut_out(&world);
        assert_members_are_linked(&world);
        world.intent(0, RoomIntent::Lock(false));
        world.run(40_000);
        world.assert_whole_mesh();
    }
}

/// Promise 16: whatever the server does, nobody describes a connection to a stranger of a locked room.
#[test]
fn an_evil_server_gets_no_stranger_into_a_locked_room() {
    assert_seeds(seeds(60), |seed| {
        let mut chance = Chance::new(seed ^ 0x10c);
        let mut world = locked_room(seed);
        world.calm = false;
        world.evil = Some(EvilServer::well_read(seed, 1 + seed % 4, None));
        world.schedule(100, Event::Mischief);
        world.schedule(200, Event::Do(Action::OpenTab(STRANGER)));
        for _ in 0..6 {
            let (at, node) = (chance.within(500, 30_000), chance.index(4));
            let action = match chance.within(0, 3) {
                0 => Action::Reload(node),
                1 => Action::DropSocket(node),
                2 => Action::Zombie(node, (node + 1) % 4),
                _ => Action::Say(node % STRANGER),
            };
            world.schedule(at, Event::Do(action));
        }
        for _ in 0..35 {
            world.run(1_000);
            assert_shut_out(&world);
        }
        world.act(&Action::Calm);
        world.run(100_000);
        assert_shut_out(&world);
        assert_members_are_linked(&world);
    });
}

/// Promise 17: who is left out of a new invite sees nothing new, also on a server that puts the old room and the new one
/// together.
#[test]
fn who_is_left_out_of_a_new_invite_sees_nothing_new() {
    let mut world = World::in_room(31, 3, room());
    world.calm = true;
    for node in 0..3 {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.act(&Action::Say(0));
    world.run(1_000);
    let chosen = vec![world.nodes[1].me.unwrap()];
    let invite = Invite::generate([9; 16], [10; 32]);
    let left_out = &world.nodes[2];
    assert_eq!(left_out.shown.len(), 1);
    world.intent(0, RoomIntent::RenewInvite { invite, chosen });
    world.run(1_000);
    assert!(world.nodes[2].renewed.is_none() && world.nodes[2].moves.is_empty());
    // Who made it goes at once, who is chosen is asked.
    assert!(world.nodes[0].renewed.is_some() && world.nodes[1].renewed.is_none());
    world.follow(0);
    world.answer_move(1, 0, true);
    world.follow(1);
    for _ in 0..20 {
        world.run(5_000);
        world.act(&Action::Say(0));
        world.act(&Action::Say(1));
    }
    world.act(&Action::Reload(2));
    world.run(30_000);
    assert_eq!(world.nodes[1].shown.len(), 40);
    assert_eq!(
        world.nodes[2].shown.len(),
        1,
        "the left-out one has heard something"
    );
    assert!(world.nodes[2].peers.is_empty());
}
