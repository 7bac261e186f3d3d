//! Which servers for ICE connections are made with.

use banter_protocol::signaling::IceServer;

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
