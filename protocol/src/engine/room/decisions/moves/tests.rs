use super::*;
use crate::crypto::Identity;

fn key(number: u8) -> IdentityKey {
    Identity::from_seed(&[number; 32]).key()
}

fn invite(number: u8) -> Invite {
    Invite::generate([number; 16], [number; 32])
}

fn stranger(_: &IdentityKey) -> Regard {
    Regard::Passing
}

fn asks(moves: &mut Moves, by: u8, to: u8) -> bool {
    moves.ask(key(by), "Eve".parse().unwrap(), invite(to), stranger)
}

fn asking(moves: &Moves) -> Vec<IdentityKey> {
    moves.asking.iter().map(|asking| asking.by).collect()
}

#[test]
fn the_newest_invite_of_somebody_stands_and_an_answer_is_for_the_one_that_was_seen() {
    let mut moves = Moves::default();
    assert!(asks(&mut moves, 1, 11) && asks(&mut moves, 2, 21));
    assert!(!asks(&mut moves, 1, 11), "repeated");
    assert!(asks(&mut moves, 1, 12));
    assert_eq!(asking(&moves), [key(2), key(1)]);
    assert!(moves.answer(&key(1), invite(11).room()).is_none(), "old");
    assert!(moves.answer(&key(2), invite(12).room()).is_none());
    let answered = moves.answer(&key(1), invite(12).room()).unwrap();
    assert_eq!(answered.invite, invite(12));
    assert!(moves.answer(&key(1), invite(12).room()).is_none(), "twice");
    assert_eq!(asking(&moves), [key(2)]);
}

#[test]
fn whoever_was_declined_asks_for_no_room_twice_and_three_times_in_all() {
    let mut moves = Moves::default();
    let mut heard = 0;
    for to in (1..=9).chain(1..=9) {
        heard += usize::from(asks(&mut moves, 1, to));
        moves.answer(&key(1), invite(to).room());
        assert!(!asks(&mut moves, 1, to), "declined");
    }
    assert_eq!(heard, limits::MOVES_ASKED_EACH);
    // Nobody else is heard less for it.
    assert!(asks(&mut moves, 2, 50));
}

#[test]
fn of_a_crowd_that_asks_a_bounded_part_is_heard_and_who_is_known_always() {
    let mut moves = Moves::default();
    for by in 1..=200 {
        asks(&mut moves, by, by);
    }
    assert_eq!(moves.asking.len(), limits::MOVES_UNANSWERED);
    assert!(moves.asked.len() <= limits::MOVE_ASKERS);
    let regard = |identity: &IdentityKey| {
        if *identity == key(210) {
            Regard::Known
        } else if *identity == key(211) {
            Regard::Verified
        } else {
            Regard::Passing
        }
    };
    for (by, to) in [(210, 1), (211, 2)] {
        let name = "Bob".parse().unwrap();
        assert!(moves.ask(key(by), name, invite(to), regard));
        assert!(asking(&moves).contains(&key(by)));
    }
    assert_eq!(moves.asking.len(), limits::MOVES_UNANSWERED);
    for by in 212..=250 {
        let name = "Eve".parse().unwrap();
        assert!(!moves.ask(key(by), name, invite(by), regard));
    }
    // However often they are answered, the crowd does not ask on and on.
    let mut heard = 0;
    for round in 0..10 {
        for by in 1..=200 {
            if asks(&mut moves, by, by.wrapping_add(round)) {
                heard += 1;
                moves.answer(&key(by), invite(by.wrapping_add(round)).room());
            }
        }
    }
    assert!(heard <= limits::MOVE_ASKERS * limits::MOVES_ASKED_EACH);
}

#[test]
fn what_was_not_answered_is_asked_again_after_a_reload() {
    let mut moves = Moves::default();
    asks(&mut moves, 1, 11);
    asks(&mut moves, 2, 21);
    assert!(moves.withdraw(&key(2)) && !moves.withdraw(&key(2)));
    let mut again = Moves::new(moves.kept());
    assert_eq!(again.kept(), moves.kept());
    assert!(!asks(&mut again, 1, 11), "repeated");
    let answered = again.answer(&key(1), invite(11).room()).unwrap();
    assert_eq!(answered.invite, invite(11));
    assert!(again.is_empty());
    let damaged = MoveInvite {
        by: key(1),
        name: "Eve".into(),
        room: "p_x".parse().unwrap(),
        secret: "?".into(),
    };
    assert!(Moves::new(vec![damaged]).is_empty());
}

#[test]
fn who_asks_is_named_with_what_is_known_of_them() {
    let mut people = People::new("p_tea".parse().unwrap(), true, Vec::new());
    let name = |text: &str| -> PersonName { text.parse().unwrap() };
    people.set_verified(&key(1), &name("Ada"), true);
    let mut moves = Moves::default();
    for (by, called) in [(1, "Ada"), (2, "Bob"), (3, "ada"), (4, "Me")] {
        moves.ask(key(by), name(called), invite(by), stranger);
    }
    let view = moves.view(&people, key(4));
    let standings: Vec<_> = view.iter().map(|it| it.standing).collect();
    assert_eq!(
        standings,
        [
            Standing::Verified,
            Standing::Known,
            Standing::NewKey,
            Standing::Verified
        ]
    );
    assert!(view.iter().all(|it| it.badge == it.by.badge()));
}
