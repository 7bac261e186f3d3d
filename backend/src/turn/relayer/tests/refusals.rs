//! Who is refused what.

use turn_types::attribute::{DontFragment, RequestedAddressFamily};

use super::*;

/// Promise 54: credentials that have run out give nobody a relay, and prolong none.
#[test]
fn credentials_that_have_run_out_give_no_relay_and_prolong_none() {
    let mut world = World::new();
    let ann = world.somebody_until("192.0.2.1:4000", EPOCH + Duration::from_secs(60));
    world.relay_to(&ann, &[]);
    world.pass(Duration::from_secs(59));
    assert_eq!(world.refresh(&ann, 600).code(), None);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.refresh(&ann, 600).code(), Some(401));
    // What it already has goes on until its end: the page makes a new connection meanwhile.
    assert_eq!(world.permit(&ann, "198.51.100.1:1").code(), None);
    let late = world.somebody_until("192.0.2.2:4000", world.moment.wall_clock);
    assert_eq!(world.allocate(&late).code(), Some(401));
    assert_eq!(world.refresh(&ann, 0).code(), None, "it may be given up");
}

#[test]
fn whoever_does_not_know_the_secret_is_refused() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    for asking in [
        Asking {
            password: "guess".to_owned(),
            ..ann.clone()
        },
        Asking {
            username: "1999999999:ann".to_owned(),
            ..ann.clone()
        },
        Asking {
            username: "ann".to_owned(),
            ..ann.clone()
        },
        Asking {
            username: "-5:ann".to_owned(),
            ..ann
        },
    ] {
        let refused = world.allocate(&asking);
        assert_eq!(refused.code(), Some(401), "{}", asking.username);
        assert!(
            refused.message().attribute::<Nonce>().is_ok(),
            "worth another try"
        );
    }
    assert_eq!(world.relayer.allocations.len(), 0);
}

#[test]
fn a_nonce_is_good_for_one_address_and_ten_minutes() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    let other = world.somebody("192.0.2.1:4001");
    let asking = Asking {
        nonce: other.nonce,
        ..ann.clone()
    };
    assert_eq!(world.allocate(&asking).code(), Some(438));
    world.pass(Duration::from_secs(601));
    let stale = world.allocate(&ann);
    assert_eq!(stale.code(), Some(438));
    let nonce = stale
        .message()
        .attribute::<Nonce>()
        .unwrap()
        .nonce()
        .to_owned();
    assert_eq!(world.allocate(&Asking { nonce, ..ann }).code(), None);
}

#[test]
fn a_relay_belongs_to_the_name_that_asked_for_it() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &[]);
    let bob = world.somebody("192.0.2.2:4000");
    let asking = Asking {
        username: bob.username,
        password: bob.password,
        ..ann.clone()
    };
    assert_eq!(world.refresh(&asking, 0).code(), Some(441));
    let mut second = request(&ann, ALLOCATE, &[&RequestedTransport::new(17)]);
    assert_eq!(world.ask_as(&ann, &second).code(), None, "the same again");
    second = request(&asking, ALLOCATE, &[&RequestedTransport::new(17)]);
    assert_eq!(world.ask_as(&ann, &second).code(), Some(437));
    assert!(world.relayer.has_relay(ann.client));
}

/// Promise 55, for the relay in the server.
#[test]
fn forbidden_peers_are_refused_with_403_and_never_sent_to() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &["198.51.100.1:1", "203.0.113.7:1"]);
    for peer in [
        "127.0.0.1:1",
        "0.0.0.0:1",
        "10.0.0.1:1",
        "169.254.169.254:80",
        "255.255.255.255:1",
    ] {
        assert_eq!(world.permit(&ann, peer).code(), Some(403), "{peer}");
        assert_eq!(world.bind(&ann, 0x4000, peer).code(), Some(403), "{peer}");
        assert_eq!(world.send(&ann, peer, b"x"), None, "{peer}");
    }
    // The server's own address is permitted, since other relays are there, but nothing else there is reached.
    for peer in ["203.0.113.7:3478", "203.0.113.7:22"] {
        assert_eq!(world.bind(&ann, 0x4000, peer).code(), Some(403), "{peer}");
        assert_eq!(world.send(&ann, peer, b"x"), None, "{peer}");
    }
}

/// Promise 55: a permission lasts five minutes, and machines get addresses meanwhile.
#[test]
fn what_was_permitted_ends_when_the_address_becomes_the_host_s_own() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &["198.51.100.1:1"]);
    assert_eq!(world.bind(&ann, 0x4000, "198.51.100.1:1").code(), None);
    let arrives = |world: &mut World| world.send(&ann, "198.51.100.1:1", b"x").is_some();
    assert!(arrives(&mut world));
    world
        .relayer
        .host_has(["198.51.100.1".parse().unwrap()].into());
    assert!(!arrives(&mut world));
    assert_eq!(world.permit(&ann, "198.51.100.1:1").code(), Some(403));
    world.relayer.host_has(BTreeSet::new());
    assert!(arrives(&mut world));
}

#[test]
fn one_forbidden_peer_spoils_a_request_for_several() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    world.relay_to(&ann, &[]);
    let peers = ["198.51.100.1:1", "10.0.0.1:1"]
        .map(|peer| XorPeerAddress::new(peer.parse().unwrap(), 7.into()));
    let refused = world.ask(&ann, CREATE_PERMISSION, &[&peers[0], &peers[1]]);
    assert_eq!(refused.code(), Some(403));
    assert_eq!(world.send(&ann, "198.51.100.1:1", b"x"), None);
}

#[test]
fn what_the_relay_cannot_do_it_says() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    let udp = RequestedTransport::new(17);
    let ipv6 = RequestedAddressFamily::new(stun_types::AddressFamily::IPV6);
    for (attributes, code) in [
        (
            &[&RequestedTransport::new(6) as &dyn AttributeWrite][..],
            442,
        ),
        (&[&udp, &ipv6], 440),
        (&[&udp, &DontFragment::new()], 420),
        (&[], 400),
    ] {
        assert_eq!(world.ask(&ann, ALLOCATE, attributes).code(), Some(code));
    }
    world.relay_to(&ann, &[]);
    assert_eq!(world.permit(&ann, "[2606:4700::1]:1").code(), Some(443));
    assert_eq!(world.ask(&ann, CREATE_PERMISSION, &[]).code(), Some(400));
    assert_eq!(world.bind(&ann, 0x3fff, "198.51.100.1:1").code(), Some(400));
    assert_eq!(world.bind(&ann, 0x8000, "198.51.100.1:1").code(), Some(400));
    // TCP towards peers (RFC 6062).
    assert_eq!(
        world.ask(&ann, turn_types::message::CONNECT, &[]).code(),
        Some(400)
    );
    assert_eq!(
        world.refresh(&ann, 600).code(),
        None,
        "the relay is still there"
    );
}
