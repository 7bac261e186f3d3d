//! How people reach each other: with which servers, on which way, and what they are told of it.

use banter_protocol::{engine::LinkPath, signaling::IceServer};

use crate::world::{Action, World};

/// A TURN server with credentials of the `nth` kind.
fn turn(nth: u32) -> IceServer {
    IceServer {
        urls: vec!["turn:turn.example.org:3478?transport=udp".to_owned()],
        username: Some(format!("{nth}:x")),
        credential: Some("c2VjcmV0".to_owned()),
    }
}

/// Everybody in a calm room whose server offers these.
fn room_of(people: usize, ice_servers: Vec<IceServer>) -> World {
    let mut world = World::new(7, people);
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
    assert!(connections.iter().all(|it| *it.ice_servers == [turn(1)]));

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
    assert!(newer.iter().all(|it| *it.ice_servers == [turn(2)]));

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
    assert!(!newer.is_empty() && newer.iter().all(|it| *it.ice_servers == [turn(3)]));
}

/// The way to somebody, as a node shows it.
fn path(world: &World, node: usize, other: usize) -> Option<LinkPath> {
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
