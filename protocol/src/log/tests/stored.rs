//! What is stored counts, where there is a store.

use super::*;
use crate::log::{
    piles::Amount,
    stored::{BLOCK, Stored},
};

fn amount(entries: u64, bytes: u64) -> Amount {
    Amount { entries, bytes }
}

#[test]
fn what_is_dropped_is_counted_by_its_blocks() {
    let author = Author::new(1);
    let (session, person) = (author.key(), author.identity.key());
    let mut stored = Stored::default();
    // The first block is of short entries, the second of long ones.
    for number in 1..=2 * BLOCK {
        let bytes = if number < BLOCK { 10 } else { 1_000 };
        stored.count(session, person, number, amount(1, bytes));
    }
    stored.drop_through(&session, BLOCK - 1, 2 * BLOCK);
    assert_eq!(stored.all(), amount(BLOCK + 1, (BLOCK + 1) * 1_000));
    stored.drop_through(&session, BLOCK + BLOCK / 2 - 1, 2 * BLOCK);
    assert_eq!(stored.all(), amount(BLOCK / 2 + 1, (BLOCK / 2 + 1) * 1_000));
    stored.forget(&session);
    assert_eq!((stored.all(), stored.entries(&session)), (amount(0, 0), 0));
}

#[test]
fn long_entries_count_more_than_many() {
    let (short, long) = (Author::new(1), Author::new(2));
    let mut stored = Stored::default();
    for number in 1..=1_000 {
        let person = short.identity.key();
        stored.count(short.key(), person, number, amount(1, 10));
    }
    for number in 1..=100 {
        let person = long.identity.key();
        stored.count(long.key(), person, number, amount(1, 1_000));
    }
    let bounds = |messages, bytes| Bounds {
        messages,
        bytes,
        shares: 10,
    };
    let pays = |bounds| stored.too_much(bounds, None).map(|(session, _)| session);
    assert_eq!(pays(bounds(10_000, 100_000)), Some(long.key()));
    assert_eq!(pays(bounds(1_000, 1_000_000)), Some(short.key()));
    assert_eq!(pays(bounds(10_000, 1_000_000)), None);
}

/// Promise 33, where there is a store: what is not in memory any more does not make room for a session of which nothing is.
#[test]
fn a_session_of_which_much_is_stored_stays() {
    let mut old = Author::new(1);
    let mut logs = Logs::new(ROOM, limits::LOG_IN_MEMORY, true);
    let name = "Mallory".parse().unwrap();
    let meet = |logs: &mut Logs, number: u32| {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let (identity, session) = (Identity::from_seed(&seed), Session::from_seed(&seed));
        let peer = PeerId::from_random(1);
        let card = SignedCard::sign(peer, &name, &identity, &session, &ROOM);
        assert!(logs.introduce(card));
        Author {
            identity,
            session,
            end: LogEnd::default(),
        }
    };
    // All of the others have something in memory; of the old one it is stored.
    let others = u32::try_from(limits::SESSIONS).unwrap() - 1;
    for number in 0..others {
        let mut author = meet(&mut logs, number);
        take(&mut logs, &author.text("x"));
    }
    assert!(logs.introduce(old.card()));
    let said = read(old.text("x"));
    let log = SessionLog::restored(&StoredRange {
        session: old.key(),
        first: (1, None),
        last: (500, said.hash),
        lamport: 500,
        floor: 0,
    });
    logs.restore(old.key(), log);
    logs.restore_block(old.key(), 448, amount(53, 5_300));
    meet(&mut logs, others);
    assert!(logs.card(&old.key()).is_some());
    assert_eq!(logs.take_forgotten().len(), 1);
}
