use proptest::prelude::*;

use super::*;
use crate::signaling::{
    ErrorCode, ResumeToken,
    room::{Arrival, JoinRequest, Joined},
    span::{Arrived, PageWord},
};

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

fn server(number: u8) -> ServerId {
    ServerId::from_bytes([number; 16])
}

fn span(number: u8, capacity: usize) -> SpanState {
    let settings = RoomSettings::with_capacity(capacity);
    SpanState::new(at(0), server(number), "tea".parse().unwrap(), settings, 1)
}

fn request(peer: u128, second: u64, resume: Option<&ResumeToken>) -> JoinRequest {
    JoinRequest {
        peer_id: id(peer),
        display_name: format!("name {peer}"),
        resume: resume.map(|token| token.as_str().to_owned()),
        joined_at: at(second),
    }
}

/// Peer `n` joins at second `n` by socket `n` with token `n`.
fn join(span: &mut SpanState, number: u8) -> Result<Joined, ErrorCode> {
    let n = number.into();
    span.join(key(n), request(n.into(), n, None), token(number))
}

/// Carries everything over until nobody has anything to say. Gives what happened, with where.
fn talk(servers: &mut [&mut SpanState]) -> Vec<(ServerId, Happened)> {
    let mut happened = Vec::new();
    for _ in 0..100 {
        let mut said = Vec::new();
        for from in servers.iter_mut() {
            while let Some(outgoing) = from.poll_outgoing() {
                said.push((from.me, outgoing));
            }
        }
        if said.is_empty() {
            return happened;
        }
        for (from, Outgoing { to, word }) in said {
            for server in servers.iter_mut() {
                if to == Address::Room || to == Address::Server(server.me) {
                    let here = server.handle(at(0), from, word.clone());
                    happened.extend(here.into_iter().map(|it| (server.me, it)));
                }
            }
        }
    }
    panic!("they never stop talking");
}

fn roster(span: &SpanState) -> Vec<PeerId> {
    span.members()
        .into_iter()
        .map(|(peer, _)| peer.id)
        .collect()
}

fn departure(peer: u128, tell: &[u64]) -> Happened {
    Happened::Left(Departure {
        peer_id: id(peer),
        tell: tell.iter().copied().map(ConnectionKey).collect(),
    })
}

#[test]
fn who_joins_on_one_server_is_met_on_the_other() {
    let (mut here, mut there) = (span(1, 64), span(2, 64));
    join(&mut here, 1).unwrap();
    assert_eq!(talk(&mut [&mut here, &mut there]).len(), 1);
    let joined = join(&mut there, 2).unwrap();
    assert_eq!(joined.peers.len(), 1);
    assert!(matches!(joined.arrival, Arrival::New { .. }));
    let happened = talk(&mut [&mut here, &mut there]);
    let [(place, Happened::Joined { peer, tell })] = happened.as_slice() else {
        panic!("{happened:?}")
    };
    assert_eq!(
        (*place, peer.id, tell.as_slice()),
        (server(1), id(2), &[key(1)][..])
    );
    assert_eq!(
        here.relay(key(1), id(1), id(2)),
        Ok(Destination::There(server(2)))
    );
    assert_eq!(
        there.arrived(server(1), id(1), id(2)),
        Arrived::Deliver(key(2))
    );
    assert_eq!(there.relay(key(2), id(1), id(2)), Err(ErrorCode::NotYourId));
    assert_eq!(there.arrived(server(1), id(1), id(9)), Arrived::NobodyHere);
    assert_eq!(there.arrived(server(3), id(1), id(2)), Arrived::Early);
    there.leave(key(2)).unwrap();
    assert_eq!(
        talk(&mut [&mut here, &mut there]),
        [(server(1), departure(2, &[1]))]
    );
}

/// Promise 48.
#[test]
fn a_room_is_full_on_all_servers_at_once() {
    let (mut here, mut there) = (span(1, 2), span(2, 2));
    join(&mut here, 1).unwrap();
    join(&mut here, 2).unwrap();
    talk(&mut [&mut here, &mut there]);
    assert_eq!(join(&mut there, 3).unwrap_err(), ErrorCode::RoomFull);
    here.disconnected(at(0), key(2));
    talk(&mut [&mut here, &mut there]);
    assert_eq!(
        join(&mut there, 3).unwrap_err(),
        ErrorCode::RoomFull,
        "kept seats count"
    );
    let moved = there
        .join(key(9), request(2, 9, Some(&token(2))), token(9))
        .unwrap();
    assert_eq!(moved.arrival, Arrival::Resumed { replaced: None });
}

/// Promise 49, 76.
#[test]
fn a_seat_moves_to_another_server_by_its_resume_and_nobody_notices() {
    let (mut here, mut there) = (span(1, 64), span(2, 64));
    join(&mut here, 1).unwrap();
    join(&mut here, 2).unwrap();
    talk(&mut [&mut here, &mut there]);
    for wrong in [None, Some(token(1)), Some(token(9))] {
        let refused = there.join(key(9), request(2, 9, wrong.as_ref()), token(9));
        assert_eq!(refused.unwrap_err(), ErrorCode::PeerIdTaken);
    }
    assert_eq!(there.poll_outgoing(), None);
    let joined = there
        .join(key(9), request(2, 9, Some(&token(2))), token(9))
        .unwrap();
    assert_eq!(joined.arrival, Arrival::Resumed { replaced: None });
    let happened = talk(&mut [&mut here, &mut there]);
    let moved = Happened::Evicted {
        connection: key(2),
        why: Eviction::MovedAway,
    };
    assert_eq!(happened, [(server(1), moved)], "and no word to the others");
    assert_eq!(
        (roster(&here), roster(&there)),
        (vec![id(1), id(2)], vec![id(1), id(2)])
    );
    assert_eq!(there.members()[1].0.joined_at, at(2));
    let twice = here.join(key(10), request(2, 9, Some(&token(2))), token(10));
    assert_eq!(
        twice.unwrap_err(),
        ErrorCode::PeerIdTaken,
        "good for one use"
    );
    here.join(key(10), request(2, 9, Some(&token(9))), token(10))
        .unwrap();
    let happened = talk(&mut [&mut here, &mut there]);
    assert!(matches!(
        happened.as_slice(),
        [(_, Happened::Evicted { .. })]
    ));
}

#[test]
fn two_at_once_with_one_id_are_parted_the_same_way_on_both_servers() {
    let (mut here, mut there) = (span(1, 64), span(2, 64));
    join(&mut there, 1).unwrap();
    let mut late = request(1, 5, None);
    late.display_name = "thief".to_owned();
    here.join(key(5), late, token(5)).unwrap();
    let happened = talk(&mut [&mut here, &mut there]);
    let lost = Happened::Evicted {
        connection: key(5),
        why: Eviction::WasTaken,
    };
    assert_eq!(happened, [(server(1), lost)]);
    assert!(here.is_empty());
    assert_eq!(here.members()[0].0.display_name, "name 1");
}

#[test]
fn a_server_that_was_cut_off_learns_whom_it_has_taken_for_a_newcomer() {
    let (mut here, mut there) = (span(1, 64), span(2, 64));
    join(&mut here, 1).unwrap();
    here.disconnected(at(3), key(1));
    let back = there
        .join(key(7), request(1, 7, Some(&token(1))), token(7))
        .unwrap();
    assert!(
        matches!(back.arrival, Arrival::New { .. }),
        "nothing is known here of the seat"
    );
    talk(&mut [&mut here, &mut there]);
    assert!(here.is_empty());
    assert_eq!(
        there.members()[0].0.joined_at,
        at(1),
        "it is that very seat"
    );
}

/// Promise 76.
#[test]
fn the_seats_of_a_server_that_left_are_kept_and_those_of_one_that_died_are_not() {
    let (mut here, mut there) = (span(1, 64), span(2, 64));
    join(&mut here, 1).unwrap();
    join(&mut there, 2).unwrap();
    talk(&mut [&mut here, &mut there]);
    assert_eq!(there.server_left(at(0), server(1)), []);
    assert_eq!(
        there.relay(key(2), id(2), id(1)),
        Err(ErrorCode::UnknownPeer)
    );
    let mut third = span(3, 64);
    third.handle(at(0), server(2), RoomWord::Ask);
    talk(&mut [&mut there, &mut third]);
    third.reconnected();
    let happened = talk(&mut [&mut there, &mut third]);
    assert_eq!(
        (happened.len(), roster(&third)),
        (2, vec![id(1), id(2)]),
        "those that are kept too"
    );
    let stolen = third.join(key(9), request(1, 9, None), token(9));
    assert_eq!(stolen.unwrap_err(), ErrorCode::PeerIdTaken);
    assert_eq!(there.expire(at(44)), []);
    assert_eq!(there.expire(at(45)), [departure(1, &[2])]);
    third
        .join(key(9), request(1, 9, Some(&token(1))), token(9))
        .unwrap();

    talk(&mut [&mut there, &mut third]);
    assert_eq!(there.server_gone(server(3)), [departure(1, &[2])]);
}

#[test]
fn what_was_missed_is_asked_for_and_what_is_old_does_no_harm() {
    let (mut here, mut there) = (span(1, 64), span(2, 64));
    join(&mut here, 1).unwrap();
    let first = here.poll_outgoing().unwrap();
    join(&mut here, 2).unwrap();
    let lost = here.poll_outgoing().unwrap();
    join(&mut here, 3).unwrap();
    there.handle(at(0), server(1), first.word.clone());
    talk(&mut [&mut here, &mut there]);
    assert_eq!(roster(&there), [id(1), id(2), id(3)]);
    for old in [first.word, lost.word, RoomWord::Page(PageWord::default())] {
        assert_eq!(there.handle(at(0), server(1), old), []);
    }
    here.leave(key(3)).unwrap();
    while here.poll_outgoing().is_some() {}
    here.expire(at(30));
    assert_eq!(
        talk(&mut [&mut here, &mut there]).len(),
        1,
        "the digest told"
    );
    assert_eq!(roster(&there), [id(1), id(2)]);
    assert_eq!(there.expire(at(99)).len(), 0);
    assert_eq!(
        there.expire(at(100)).len(),
        2,
        "it says nothing of the room any more"
    );
}

#[test]
fn a_page_in_parts_counts_when_it_is_whole() {
    let (mut here, mut there) = (span(1, 300), span(2, 300));
    for number in 0..200 {
        join(&mut here, number).unwrap();
    }
    while here.poll_outgoing().is_some() {}
    here.reconnected();
    let mut parts = Vec::new();
    while let Some(Outgoing { word, .. }) = here.poll_outgoing() {
        parts.push(word);
    }
    assert_eq!(parts.len(), 4);
    for broken in [&parts[..2], &parts[3..], &parts[1..], &parts[..3]] {
        for word in broken {
            assert_eq!(there.handle(at(0), server(1), word.clone()), []);
        }
    }
    let mut happened = 0;
    for word in parts {
        happened += there.handle(at(0), server(1), word).len();
    }
    assert_eq!((happened, roster(&there).len()), (200, 200));
}

proptest! {
    /// With nobody else on the bus a room is what it is on one server.
    #[test]
    fn alone_it_is_an_ordinary_room(
        commands in prop::collection::vec((0..5_u8, 0..6_u64, 0..5_u128, 0..5_u128, 0..12_u8), 1..60),
    ) {
        let settings = RoomSettings::with_capacity(3);
        let mut plain = RoomState::new("tea".parse().unwrap(), settings);
        let mut span = span(1, 3);
        let mut seconds = 0;
        for (number, (kind, socket, from, to, shown)) in (0_u8..).zip(commands) {
            match kind {
                0 | 1 => {
                    let ask = |fresh| (key(socket), request(from, 0, Some(&token(shown))), fresh);
                    let (connection, asked, fresh) = ask(token(number));
                    let (a, b) = (plain.join(connection, asked.clone(), fresh.clone()), span.join(connection, asked, fresh));
                    prop_assert_eq!(a.map(|a| (a.peers, a.arrival)), b.map(|b| (b.peers, b.arrival)));
                }
                2 => prop_assert_eq!(plain.leave(key(socket)), span.leave(key(socket))),
                3 => {
                    plain.disconnected(at(seconds), key(socket));
                    span.disconnected(at(seconds), key(socket));
                }
                _ => seconds += u64::from(shown) * 3,
            }
            let route = plain.relay(key(socket), id(from), id(to)).map(Destination::Here);
            prop_assert_eq!(route, span.relay(key(socket), id(from), id(to)));
            let departures: Vec<_> = plain.expire(at(seconds)).into_iter().map(Happened::Left).collect();
            prop_assert_eq!(departures, span.expire(at(seconds)));
            prop_assert_eq!(plain.members(), span.members());
        }
    }
}
