use super::*;
use crate::{
    engine::{ConnectionSettings, link::sdp},
    limits,
};

const NOW: Timestamp = Timestamp::from_millis(1);

fn candidate() -> RemoteCandidate {
    RemoteCandidate {
        candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host".into(),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: None,
        username_fragment: None,
    }
}

fn ice_path() -> IcePath {
    IcePath::new(&ConnectionSettings::default())
}

/// A description that brings candidates along.
fn description(candidates: usize) -> String {
    "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(candidates)
}

fn answering(described: usize, early: usize, io: &mut Io) -> Attempt {
    let described = (description(described), vec![candidate(); early]);
    let (thread, ice_path) = (Thread::default(), ice_path());
    Attempt::answer(NOW, ConnectionId(1), thread, ice_path, described, io)
}

/// Tells the attempt that what it waits for is done.
fn done(attempt: &mut Attempt, io: &mut Io) {
    let (Phase::CreatingOffer(op)
    | Phase::ApplyingAnswer(op)
    | Phase::ApplyingOffer(op)
    | Phase::CreatingAnswer(op)) = attempt.phase
    else {
        panic!("nothing is waited for");
    };
    attempt.handle_op(NOW, op, &Ok("{}".to_owned()), io);
}

/// How many candidates the browser was given, in descriptions and beside them.
fn given(io: &mut Io) -> usize {
    let mut given = 0;
    while let Some(effect) = io.poll_effect() {
        if let Effect::AddCandidate(..) = effect {
            given += 1;
        } else if let Effect::ApplyDescription(_, _, description) = effect {
            given += sdp::candidates_in(&description.sdp);
        }
    }
    given
}

/// Promise 24: whatever a peer sends, the browser is given 64 candidates for an attempt.
#[test]
fn an_attempt_takes_64_candidates() {
    let mut io = Io::new([1; 32]);
    let mut attempt = answering(0, 0, &mut io);
    for number in 0..200 {
        if number == 30 {
            // The description is applied: what waited is given, and the rest at once.
            done(&mut attempt, &mut io);
        }
        attempt.handle_candidate(candidate(), &mut io);
    }
    assert_eq!(given(&mut io), limits::CANDIDATES);
    assert_eq!(
        io.dropped.of(DropCause::TooMany),
        200 - limits::CANDIDATES as u64
    );
}

/// Promise 24: 64 in all, wherever they stand.
#[test]
fn candidates_in_an_offer_and_before_it_count_too() {
    for (described, early, late, expected) in [
        (0, 0, 64, 64),
        (0, 64, 64, 64),
        (64, 0, 64, 64),
        (64, 64, 64, 64),
        (40, 20, 4, 64),
        (40, 20, 5, 64),
        (40, 64, 0, 64),
        (3, 2, 1, 6),
    ] {
        let mut io = Io::new([1; 32]);
        let mut attempt = answering(described, early, &mut io);
        done(&mut attempt, &mut io);
        for _ in 0..late {
            attempt.handle_candidate(candidate(), &mut io);
        }
        let case = (described, early, late);
        assert_eq!(given(&mut io), expected, "{case:?}");
        assert_eq!(attempt.ice_path.peer_candidates, expected, "{case:?}");
        let sent = described + early + late;
        assert_eq!(
            io.dropped.of(DropCause::TooMany),
            (sent - expected) as u64,
            "{case:?}"
        );
    }
}

/// Promise 24.
#[test]
fn candidates_in_an_answer_and_before_it_count_too() {
    for (early, described, late, expected) in [
        (64, 0, 64, 64),
        (0, 64, 64, 64),
        (64, 64, 64, 64),
        (20, 40, 10, 64),
        (2, 3, 1, 6),
    ] {
        let mut io = Io::new([1; 32]);
        let (thread, ice_path) = (Thread::default(), ice_path());
        let mut attempt = Attempt::offer(NOW, ConnectionId(1), thread, ice_path, &mut io);
        done(&mut attempt, &mut io);
        for _ in 0..early {
            attempt.handle_candidate(candidate(), &mut io);
        }
        attempt.handle_answer(description(described), None, &mut io);
        done(&mut attempt, &mut io);
        for _ in 0..late {
            attempt.handle_candidate(candidate(), &mut io);
        }
        let case = (early, described, late);
        assert_eq!(given(&mut io), expected, "{case:?}");
        let sent = early + described + late;
        assert_eq!(
            io.dropped.of(DropCause::TooMany),
            (sent - expected) as u64,
            "{case:?}"
        );
    }
}
