//! Chains, orders of arrival, bounds: what holds of logs and of the view without any link.

use std::sync::Arc;

use proptest::prelude::*;

use super::{
    content::{Content, Setting},
    log_entry::LogEntry,
    logs::{Hole, Logs, Taking},
    place::EntryId,
    session_log::{Insertion, SessionLog, proves_fork},
    storing::StoredRange,
    view::{Arrival, Change, Message, View},
};
use crate::{
    crypto::{
        Identity, Session, SessionKey, SignedCard,
        entry::{LogEnd, SignedEntry},
    },
    ids::{MessageId, PeerId},
    limits::{self, Bounds},
    time::Timestamp,
};

mod deleted;
mod stored;

const ROOM: [u8; 32] = [9; 32];

struct Author {
    identity: Identity,
    session: Session,
    end: LogEnd,
}

impl Author {
    fn new(number: u8) -> Self {
        Self {
            identity: Identity::from_seed(&[number; 32]),
            session: Session::from_seed(&[number + 100; 32]),
            end: LogEnd::default(),
        }
    }

    fn card(&self) -> SignedCard {
        let name = "Ada".parse().unwrap();
        let peer = PeerId::from_random(1);
        SignedCard::sign(peer, &name, &self.identity, &self.session, &ROOM)
    }

    fn say(&mut self, content: &Content) -> SignedEntry {
        let id = MessageId::from_random(u128::from(self.end.number) << 80);
        let keys = (self.identity.key(), &self.session);
        let time = Timestamp::from_millis(1);
        self.end.append(keys, content.write(id), time, &ROOM)
    }

    fn text(&mut self, text: &str) -> SignedEntry {
        self.say(&said(text))
    }

    fn key(&self) -> SessionKey {
        self.session.key()
    }

    fn id(&self, number: u64) -> EntryId {
        EntryId {
            session: self.key(),
            number,
        }
    }
}

fn deletion(target: EntryId) -> Content {
    Content::Delete {
        target,
        remains: None,
    }
}

fn said(text: &str) -> Content {
    Content::ChatMessage {
        text: text.parse().unwrap(),
        reply_to: None,
    }
}

fn read(signed: SignedEntry) -> Arc<LogEntry> {
    Arc::new(LogEntry::read(signed).unwrap())
}

fn chain(author: &mut Author, length: usize) -> Vec<Arc<LogEntry>> {
    (0..length).map(|_| read(author.text("x"))).collect()
}

fn taken(insertion: Insertion) -> Vec<u64> {
    match insertion {
        Insertion::Taken(taken) => taken.iter().map(|entry| entry.entry.number).collect(),
        other @ (Insertion::Stored
        | Insertion::Known
        | Insertion::Beyond
        | Insertion::Forked(_)
        | Insertion::Refused) => panic!("{other:?}"),
    }
}

#[test]
fn a_log_grows_in_both_directions_and_takes_what_waited() {
    let chain = chain(&mut Author::new(1), 8);
    let mut log = SessionLog::default();
    let mut insert = |number: usize| log.insert(Arc::clone(&chain[number - 1]));
    assert_eq!(taken(insert(4)), [4]);
    assert_eq!(insert(7), Insertion::Beyond);
    assert_eq!(insert(6), Insertion::Beyond);
    assert_eq!(insert(2), Insertion::Beyond);
    assert_eq!(taken(insert(3)), [3]);
    assert_eq!(taken(insert(5)), [5, 6, 7]);
    assert_eq!(insert(6), Insertion::Known);
    assert_eq!(taken(insert(2)), [2]);
    assert_eq!(taken(insert(1)), [1]);
    assert_eq!(log.range(), Some((1, 7)));
}

#[test]
fn two_things_in_one_place_are_a_proof_however_they_meet() {
    let (mut one, mut other) = (Author::new(1), Author::new(1));
    let honest = chain(&mut one, 4);
    let _ = other.text("x");
    let forked: Vec<_> = (0..3).map(|_| read(other.text("y"))).collect();
    let holds = |numbers: &[usize]| {
        let mut log = SessionLog::default();
        for number in numbers {
            log.insert(Arc::clone(&honest[number - 1]));
        }
        log
    };
    // In the same place, after, before, and beyond a hole.
    for (held, met) in [(&[1, 2][..], 0), (&[1, 2], 1), (&[3, 4], 0), (&[1, 4], 2)] {
        let mut log = holds(held);
        match log.insert(Arc::clone(&forked[met])) {
            Insertion::Forked([one, other]) => {
                assert!(proves_fork(&read(one), &read(other)), "{held:?} {met}");
            }
            other @ (Insertion::Taken(_)
            | Insertion::Stored
            | Insertion::Known
            | Insertion::Beyond
            | Insertion::Refused) => panic!("{held:?} {met}: {other:?}"),
        }
    }
    assert!(!proves_fork(&honest[0], &honest[1]) && !proves_fork(&honest[0], &honest[2]));
}

#[test]
fn a_lamport_time_that_does_not_grow_is_a_proof_too() {
    let mut author = Author::new(1);
    author.end.lamport = 5;
    let one = read(author.text("x"));
    author.end.lamport = 5;
    let (two, three) = (read(author.text("y")), read(author.text("z")));
    assert!(proves_fork(&one, &two) && !proves_fork(&two, &three));
    for order in [
        vec![&one, &two],
        vec![&two, &one],
        vec![&one, &three, &two],
        vec![&three, &two, &one],
    ] {
        let mut log = SessionLog::default();
        let last = order.into_iter().map(|entry| log.insert(Arc::clone(entry)));
        assert!(matches!(last.last(), Some(Insertion::Forked(_))));
    }
}

#[test]
fn what_waits_beyond_a_hole_is_bounded_and_what_is_needed_first_stays() {
    let chain = chain(&mut Author::new(1), 300);
    let mut log = SessionLog::default();
    log.insert(Arc::clone(&chain[0]));
    for entry in chain.iter().skip(2).rev() {
        log.insert(Arc::clone(entry));
    }
    let bytes: usize = chain
        .iter()
        .take(limits::WAITING_ENTRIES)
        .map(|it| it.weight())
        .sum();
    assert!(log.waiting_bytes() <= bytes + chain.len() * 2);
    assert_eq!(
        taken(log.insert(Arc::clone(&chain[1]))).len(),
        limits::WAITING_ENTRIES + 1
    );
}

#[test]
fn beyond_a_hole_that_nobody_fills_a_log_begins_anew_and_old_entries_make_room_first() {
    let chain = chain(&mut Author::new(1), 9);
    let mut log = SessionLog::default();
    log.insert(Arc::clone(&chain[0]));
    log.insert(Arc::clone(&chain[6]));
    assert_eq!(taken(log.restart(Arc::clone(&chain[5]))), [6, 7]);
    assert_eq!((log.range(), log.len()), (Some((6, 7)), 3));
    assert_eq!(taken(log.restart(Arc::clone(&chain[4]))), [5]);
    for released in [1, 5] {
        let oldest = log.release_oldest(false).unwrap();
        assert_eq!(oldest.entry.number, released);
    }
    assert_eq!((log.range(), log.floor()), (Some((6, 7)), 6));
    assert_eq!(log.insert(Arc::clone(&chain[4])), Insertion::Refused);
}

#[test]
fn what_the_store_has_comes_back_only_where_it_fits() {
    let chain = chain(&mut Author::new(1), 6);
    let (first, last) = (&chain[1], &chain[5]);
    let mut log = SessionLog::restored(&StoredRange {
        session: last.entry.session,
        first: (2, first.entry.previous),
        last: (6, last.hash),
        lamport: last.entry.lamport,
        floor: 0,
    });
    assert!(log.load(vec![Arc::clone(&chain[3])]).is_empty());
    assert_eq!(log.load(chain[4..].to_vec()).len(), 2);
    assert_eq!(log.load(chain[..4].to_vec()).len(), 3);
    assert_eq!(log.len(), 5);
    assert_eq!(taken(log.insert(Arc::clone(&chain[0]))), [1]);
}

fn logs(authors: &[Author], bounds: Bounds) -> Logs {
    let mut logs = Logs::new(ROOM, bounds, false);
    for author in authors {
        assert!(logs.introduce(author.card()));
    }
    logs
}

fn take(logs: &mut Logs, signed: &SignedEntry) -> Taking {
    logs.take(LogEntry::read(signed.clone()).unwrap(), Hole::Waits)
}

/// Promise 33: a flood stays within the bounds and pushes out its author's own oldest entries, and nobody else's.
#[test]
fn a_flood_pushes_out_its_authors_own_oldest_entries() {
    let mut authors: Vec<_> = (1..4).map(Author::new).collect();
    let bounds = Bounds {
        messages: 400,
        bytes: 1024 * 1024,
        shares: 10,
    };
    let mut logs = logs(&authors, bounds);
    for number in 0..300 {
        let signed = authors[number % 2].text("honest");
        take(&mut logs, &signed);
    }
    for _ in 0..3_000 {
        let signed = authors[2].text("flood");
        take(&mut logs, &signed);
        assert!(logs.len() <= bounds.messages && logs.bytes() <= bounds.bytes);
    }
    let flooder = authors[2].identity.key();
    assert!(
        logs.take_released()
            .iter()
            .all(|it| it.entry.author == flooder)
    );
    let last = |author: &Author| logs.log(&author.key()).unwrap().range().unwrap().1;
    assert_eq!((last(&authors[0]), last(&authors[2])), (150, 3_000));
    let long = "x".repeat(limits::MESSAGE_TEXT_BYTES);
    for _ in 0..60 {
        let signed = authors[2].text(&long);
        take(&mut logs, &signed);
        assert!(logs.bytes() <= bounds.bytes);
    }
}

#[test]
fn sessions_are_bounded_and_who_is_here_stays() {
    let (author, present) = (Author::new(1), Author::new(2));
    let mut logs = logs(&[present], limits::LOG_IN_MEMORY);
    let here = Author::new(2).key();
    logs.set_present(&here, true);
    let name = "Mallory".parse().unwrap();
    for number in 0..1_200_u32 {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let session = Session::from_seed(&seed);
        let peer = PeerId::from_random(1);
        let card = SignedCard::sign(peer, &name, &author.identity, &session, &ROOM);
        assert!(logs.introduce(card));
    }
    assert_eq!(logs.sessions().count(), limits::SESSIONS);
    assert!(logs.card(&here).is_some());
}

#[test]
fn of_whom_no_session_is_here_nothing_is_remembered() {
    let (mut logs, mut view) = (logs(&[], limits::LOG_IN_MEMORY), View::default());
    let mut people = Vec::new();
    for number in 0..=1_000_u32 {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let mut author = Author {
            identity: Identity::from_seed(&seed),
            session: Session::from_seed(&seed),
            end: LogEnd::default(),
        };
        assert!(logs.introduce(author.card()));
        let name = format!("Person {number}");
        let signed = author.say(&Content::Profile { name });
        assert!(matches!(take(&mut logs, &signed), Taking::Taken(_)));
        view.add(&read(signed));
        people.push(author.identity.key());
    }
    assert_eq!(logs.people(), limits::SESSIONS);
    let gone = people[limits::SESSIONS - 1];
    assert_eq!(logs.take_gone(), [gone]);
    view.forget(&gone);
    assert_eq!(view.name(&gone), None);
    assert!(view.name(&people[limits::SESSIONS]).is_some());
}

#[test]
fn nobody_speaks_for_another_and_nothing_is_taken_of_whom_nobody_knows() {
    let mut authors = vec![Author::new(1), Author::new(2)];
    let mut logs = logs(&authors[..1], limits::LOG_IN_MEMORY);
    let mut stranger = authors.remove(1);
    assert_eq!(take(&mut logs, &stranger.text("x")), Taking::Refused);
    let signed = authors[0].text("pay Bob 5");
    let text = signed.text.replace("Bob 5", "Eve 9");
    let changed = SignedEntry {
        text,
        ..signed.clone()
    };
    assert_eq!(take(&mut logs, &changed), Taking::Refused);
    assert!(matches!(take(&mut logs, &signed), Taking::Taken(_)));
    assert_eq!(take(&mut logs, &signed), Taking::Known);
}

#[test]
fn a_log_begins_anew_with_what_had_waited() {
    let mut authors = vec![Author::new(1)];
    let said: Vec<_> = (0..5).map(|_| authors[0].text("x")).collect();
    let mut logs = logs(&authors, limits::LOG_IN_MEMORY);
    take(&mut logs, &said[0]);
    assert!(matches!(take(&mut logs, &said[3]), Taking::Beyond(_)));
    let claim = LogEntry::read(said[3].clone()).unwrap();
    let taking = logs.take(claim, Hole::Skipped);
    assert!(matches!(taking, Taking::Taken(_)), "{taking:?}");
}

fn seen(view: &View) -> Vec<Message> {
    view.places()
        .filter_map(|place| view.message(place))
        .collect()
}

#[test]
fn edits_deletions_and_reactions_count_as_they_should() {
    let (mut ada, mut bob) = (Author::new(1), Author::new(2));
    let mut view = View::default();
    let edit = |target, text: &str| Content::Edit {
        target,
        text: text.parse().unwrap(),
    };
    let react = |target, on| Content::Reaction {
        target,
        emoji: "👋".into(),
        on,
    };
    let hello = ada.id(1);
    view.add(&read(ada.text("hello")));
    bob.end.witness(ada.end.lamport);
    view.add(&read(bob.say(&edit(hello, "not mine"))));
    view.add(&read(bob.say(&react(hello, true))));
    view.add(&read(ada.say(&edit(hello, "hi"))));
    let message = &seen(&view)[0];
    assert_eq!(message.text.as_ref().unwrap().as_str(), "hi");
    assert!(message.is_edited);
    let by = vec![bob.identity.key()];
    assert_eq!(message.reactions, [("👋".to_owned(), by)]);
    let off = read(bob.say(&react(hello, false)));
    view.add(&off);
    assert!(seen(&view)[0].reactions.is_empty());
    view.add(&read(bob.say(&deletion(hello))));
    assert!(seen(&view)[0].text.is_some());
    view.add(&read(ada.say(&deletion(hello))));
    assert_eq!(seen(&view)[0].text, None);
    // The reaction stands again once what took it back is not here any more.
    view.take_changes();
    view.remove(&off);
    let place = view.place(hello).unwrap();
    assert_eq!(view.take_changes(), [Change::Changed(place)]);
}

#[test]
fn what_comes_late_takes_its_place_above() {
    let (mut ada, mut bob) = (Author::new(1), Author::new(2));
    let early = read(ada.text("early"));
    bob.end.witness(ada.end.lamport);
    let late = read(bob.text("late"));
    let mut view = View::default();
    view.add(&late);
    view.add(&early);
    view.add(&early);
    let expected = [
        Change::Added(late.place(), Arrival::Appended),
        Change::Added(early.place(), Arrival::Above),
    ];
    assert_eq!(view.take_changes(), expected);
    assert_eq!(
        view.places().collect::<Vec<_>>(),
        [early.place(), late.place()]
    );
}

fn content(kind: u8, target: EntryId, number: usize) -> Content {
    let text = || format!("text {number}").parse().unwrap();
    match kind {
        0 => Content::Edit {
            target,
            text: text(),
        },
        1 => deletion(target),
        2 | 3 => Content::Reaction {
            target,
            emoji: "x".into(),
            on: kind == 2,
        },
        4 => Content::Setting(Setting::Title(format!("title {number}"))),
        5 => Content::Profile {
            name: format!("name {number}"),
        },
        _ => said("said"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_order_of_arrival_gives_the_same_logs_and_the_same_view(
        steps in prop::collection::vec((0_usize..3, 0_u8..12, 0_usize..3, 1_u64..8, any::<bool>()), 1..40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let mut authors: Vec<_> = (1..4).map(Author::new).collect();
        let mut entries = Vec::new();
        for (number, (who, kind, whose, target, hears)) in steps.into_iter().enumerate() {
            let target = authors[whose].id(target);
            if hears {
                let lamport = authors.iter().map(|it| it.end.lamport).max().unwrap();
                authors[who].end.witness(lamport);
            }
            entries.push(authors[who].say(&content(kind, target, number)));
        }
        let arrive = |entries: &[SignedEntry]| {
            let (mut logs, mut view) = (logs(&authors, limits::LOG_IN_MEMORY), View::default());
            // What had come too early comes again, until nothing is new.
            while entries.iter().filter(|signed| match take(&mut logs, signed) {
                Taking::Taken(taken) => {
                    taken.iter().for_each(|entry| view.add(entry));
                    true
                }
                Taking::Stored(_) | Taking::Known | Taking::Beyond(_) | Taking::Forked(_) | Taking::Refused => false,
            }).count() > 0 {}
            let extents: Vec<_> = logs.sessions().map(|(key, log)| log.extent(key)).collect();
            let title = view.title().map(str::to_owned);
            let names: Vec<_> = authors.iter().map(|it| view.name(&it.identity.key()).map(str::to_owned)).collect();
            (extents, seen(&view), title, names)
        };
        let expected = arrive(&entries);
        let mut shuffled = entries;
        for (place, index) in order.iter().enumerate().take(shuffled.len()) {
            let other = index.index(shuffled.len());
            shuffled.swap(place, other);
        }
        prop_assert_eq!(arrive(&shuffled), expected);
    }
}
