//! What a relay does for who may use it.

use super::*;

#[test]
fn a_relay_carries_data_both_ways() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    let allocated = world.allocate(&ann);
    let message = allocated.message();
    let mapped = message.attribute::<XorMappedAddress>().unwrap();
    assert_eq!(mapped.addr(message.transaction_id()), ann.client.address());
    assert_eq!(allocated.relayed(), "203.0.113.7:50001".parse().unwrap());
    assert_eq!(message.attribute::<Lifetime>().unwrap().seconds(), 600);

    assert_eq!(world.permit(&ann, "198.51.100.1:1").code(), None);
    let peer = "198.51.100.1:4000";
    assert_eq!(
        world.send(&ann, peer, b"hello"),
        Some(peer.parse().unwrap())
    );
    assert_eq!(
        world.receive(&ann, peer),
        Some(Framing::Indication(peer.parse().unwrap()))
    );

    assert_eq!(world.bind(&ann, 0x4000, peer).code(), None);
    assert_eq!(world.receive(&ann, peer), Some(Framing::Channel(0x4000)));
    let step =
        world
            .relayer
            .handle_client(world.moment, ann.client, b"\x40\x00\x00\x05hello\0\0\0");
    let Step::ToPeer { peer: to, data } = step else {
        panic!("{step:?}")
    };
    assert_eq!((to, data), (peer.parse().unwrap(), &b"hello"[..]));
}

/// Two browsers that both need this relay: their data never leaves the machine.
#[test]
fn relays_of_one_server_reach_each_other() {
    let mut world = World::new();
    let (ann, bob) = (
        world.somebody("192.0.2.1:4000"),
        world.somebody("192.0.2.2:4000"),
    );
    let anns = world.relay_to(&ann, &[PUBLIC_PEER]);
    let bobs = world.relay_to(&bob, &[]);
    assert_eq!(world.bind(&ann, 0x4000, &bobs.to_string()).code(), None);
    let data = b"\x40\x00\x00\x05hello";
    let step = world.relayer.handle_client(world.moment, ann.client, data);
    assert!(
        matches!(step, Step::Nothing),
        "bob has not permitted it: {step:?}"
    );

    assert_eq!(world.permit(&bob, PUBLIC_PEER).code(), None);
    let step = world.relayer.handle_client(world.moment, ann.client, data);
    let Step::ToClient {
        client,
        framing,
        data,
    } = step
    else {
        panic!("{step:?}")
    };
    assert_eq!(
        (client, framing, data),
        (bob.client, Framing::Indication(anns), &b"hello"[..])
    );
}

const PUBLIC_PEER: &str = "203.0.113.7:1";

#[test]
fn nobody_is_talked_to_or_heard_without_permission() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &["198.51.100.1:1"]);
    assert_eq!(world.send(&ann, "198.51.100.2:4000", b"x"), None);
    assert_eq!(world.receive(&ann, "198.51.100.2:4000"), None);
    assert!(world.receive(&ann, "198.51.100.1:9").is_some());
    world.pass(Duration::from_secs(300));
    assert_eq!(
        world.send(&ann, "198.51.100.1:4000", b"x"),
        None,
        "it has ended"
    );
    assert_eq!(world.receive(&ann, "198.51.100.1:4000"), None);
}

#[test]
fn only_the_address_that_asked_for_a_relay_uses_it() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &["198.51.100.1:1"]);
    assert_eq!(world.bind(&ann, 0x4000, "198.51.100.1:1").code(), None);
    let other = world.somebody("192.0.2.1:4001");
    assert_eq!(world.send(&other, "198.51.100.1:1", b"x"), None);
    let data = b"\x40\x00\x00\x01x";
    let step = world
        .relayer
        .handle_client(world.moment, other.client, data);
    assert!(matches!(step, Step::Nothing), "{step:?}");
}

#[test]
fn a_relay_lasts_ten_minutes_from_its_last_refresh() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &[]);
    world.pass(Duration::from_secs(599));
    let ann = Asking {
        nonce: world.somebody("192.0.2.1:4000").nonce,
        ..ann
    };
    let refreshed = world.refresh(&ann, 3_600);
    let lifetime = refreshed
        .message()
        .attribute::<Lifetime>()
        .unwrap()
        .seconds();
    assert_eq!(lifetime, 600, "nobody gets more");
    world.pass(Duration::from_secs(599));
    assert_eq!(world.relayer.expire(world.moment.now), []);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.relayer.expire(world.moment.now), [ann.client]);
    assert!(!world.relayer.has_relay(ann.client));
}

#[test]
fn a_relay_can_be_given_up() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &[]);
    assert_eq!(world.refresh(&ann, 0).code(), None);
    assert!(!world.relayer.has_relay(ann.client));
    assert_eq!(world.refresh(&ann, 600).code(), Some(437));
}

/// Over UDP the answer may be lost.
#[test]
fn a_request_for_a_relay_that_comes_again_is_answered_again() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    let first = world.allocate(&ann);
    let again = world.allocate(&ann);
    assert_eq!(first.0, again.0);
    assert_eq!(world.relayer.allocations.len(), 1);
}

#[test]
fn what_clients_are_handed_can_be_read() {
    let peer: SocketAddr = "198.51.100.1:4000".parse().unwrap();
    let bytes = Framing::Indication(peer)
        .wrap(b"hello", Carrier::Datagrams)
        .unwrap();
    let message = Message::from_bytes(&bytes).unwrap();
    assert!(message.has_method(DATA) && message.has_class(MessageClass::Indication));
    assert_eq!(message.attribute::<Data<'_>>().unwrap().data(), b"hello");
    let from = message.attribute::<XorPeerAddress>().unwrap();
    assert_eq!(from.addr(message.transaction_id()), peer);
    let channel = Framing::Channel(0x4abc);
    let datagram = channel.wrap(b"hello", Carrier::Datagrams).unwrap();
    assert_eq!(datagram, b"\x4a\xbc\x00\x05hello");
    let stream = channel.wrap(b"hello", Carrier::Stream).unwrap();
    assert_eq!(stream, b"\x4a\xbc\x00\x05hello\0\0\0");
}
