//! How people reach each other: with which servers, on which way, and what they are told of it.

use banter_protocol::{
    crypto::Invite,
    engine::{Arriving, Input, Intent, LinkPath, LinkState, Obstacle, PathPolicy},
    signaling::IceServer,
};

use crate::{
    seeds::{assert_seeds, seeds},
    world::{Action, World},
};

/// A TURN server with credentials of the `nth` kind.
pub fn turn(nth: u32) -> IceServer {
    IceServer {
        urls: vec!["turn:turn.example.org:3478?transport=udp".to_owned()],
        username: Some(format!("{nth}:x")),
        credential: Some("c2VjcmV0".to_owned()),
    }
}

/// Everybody in a calm room whose server offers these.
fn room_of(people: usize, ice_servers: Vec<IceServer>) -> World {
    room_by(7, people, ice_servers)
}

/// The same by another seed: somebody else leads, and answers take another time.
pub fn room_by(seed: u64, people: usize, ice_servers: Vec<IceServer>) -> World {
    let mut world = World::new(seed, people);
    world.calm = true;
    world.offer_ice_servers(ice_servers);
    for node in 0..people {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.assert_whole_mesh();
    world
}

/// Promise 92, the client's part: credentials that run out in the middle of a call are renewed before the next connection needs
/// them.
#[test]
fn every_new_connection_is_made_with_the_newest_servers() {
    let mut world = room_of(3, vec![turn(1)]);
    let made = world.rtc.connections.len();
    let connections = &world.rtc.connections;
    assert!(
        connections
            .iter()
            .all(|it| *it.settings.ice_servers == [turn(1)])
    );

    world.offer_ice_servers(vec![turn(2)]);
    world.run(10_000);
    assert_eq!(world.rtc.connections.len(), made, "what works stays");

    // A repair, by both sides, and somebody who comes back.
    world.act(&Action::Zombie(0, 1));
    world.run(15_000);
    world.act(&Action::Reload(2));
    world.run(5_000);
    world.assert_whole_mesh();
    let newer = &world.rtc.connections[made..];
    assert!(newer.len() >= 6);
    assert!(newer.iter().all(|it| *it.settings.ice_servers == [turn(2)]));

    // A server that was restarted tells it in its `room_joined`.
    world.act(&Action::ServerDown);
    world.act(&Action::ServerUp);
    world.offer_ice_servers(vec![turn(3)]);
    world.run(35_000);
    let made = world.rtc.connections.len();
    world.act(&Action::Zombie(0, 1));
    world.run(15_000);
    world.assert_whole_mesh();
    let newer = &world.rtc.connections[made..];
    assert!(!newer.is_empty() && newer.iter().all(|it| *it.settings.ice_servers == [turn(3)]));
}

/// The way to somebody, as a node shows it.
pub fn path(world: &World, node: usize, other: usize) -> Option<LinkPath> {
    let peer = world.nodes[other].me.unwrap();
    let mut peers = world.nodes[node].peers.iter();
    peers.find(|it| it.id == peer).and_then(|it| it.path)
}

#[test]
fn both_ends_of_a_link_show_its_way_also_when_it_changes() {
    let mut world = World::new(7, 3);
    world.calm = true;
    world.walls.push((0, 2));
    world.offer_ice_servers(vec![turn(1)]);
    for node in 0..3 {
        world.act(&Action::OpenTab(node));
    }
    world.run(4_000);
    world.assert_whole_mesh();
    for (a, b, way) in [
        (0, 1, LinkPath::Direct),
        (1, 2, LinkPath::Direct),
        (0, 2, LinkPath::Relayed),
    ] {
        assert_eq!(path(&world, a, b), Some(way), "{a} to {b}");
        assert_eq!(path(&world, b, a), Some(way), "{b} to {a}");
    }

    // ICE finds a better way later on, and a link that is silent has none.
    world.walls.clear();
    world.run(31_000);
    assert_eq!(path(&world, 0, 2), Some(LinkPath::Direct));
    world.act(&Action::Split(0, 2));
    world.run(15_000);
    assert_eq!(path(&world, 0, 2), None);
}

/// So many in an open or a private room, whose first two find no direct way to each other.
fn walled_room(people: usize, is_private: bool) -> World {
    let invite = if is_private {
        Invite::generate([7; 16], [8; 32])
    } else {
        Invite::open("room".parse().unwrap()).unwrap()
    };
    let mut world = World::in_room(7, people, invite);
    world.calm = true;
    world.walls.push((0, 1));
    world
}

/// Why `node` has no link to `other`, in the list of an open room; `None` while it is being made or open.
fn obstacle(world: &World, node: usize, other: usize) -> Option<Obstacle> {
    let peer = world.nodes[other].me.unwrap();
    let mut peers = world.nodes[node].peers.iter();
    let shown = peers.find(|it| it.id == peer).unwrap();
    assert_eq!(
        shown.obstacle.is_some(),
        shown.state == LinkState::Failed,
        "a failure has a reason: {shown:?}"
    );
    shown.obstacle
}

/// A pair that cannot connect is told why within 20 s, once the two have met, and goes on trying.
#[test]
fn a_pair_without_a_way_learns_why_within_twenty_seconds_and_links_once_there_is_one() {
    for (ice_servers, without_turn, why) in [
        (vec![], vec![], Obstacle::NoRelay),
        (vec![turn(1)], vec![0, 1], Obstacle::RelayUnreachable),
    ] {
        let mut world = walled_room(3, false);
        world.offer_ice_servers(ice_servers);
        world.without_turn = without_turn;
        for node in [0, 2, 1] {
            world.act(&Action::OpenTab(node));
            world.run(2_000);
        }
        assert_eq!(obstacle(&world, 0, 1), None, "not before it was tried");
        world.run(18_000);
        for minute in 0..10 {
            assert_eq!(obstacle(&world, 0, 1), Some(why), "after {minute} minutes");
            assert_eq!(obstacle(&world, 1, 0), Some(why), "after {minute} minutes");
            assert_eq!(obstacle(&world, 0, 2), None);
            world.run(60_000);
        }
        world.walls.clear();
        world.run(60_000);
        world.assert_whole_mesh();
        assert_eq!(obstacle(&world, 0, 1), None);
    }
}

/// The same where nobody is listed who has proved nothing.
#[test]
fn in_a_private_room_somebody_without_a_way_is_counted_with_the_reason() {
    let mut world = walled_room(2, true);
    for node in [0, 1] {
        world.act(&Action::OpenTab(node));
    }
    world.run(20_000);
    let stuck = Arriving {
        connecting: 0,
        stuck: 1,
        obstacle: Some(Obstacle::NoRelay),
    };
    for node in [0, 1] {
        assert_eq!(world.nodes[node].arriving, stuck);
        assert!(world.nodes[node].peers.is_empty());
    }
    world.walls.clear();
    world.run(60_000);
    world.assert_whole_mesh();
    assert_eq!(world.nodes[0].arriving, Arriving::default());
}

#[test]
fn somebody_whose_page_sleeps_is_told_apart_from_somebody_without_a_way() {
    let mut world = walled_room(2, false);
    world.act(&Action::OpenTab(1));
    world.run(1_000);
    // The browser keeps its socket.
    world.nodes[1].alive = false;
    world.act(&Action::OpenTab(0));
    world.run(20_000);
    assert_eq!(obstacle(&world, 0, 1), Some(Obstacle::NoAnswer));
}

#[test]
fn a_link_that_is_lost_and_cannot_be_mended_says_so_too() {
    let mut world = room_of(2, vec![]);
    world.act(&Action::Split(0, 1));
    world.run(13_000);
    assert_eq!(obstacle(&world, 0, 1), None, "it is being mended");
    world.run(15_000);
    assert_eq!(obstacle(&world, 0, 1), Some(Obstacle::NoRelay));
    world.act(&Action::ServerDown);
    world.run(5_000);
    assert_eq!(obstacle(&world, 0, 1), Some(Obstacle::NoServer));
    world.act(&Action::Heal(0, 1));
    world.act(&Action::ServerUp);
    world.run(60_000);
    world.assert_whole_mesh();
}

/// Somebody decides, in the lobby or in the room.
pub fn decide(world: &mut World, node: usize, policy: PathPolicy) {
    world.nodes[node].policy = policy;
    world.input(node, Input::Intent(Intent::UsePaths(policy)));
}

/// Promise 20: whatever the browser of somebody who hides says, nobody is given anything of theirs but relays.
pub fn assert_only_relays_of(world: &World, node: usize) {
    let connections = &world.rtc.connections;
    let theirs = |it: &&crate::rtc::FakeConnection| {
        let far = it.remote.map(|far| &connections[far]);
        far.is_some_and(|far| far.node == node && far.settings.policy == PathPolicy::RelayOnly)
    };
    let mut relays = 0;
    for told in connections.iter().filter(theirs).flat_map(|it| &it.told) {
        assert!(
            !told.contains("192.0.2.1"),
            "an address of node {node}: {told}"
        );
        assert!(!told.contains("typ host"), "{told}");
        relays += usize::from(told.contains("typ relay"));
    }
    assert!(relays > 0);
}

/// Promise 20.
#[test]
fn somebody_who_hides_is_reached_through_relays_alone_in_both_kinds_of_room() {
    for seed in [7, 8] {
        let mut world = World::new(seed, 3);
        world.calm = true;
        world.offer_ice_servers(vec![turn(1)]);
        world.nodes[0].policy = PathPolicy::RelayOnly;
        for node in 0..3 {
            world.act(&Action::OpenTab(node));
        }
        world.run(4_000);
        world.assert_whole_mesh();
        assert_only_relays_of(&world, 0);
        // Repairs by either side, and a reload.
        world.act(&Action::Zombie(0, 1));
        world.act(&Action::Zombie(0, 2));
        world.run(20_000);
        world.act(&Action::Reload(0));
        world.run(5_000);
        world.assert_whole_mesh();
        assert_only_relays_of(&world, 0);
        for other in [1, 2] {
            assert_eq!(path(&world, 0, other), Some(LinkPath::Relayed));
            assert_eq!(path(&world, other, 0), Some(LinkPath::Relayed));
        }
        assert_eq!(path(&world, 1, 2), Some(LinkPath::Direct));
    }
}

/// Promise 20: without a relay nothing is pretended, and nothing goes the direct way.
#[test]
fn hiding_without_a_relay_ends_every_link_and_says_so_until_there_is_one() {
    assert_seeds(seeds(40), |seed| {
        let mut world = room_by(seed, 2, vec![]);
        assert_eq!(world.nodes[0].relay_offered, Some(false));
        world.nodes[0].notices.clear();
        decide(&mut world, 0, PathPolicy::RelayOnly);
        assert_eq!(world.nodes[0].notices, ["no_relay"]);
        assert_eq!(
            obstacle(&world, 0, 1),
            Some(Obstacle::HiddenWithoutRelay),
            "at once"
        );
        let page = world.nodes[0].page;
        let mut alive = world.rtc.alive_of(0, page);
        assert!(
            alive.all(|it| it.settings.policy == PathPolicy::RelayOnly),
            "nothing goes on directly"
        );
        drop(alive);
        world.run(60_000);
        assert!(!world.nodes[0].is_linked_to(world.nodes[1].me.unwrap()));

        // Whoever joins so is told as well.
        world.act(&Action::Reload(0));
        world.run(2_000);
        assert_eq!(world.nodes[0].notices, ["no_relay", "no_relay"]);

        world.offer_ice_servers(vec![turn(1)]);
        world.run(60_000);
        world.assert_whole_mesh();
        assert_eq!(world.nodes[0].relay_offered, Some(true));
        assert_eq!(path(&world, 1, 0), Some(LinkPath::Relayed));
        assert_only_relays_of(&world, 0);
    });
}
