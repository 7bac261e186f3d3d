//! What people must be able to rely on, each by itself.

use std::collections::BTreeSet;

use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::ErrorCode,
};

use crate::{people::People, world::World};

const SEEDS: u64 = 60;

fn id(number: u128) -> PeerId {
    PeerId::from_random(number)
}

/// Three servers with three people each, all of whom know each other.
fn settled(seed: u64) -> (World, Vec<ServerId>) {
    let mut world = World::new(seed, 3);
    let servers: Vec<_> = world.nodes.keys().copied().collect();
    for number in 1..=9 {
        let server = servers[usize::try_from(number).unwrap() % 3];
        world.join(server, id(number), None);
        world.run(100);
    }
    world.run(5_000);
    world.assert_all_agree();
    assert_eq!(world.people.sockets.len(), 9);
    (world, servers)
}

fn away(world: &World) -> Vec<PeerId> {
    let persons = world.people.persons.iter();
    let away = persons.filter(|(_, person)| person.socket.is_none());
    away.map(|(peer, _)| *peer).collect()
}

#[test]
fn a_join_on_any_server_sees_everybody() {
    for seed in 1..=SEEDS {
        let (mut world, _) = settled(seed);
        world.bus.worst_lag = 200;
        let server = world.start_server();
        world.join(server, id(10), None);
        world.run(2_000);
        let newcomer = world
            .people
            .sockets
            .values()
            .find(|socket| socket.peer == id(10));
        let newcomer = newcomer.expect("let in within the time for answers");
        assert_eq!(newcomer.roster.len(), 9);
        assert_eq!(
            newcomer.joined_times, 0,
            "all of them in room_joined, seed {seed}"
        );
    }
}

/// Promise 76.
#[test]
fn a_server_that_dies_takes_its_own_people_and_nobody_else_within_15_s() {
    for seed in 1..=SEEDS {
        let (mut world, servers) = settled(seed);
        world.kill(servers[0]);
        let died = world.now;
        let gone: BTreeSet<_> = away(&world).into_iter().collect();
        assert_eq!(gone.len(), 3);
        world.run(15_000);
        world.assert_all_agree();
        let told: BTreeSet<_> = world.people.left.iter().map(|(_, _, peer)| *peer).collect();
        assert_eq!(told, gone);
        assert!(
            world
                .people
                .left
                .iter()
                .all(|(at, _, _)| *at > died + 5_000),
            "not at the first silence"
        );
        assert_eq!((world.people.sockets.len(), world.people.evicted), (6, 0));
    }
}

/// Promise 76.
#[test]
fn whoever_comes_back_elsewhere_in_time_was_never_away_for_the_others() {
    for seed in 1..=SEEDS {
        let (mut world, servers) = settled(seed);
        world.kill(servers[0]);
        for peer in away(&world) {
            let pause = world.chance.within(0, 1_500);
            world.run(pause);
            world.join_again(servers[1], peer);
        }
        world.run(2_000);
        assert_eq!(world.people.sockets.len(), 9);
        world.assert_all_are_reached();
        world.run(60_000);
        world.assert_all_agree();
        assert_eq!((world.people.sockets.len(), world.people.moved), (9, 3));
        assert_eq!(world.people.left, [], "seed {seed}");
        let untouched = world
            .people
            .sockets
            .values()
            .filter(|socket| socket.server == servers[2]);
        assert!(
            untouched
                .into_iter()
                .all(|socket| socket.joined_times + socket.roster.len() >= 8)
        );
    }
}

/// Promise 56, 76.
#[test]
fn a_rolling_restart_is_seen_by_nobody() {
    for seed in 1..=SEEDS {
        let (mut world, servers) = settled(seed);
        let joined = |world: &World| {
            world
                .people
                .sockets
                .values()
                .map(|it| it.joined_times)
                .sum::<usize>()
        };
        let before = joined(&world);
        for old in servers {
            world.drain(old);
            let pause = world.chance.within(0, 3_000);
            world.run(pause);
            world.start_server();
            for peer in away(&world) {
                let servers: Vec<_> = world.nodes.keys().copied().collect();
                let server = servers[world.chance.index(servers.len())];
                world.join_again(server, peer);
                let pause = world.chance.within(0, 3_000);
                world.run(pause);
            }
        }
        world.run(60_000);
        world.assert_all_agree();
        assert_eq!(world.people.sockets.len(), 9);
        assert_eq!(world.people.left, [], "seed {seed}");
        assert!(
            joined(&world) <= before,
            "seed {seed}: nobody was met twice"
        );
    }
}

#[test]
fn without_the_bus_rooms_go_on_by_themselves_and_merge_when_it_is_back() {
    for seed in 1..=SEEDS {
        let (mut world, servers) = settled(seed);
        world.bus.set_down(true, &mut world.chance.clone());
        world.run(12_000);
        for socket in world.people.sockets.values() {
            assert_eq!(socket.roster.len(), 2, "those of its own server");
        }
        world.join(servers[0], id(10), None);
        let lost = *world.people.sockets.keys().next_back().expect("sockets");
        world.lose(lost);
        world.bus.heal();
        world.run(60_000);
        world.assert_all_agree();
        for socket in world.people.sockets.values() {
            assert_eq!(socket.roster.len(), 8);
        }
    }
}

/// A short fault of the bus is nobody's business.
#[test]
fn a_bus_that_is_back_within_seconds_was_never_away() {
    for seed in 1..=SEEDS {
        let (mut world, _) = settled(seed);
        world.bus.set_down(true, &mut world.chance.clone());
        world.run(5_000);
        world.bus.heal();
        world.run(60_000);
        world.assert_all_agree();
        assert_eq!(world.people.left, [], "seed {seed}");
    }
}

/// Promise 49.
#[test]
fn nobody_takes_an_id_that_is_held_on_another_server() {
    for seed in 1..=SEEDS {
        let (mut world, servers) = settled(seed);
        for number in 1..=9 {
            for &server in &servers {
                world.join(server, id(number), None);
                world.join(server, id(number), Some(People::token(0)));
            }
        }
        world.run(5_000);
        assert_eq!(world.people.refused.get(&ErrorCode::PeerIdTaken), Some(&54));
        assert_eq!((world.people.evicted, world.people.left.len()), (0, 0));
        world.assert_all_agree();
    }
}

#[test]
fn two_at_once_with_one_id_on_two_servers_are_parted() {
    let mut parted = 0;
    for seed in 1..=SEEDS {
        let (mut world, servers) = settled(seed);
        world.join(servers[0], id(20), None);
        world.join(servers[1], id(20), None);
        world.run(20_000);
        world.assert_all_agree();
        assert_eq!(world.people.sockets.len(), 10);
        parted += world.people.evicted;
    }
    assert!(parted > 0);
}

/// How much is said, for whoever reckons with it.
#[test]
fn a_quiet_room_costs_a_digest_now_and_then() {
    let (mut world, _) = settled(1);
    let (published, delivered) = (world.bus.published, world.bus.delivered);
    world.run(300_000);
    let (published, delivered) = (
        world.bus.published - published,
        world.bus.delivered - delivered,
    );
    // Of each of three servers 150 signs and 10 digests, each to two others.
    assert_eq!((published, delivered), (3 * 160, 2 * 3 * 160));
}
