//! Whoever has shown nothing costs little and gets little.

use proptest::prelude::*;
use stun_types::message::BINDING;

use super::*;

/// An answer to a forged address must not be worth forging it.
#[test]
fn no_answer_to_a_stranger_is_more_than_three_times_its_request() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    let peer = XorPeerAddress::new("198.51.100.1:1".parse().unwrap(), 7.into());
    let mut answered = 0;
    for method in [
        BINDING,
        ALLOCATE,
        REFRESH,
        CREATE_PERMISSION,
        CHANNEL_BIND,
        Method::new(0x0ff),
    ] {
        for attributes in [
            &[][..],
            &[&RequestedTransport::new(17) as &dyn AttributeWrite],
            &[&peer as &dyn AttributeWrite],
        ] {
            let asked = unsigned(method, attributes).finish();
            match world
                .relayer
                .handle_client(world.moment, ann.client, &asked)
            {
                Step::Answer(answer) => {
                    answered += 1;
                    assert!(
                        answer.len() <= 3 * asked.len(),
                        "{} for {}",
                        answer.len(),
                        asked.len()
                    );
                }
                Step::Nothing => {}
                other @ (Step::Open(_)
                | Step::ToPeer { .. }
                | Step::ToClient { .. }
                | Step::Close(_)) => panic!("{other:?}"),
            }
        }
    }
    assert!(answered >= 8, "{answered}");
}

#[test]
fn the_first_request_of_a_client_is_answered_with_what_the_second_needs() {
    let mut world = World::new();
    let ann = world.somebody("192.0.2.1:4000");
    let asked = unsigned(ALLOCATE, &[&RequestedTransport::new(17)]).finish();
    let reply = world.ask_as(&ann, &asked);
    assert_eq!(reply.code(), Some(401));
    let message = reply.message();
    assert_eq!(message.attribute::<Realm>().unwrap().realm(), REALM);
    let nonce = message.attribute::<Nonce>().unwrap().nonce().to_owned();
    assert_eq!(world.allocate(&Asking { nonce, ..ann }).code(), None);
}

#[test]
fn everybody_is_told_their_own_address() {
    let mut world = World::new();
    for address in ["192.0.2.1:4000", "[2001:db8::1]:4000"] {
        let ann = world.somebody(address);
        let reply = world.ask_as(&ann, &unsigned(BINDING, &[]).finish());
        let message = reply.message();
        let mapped = message.attribute::<XorMappedAddress>().unwrap();
        assert_eq!(
            mapped.addr(message.transaction_id()),
            address.parse().unwrap()
        );
    }
}

#[test]
fn strangers_leave_nothing_behind() {
    let mut world = World::new();
    for port in 1..5_000 {
        let ann = world.somebody(&format!("192.0.2.1:{port}"));
        let asked = unsigned(ALLOCATE, &[&RequestedTransport::new(17)]).finish();
        assert_eq!(world.ask_as(&ann, &asked).code(), Some(401));
        let asked = Asking {
            password: "guess".to_owned(),
            ..ann
        };
        assert_eq!(world.allocate(&asked).code(), Some(401));
    }
    assert!(world.relayer.allocations.is_empty() && world.relayer.by_relayed.is_empty());
    assert_eq!(
        format!("{:?}", world.relayer.quotas).matches("192").count(),
        0
    );
}

proptest! {
    /// Promise 51: whatever arrives, nothing panics, and no stranger is answered at length.
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut world = World::new();
        let ann = world.somebody("192.0.2.1:4000");
        if let Step::Answer(answer) = world.relayer.handle_client(world.moment, ann.client, &bytes) {
            prop_assert!(answer.len() <= 3 * bytes.len());
        }
    }

    /// The same of messages that are almost right, to a relay that exists.
    #[test]
    fn any_change_to_a_message_is_survived(
        which in 0_usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut world = World::new();
        let ann = world.somebody("192.0.2.1:4000");
        world.relay_to(&ann, &["198.51.100.1:1"]);
        let peer = XorPeerAddress::new("198.51.100.1:1".parse().unwrap(), 7.into());
        let mut bytes = match which {
            0 => request(&ann, ALLOCATE, &[&RequestedTransport::new(17)]),
            1 => request(&ann, REFRESH, &[&Lifetime::new(600)]),
            2 => request(&ann, CREATE_PERMISSION, &[&peer, &peer]),
            3 => request(&ann, CHANNEL_BIND, &[&ChannelNumber::new(0x4000), &peer]),
            4 => {
                let mut message = Message::builder_indication(SEND, MessageWriteVec::new());
                message.add_attribute(&peer).unwrap();
                message.add_attribute(&Data::new(b"hello")).unwrap();
                message.finish()
            }
            _ => b"\x40\x00\x00\x05hello".to_vec(),
        };
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let _ = world.relayer.handle_client(world.moment, ann.client, &bytes);
    }
}
