use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000 + seconds * 1_000)
}

fn id(number: u128) -> PeerId {
    PeerId::from_random(number)
}

fn token(number: u8) -> ResumeToken {
    ResumeToken::from_random([number; 32])
}

fn key(number: u64) -> ConnectionKey {
    ConnectionKey(number)
}

fn room(capacity: usize) -> RoomState {
    RoomState::new(
        "tea".parse().unwrap(),
        RoomSettings::with_capacity(capacity),
    )
}

fn request(peer: u128, resume: Option<&ResumeToken>) -> JoinRequest {
    JoinRequest {
        peer_id: id(peer),
        display_name: format!("name {peer}"),
        resume: resume.map(|token| token.as_str().to_owned()),
        joined_at: at(0),
    }
}

/// Socket `n` joins as peer `n` with token `n`.
fn join(room: &mut RoomState, number: u8) -> Result<Joined, ErrorCode> {
    room.join(
        key(number.into()),
        request(number.into(), None),
        token(number),
    )
}

fn names(joined: &Joined) -> Vec<PeerId> {
    joined.peers.iter().map(|peer| peer.id).collect()
}

#[test]
fn a_newcomer_learns_who_is_there_and_they_learn_of_the_newcomer() {
    let mut room = room(64);
    for number in [3, 1] {
        join(&mut room, number).unwrap();
    }
    let joined = join(&mut room, 2).unwrap();
    assert_eq!(
        names(&joined),
        [id(3), id(1)],
        "in the order in which they came"
    );
    let Arrival::New { peer, tell } = joined.arrival else {
        panic!("a new seat")
    };
    assert_eq!(
        (peer.id, peer.display_name.as_str(), peer.joined_at),
        (id(2), "name 2", at(0))
    );
    assert_eq!(tell, [key(1), key(3)]);
}

/// Promise 48.
#[test]
fn one_more_than_the_room_holds_is_refused() {
    let mut room = room(2);
    join(&mut room, 1).unwrap();
    join(&mut room, 2).unwrap();
    assert_eq!(join(&mut room, 3).unwrap_err(), ErrorCode::RoomFull);
    room.leave(key(1)).unwrap();
    join(&mut room, 3).unwrap();
}

#[test]
fn a_seat_without_its_socket_still_counts() {
    let mut room = room(2);
    join(&mut room, 1).unwrap();
    join(&mut room, 2).unwrap();
    room.disconnected(at(0), key(1));
    assert_eq!(join(&mut room, 3).unwrap_err(), ErrorCode::RoomFull);
    room.expire(at(45));
    assert_eq!(names(&join(&mut room, 3).unwrap()), [id(2)]);
}

/// Promise 49.
#[test]
fn the_right_resume_takes_the_seat_over_in_silence() {
    let mut room = room(2);
    join(&mut room, 1).unwrap();
    join(&mut room, 2).unwrap();
    let mut again = request(1, Some(&token(1)));
    again.display_name = "Ada".to_owned();
    again.joined_at = at(9);
    let joined = room.join(key(10), again, token(10)).unwrap();
    assert_eq!(
        joined.arrival,
        Arrival::Resumed {
            replaced: Some(key(1))
        }
    );
    assert_eq!(
        names(&joined),
        [id(2)],
        "a full room has room for who is in it"
    );
    assert!(joined.resume.matches(token(10).as_str()));
    let (member, connection) = room.members().remove(0);
    assert_eq!(
        (member.display_name.as_str(), member.joined_at),
        ("Ada", at(0))
    );
    assert_eq!(connection, Some(key(10)));
    assert_eq!(
        room.leave(key(1)),
        None,
        "the old socket has no seat any more"
    );
    assert_eq!(room.relay(key(1), id(1), id(2)), Err(ErrorCode::NotInRoom));
}

/// Promise 49.
#[test]
fn a_wrong_or_used_resume_changes_nothing() {
    let mut room = room(64);
    join(&mut room, 1).unwrap();
    for resume in [None, Some(token(2))] {
        let refused = room.join(key(9), request(1, resume.as_ref()), token(9));
        assert_eq!(refused.unwrap_err(), ErrorCode::PeerIdTaken);
    }
    assert_eq!(room.members()[0].1, Some(key(1)));
    room.join(key(2), request(1, Some(&token(1))), token(2))
        .unwrap();
    let twice = room.join(key(3), request(1, Some(&token(1))), token(3));
    assert_eq!(
        twice.unwrap_err(),
        ErrorCode::PeerIdTaken,
        "good for one use"
    );
}

#[test]
fn a_lost_socket_keeps_its_seat_for_45_seconds() {
    let mut room = room(64);
    join(&mut room, 1).unwrap();
    join(&mut room, 2).unwrap();
    room.disconnected(at(0), key(1));
    assert_eq!(room.next_expiry(), Some(at(45)));
    assert_eq!(room.expire(at(44)), []);
    assert_eq!(
        room.relay(key(2), id(2), id(1)),
        Err(ErrorCode::UnknownPeer)
    );
    assert_eq!(
        names(&join(&mut room, 3).unwrap()),
        [id(1), id(2)],
        "still in the roster"
    );

    let back = room
        .join(key(11), request(1, Some(&token(1))), token(11))
        .unwrap();
    assert_eq!(back.arrival, Arrival::Resumed { replaced: None });
    assert_eq!((room.next_expiry(), room.expire(at(99))), (None, vec![]));
    assert_eq!(room.relay(key(2), id(2), id(1)), Ok(key(11)));
}

#[test]
fn a_seat_that_runs_out_is_announced_and_free_again() {
    let mut room = room(64);
    for number in 1..=3 {
        join(&mut room, number).unwrap();
    }
    room.disconnected(at(0), key(1));
    room.disconnected(at(1), key(3));
    let departure = |number| Departure {
        peer_id: id(number),
        tell: vec![key(2)],
    };
    assert_eq!(room.expire(at(45)), [departure(1)]);
    assert_eq!(room.expire(at(46)), [departure(3)]);
    room.join(key(9), request(1, Some(&token(1))), token(9))
        .expect("an unknown resume of a free id");
}

#[test]
fn leaving_frees_the_seat_and_the_id_at_once() {
    let mut room = room(64);
    join(&mut room, 1).unwrap();
    join(&mut room, 2).unwrap();
    assert_eq!(
        room.leave(key(1)),
        Some(Departure {
            peer_id: id(1),
            tell: vec![key(2)]
        })
    );
    assert_eq!(room.leave(key(1)), None);
    room.disconnected(at(0), key(1));
    assert_eq!(room.next_expiry(), None);
    room.join(key(7), request(1, None), token(7)).unwrap();
    room.leave(key(7));
    room.leave(key(2));
    assert!(room.is_empty());
}

/// Promise 47.
#[test]
fn nobody_speaks_for_another_or_out_of_the_room() {
    let mut room = room(64);
    join(&mut room, 1).unwrap();
    join(&mut room, 2).unwrap();
    assert_eq!(room.relay(key(1), id(1), id(2)), Ok(key(2)));
    assert_eq!(room.relay(key(1), id(2), id(1)), Err(ErrorCode::NotYourId));
    assert_eq!(room.relay(key(1), id(9), id(2)), Err(ErrorCode::NotYourId));
    assert_eq!(room.relay(key(9), id(1), id(2)), Err(ErrorCode::NotInRoom));
    assert_eq!(
        room.relay(key(1), id(1), id(9)),
        Err(ErrorCode::UnknownPeer)
    );
}

#[test]
fn one_socket_has_one_seat() {
    let mut room = room(64);
    join(&mut room, 1).unwrap();
    let second = room.join(key(1), request(2, None), token(2));
    assert_eq!(second.unwrap_err(), ErrorCode::AlreadyInRoom);
    assert_eq!(room.len(), 1);
}
