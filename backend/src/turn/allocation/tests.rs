use stun_types::message::{IntegrityAlgorithm, LongTermKeyCredentials};

use super::*;

const START: Timestamp = Timestamp::from_millis(7_000);

fn allocation() -> Allocation {
    let texts = ["name", "password", "realm"].map(str::to_owned);
    let [name, password, realm] = texts;
    let key = LongTermKeyCredentials::new(name.clone(), password, realm)
        .make_key(IntegrityAlgorithm::Sha1);
    let relayed = "203.0.113.7:50000".parse().unwrap();
    Allocation::new(name, key, 1.into(), relayed, 1_000, START)
}

fn ip(number: u8) -> IpAddr {
    [198, 51, 100, number].into()
}

fn peer(number: u8) -> SocketAddr {
    (ip(number), 4_000).into()
}

#[test]
fn a_permission_ends_and_can_be_renewed() {
    let mut relay = allocation();
    assert!(!relay.is_permitted(START, ip(1)));
    relay.permit(START, ip(1)).unwrap();
    let last = START + PERMISSION - Duration::from_millis(1);
    assert!(relay.is_permitted(last, ip(1)));
    assert!(!relay.is_permitted(last, ip(2)));
    assert!(!relay.is_permitted(START + PERMISSION, ip(1)));
    relay.permit(last, ip(1)).unwrap();
    assert!(relay.is_permitted(START + PERMISSION, ip(1)));
}

#[test]
fn permissions_are_bounded_and_those_that_ended_make_room() {
    let mut relay = allocation();
    for number in 0..64 {
        assert_eq!(relay.permit(START, ip(number)), Ok(()));
    }
    assert_eq!(relay.permit(START, ip(64)), Err(Refusal::Capacity));
    assert_eq!(
        relay.permit(START, ip(63)),
        Ok(()),
        "a renewal needs no room"
    );
    assert_eq!(relay.permit(START + PERMISSION, ip(64)), Ok(()));
    assert_eq!(relay.permissions.len(), 1);
}

#[test]
fn a_channel_stands_for_one_peer_and_a_peer_for_one_channel() {
    let mut relay = allocation();
    assert_eq!(relay.bind(START, 0x4000, peer(1)), Ok(()));
    assert_eq!(relay.bind(START, 0x4000, peer(1)), Ok(()), "a renewal");
    assert_eq!(relay.bind(START, 0x4000, peer(2)), Err(Refusal::BadRequest));
    assert_eq!(relay.bind(START, 0x4001, peer(1)), Err(Refusal::BadRequest));
    assert_eq!(relay.peer_of(START, 0x4000), Some(peer(1)));
    assert!(relay.is_permitted(START, ip(1)));
    assert_eq!(relay.framing_for(START, peer(1)), Framing::Channel(0x4000));
    assert_eq!(
        relay.framing_for(START, peer(2)),
        Framing::Indication(peer(2))
    );
}

#[test]
fn a_channel_that_ended_stands_for_nobody_and_can_be_given_anew() {
    let mut relay = allocation();
    relay.bind(START, 0x4000, peer(1)).unwrap();
    let later = START + CHANNEL;
    assert_eq!(relay.peer_of(later, 0x4000), None);
    assert_eq!(
        relay.framing_for(later, peer(1)),
        Framing::Indication(peer(1))
    );
    assert_eq!(relay.bind(later, 0x4000, peer(2)), Ok(()));
    assert_eq!(relay.bind(later, 0x4001, peer(1)), Ok(()));
    assert_eq!(relay.framing_for(later, peer(1)), Framing::Channel(0x4001));
    assert_eq!(relay.framing_for(later, peer(2)), Framing::Channel(0x4000));
    assert_eq!((relay.channels.len(), relay.channel_numbers.len()), (2, 2));
}

#[test]
fn channels_are_bounded_and_those_that_ended_make_room() {
    let mut relay = allocation();
    for number in 0..64 {
        assert_eq!(
            relay.bind(START, 0x4000 + u16::from(number), peer(number)),
            Ok(())
        );
    }
    assert_eq!(relay.bind(START, 0x5000, peer(64)), Err(Refusal::Capacity));
    assert_eq!(relay.bind(START + CHANNEL, 0x5000, peer(64)), Ok(()));
    assert_eq!((relay.channels.len(), relay.channel_numbers.len()), (1, 1));
}
