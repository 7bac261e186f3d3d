//! What nobody can get more of.

use super::*;

const LIMITS: TurnLimits = TurnLimits {
    in_all: 4,
    per_address: 3,
    per_user: 2,
    bytes_per_second: 10_000,
};

#[test]
fn relays_are_limited_for_a_name_an_address_and_in_all() {
    let mut world = World::with(LIMITS);
    let ann = world.somebody("192.0.2.1:4000");
    let at = |world: &World, address: &str, who: &Asking| Asking {
        username: who.username.clone(),
        password: who.password.clone(),
        ..world.somebody(address)
    };
    assert_eq!(world.allocate(&ann).code(), None);
    let second = at(&world, "192.0.2.1:4001", &ann);
    assert_eq!(world.allocate(&second).code(), None);
    let third = at(&world, "192.0.2.2:4000", &ann);
    assert_eq!(
        world.allocate(&third).code(),
        Some(486),
        "this name has two"
    );
    let bob = world.somebody("192.0.2.1:4002");
    assert_eq!(world.allocate(&bob).code(), None);
    let cid = world.somebody("192.0.2.1:4003");
    assert_eq!(
        world.allocate(&cid).code(),
        Some(486),
        "this address has three"
    );
    let dan = world.somebody("192.0.2.3:4000");
    assert_eq!(world.allocate(&dan).code(), None);
    let eve = world.somebody("192.0.2.4:4000");
    assert_eq!(
        world.allocate(&eve).code(),
        Some(508),
        "the server has four"
    );
    assert_eq!(world.refresh(&dan, 0).code(), None);
    assert_eq!(
        world.allocate(&eve).code(),
        None,
        "what is given up can be had"
    );
    world.pass(LIFETIME);
    assert_eq!(world.relayer.expire(world.moment.now).len(), 4);
    let ann = world.somebody("192.0.2.1:4000");
    assert_eq!(world.allocate(&ann).code(), None, "what has run out, too");
}

#[test]
fn without_a_free_port_there_is_no_relay_and_nothing_is_kept() {
    let mut world = World::with(LIMITS);
    for port in 4_000..4_010 {
        let ann = world.somebody(&format!("192.0.2.1:{port}"));
        let bytes = request(&ann, ALLOCATE, &[&RequestedTransport::new(17)]);
        let Step::Open(opening) = world
            .relayer
            .handle_client(world.moment, ann.client, &bytes)
        else {
            panic!("refused")
        };
        let refused = world
            .relayer
            .opened(world.moment, *opening, None)
            .unwrap_err();
        assert_eq!(Reply(refused).code(), Some(508));
        assert!(!world.relayer.has_relay(ann.client));
    }
}

#[test]
fn a_relay_carries_so_much_in_a_second_each_way() {
    let mut world = World::with(LIMITS);
    let ann = world.somebody("192.0.2.1:4000");
    let peer = "198.51.100.1:1";
    world.relay_to(&ann, &[peer]);
    let kilobyte = [0; 1_000];
    let sent = (0..20).filter(|_| world.send(&ann, peer, &kilobyte).is_some());
    assert_eq!(sent.count(), 10);
    let received = (0..2_000).filter(|_| world.receive(&ann, peer).is_some());
    assert_eq!(received.count(), 1_000, "ten bytes each");
    world.pass(Duration::from_millis(500));
    let sent = (0..20).filter(|_| world.send(&ann, peer, &kilobyte).is_some());
    assert_eq!(sent.count(), 5);
}
