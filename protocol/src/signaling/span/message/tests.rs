use proptest::prelude::*;

use super::*;
use crate::signaling::span::RelayHead;

fn seat(name: &str) -> SeatWord {
    let (room, id) = ("tea".parse().unwrap(), PeerId::from_random(1));
    SeatWord {
        id,
        name: name.to_owned(),
        joined_at: Timestamp::from_millis(1),
        moves: 2,
        proof: ResumeProof::of(&room, id, "a"),
        claim: Some(ResumeProof::of(&room, id, "b")),
        connected: true,
    }
}

fn message(word: RoomWord) -> RoomMessage {
    RoomMessage {
        room: "tea".parse().unwrap(),
        server: ServerId::from_bytes([7; 16]),
        word,
    }
}

fn page(seats: usize) -> PageWord {
    PageWord {
        version: 3,
        parts: 1,
        seats: vec![seat("Ada"); seats],
        ..PageWord::default()
    }
}

#[test]
fn every_message_survives_the_bus() {
    let server = ServerId::from_bytes([9; 16]);
    let full = PageWord {
        known: Some(vec![KnownPage { server, version: 4 }]),
        others: vec![server],
        kept: vec![LeftSeat {
            server,
            for_ms: 5,
            seat: seat("Ben"),
        }],
        ..page(2)
    };
    let change = |change| RoomWord::Change {
        after: 1,
        version: 2,
        change,
    };
    for word in [
        RoomWord::Ask,
        RoomWord::Want,
        RoomWord::Digest { version: u64::MAX },
        RoomWord::Page(full),
        change(SeatChange::Taken(seat("Ada"))),
        change(SeatChange::Away(PeerId::from_random(1))),
        change(SeatChange::Gone(PeerId::from_random(1))),
    ] {
        let message = message(word);
        assert_eq!(RoomMessage::decode(&message.encode()), Ok(message));
    }
    for presence in [ServerPresence::Here, ServerPresence::Leaving] {
        let sign = Sign { server, presence };
        assert_eq!(Sign::decode(&sign.encode()), Ok(sign));
    }
}

#[test]
fn the_largest_part_fits_a_message_of_nats() {
    let worst = "\u{1}".repeat(limits::DISPLAY_NAME_BYTES);
    let page = PageWord {
        seats: vec![seat(&worst); SEATS_IN_PART],
        ..page(0)
    };
    assert!(message(RoomWord::Page(page)).encode().len() < MESSAGE_BYTES / 2);
}

#[test]
fn what_no_server_would_say_is_refused_whole() {
    let refused = |page| RoomMessage::decode(&message(RoomWord::Page(page)).encode());
    let limit = |what| Err(BadBusMessage::Limit(what));
    assert_eq!(refused(page(SEATS_IN_PART + 1)), limit("seats"));
    assert_eq!(
        refused(PageWord {
            parts: 0,
            ..page(1)
        }),
        limit("part")
    );
    let server = ServerId::from_bytes([9; 16]);
    let others = vec![server; SERVERS_NAMED + 1];
    assert_eq!(refused(PageWord { others, ..page(1) }), limit("others"));
    for name in ["", &"x".repeat(limits::DISPLAY_NAME_BYTES + 1)] {
        let seats = vec![seat(name)];
        assert_eq!(refused(PageWord { seats, ..page(0) }), limit("name"));
        let change = SeatChange::Taken(seat(name));
        let taken = RoomWord::Change {
            after: 1,
            version: 2,
            change,
        };
        assert_eq!(RoomMessage::decode(&message(taken).encode()), limit("name"));
    }
    let long = vec![b' '; MESSAGE_BYTES + 1];
    assert_eq!(RoomMessage::decode(&long), limit("message"));
    assert_eq!(
        RelayHead::decode(&long),
        Err(BadBusMessage::Limit("message"))
    );
    for bytes in [
        &b""[..],
        b"{}",
        b"null",
        b"r",
        b"\xff\xfe",
        b"{\"room\":\"../x\"}",
    ] {
        assert_eq!(RoomMessage::decode(bytes), Err(BadBusMessage::Form));
        assert_eq!(Sign::decode(bytes), Err(BadBusMessage::Form));
    }
}

/// Promise 46.
#[test]
fn a_relayed_frame_arrives_byte_for_byte() {
    let head = RelayHead {
        room: "Tea_-9".parse().unwrap(),
        server: ServerId::from_bytes([7; 16]),
        from: PeerId::from_random(1),
        to: PeerId::from_random(2),
    };
    for frame in [
        &b""[..],
        b"{\"a\": \xc3\xa9}",
        &[0xff; limits::SIGNALING_FRAME_BYTES],
    ] {
        let bytes = head.encode(frame);
        let (read, start) = RelayHead::decode(&bytes).unwrap();
        assert!(RelayHead::leads(&bytes) && read == head);
        assert_eq!(&bytes[start..], frame);
    }
    let long = head.encode(&[b'x'; limits::SIGNALING_FRAME_BYTES + 1]);
    assert_eq!(RelayHead::decode(&long), Err(BadBusMessage::Limit("frame")));
    let whole = head.encode(b"");
    for length in 0..whole.len() {
        assert_eq!(
            RelayHead::decode(&whole[..length]),
            Err(BadBusMessage::Form),
            "{length}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..200_usize) {
        let _ = RoomMessage::decode(&bytes);
        let _ = Sign::decode(&bytes);
        let _ = RelayHead::decode(&bytes);
        let mut broken = message(RoomWord::Page(page(1))).encode();
        let end = (at + bytes.len()).min(broken.len());
        broken.splice(at.min(end)..end, bytes);
        let _ = RoomMessage::decode(&broken);
    }
}
