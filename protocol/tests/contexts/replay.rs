//! Promise 7: what comes again, late, out of order, or to somebody else changes nothing and opens nothing twice.

use std::collections::BTreeSet;

use banter_protocol::crypto::{
    pair::Pair,
    signal::{Signal, SignalKind},
};
use proptest::{prelude::*, sample::Index};

use super::people::{ADA, ADA_LATER, BOB, EVE, rooms};

/// How far a signal may come behind the newest.
const WINDOW: usize = 64;

/// Both ends of each pair, one after the other: other rooms, other pairs, other epochs.
fn ends() -> Vec<Pair> {
    let mut ends = Vec::new();
    for (_, room) in rooms().into_iter().take(3) {
        for (one, other) in [(ADA, BOB), (ADA_LATER, BOB), (ADA, EVE)] {
            ends.push(one.pair_with(other, &room));
            ends.push(other.pair_with(one, &room));
        }
    }
    ends
}

/// A sealed signal on its way.
struct Recorded {
    /// The place of the end that it is for.
    receiver: usize,
    /// As the sender counts.
    number: usize,
    text: String,
    signal: Signal,
}

/// Each of these ends says so many things.
fn record(ends: &mut [Pair], said: &[(Index, usize)]) -> Vec<Recorded> {
    let mut recorded: Vec<Recorded> = Vec::new();
    for (sender, times) in said {
        let sender = sender.index(ends.len());
        let receiver = sender ^ 1;
        for _ in 0..*times {
            let before = recorded.iter().filter(|other| other.receiver == receiver);
            let number = before.count() + 1;
            let signal = Signal {
                kind: SignalKind::Candidate,
                negotiation: Some("a.1".to_owned()),
                payload: number.into(),
            };
            recorded.push(Recorded {
                receiver,
                number,
                text: ends[sender].seal(&signal),
                signal,
            });
        }
    }
    recorded
}

/// Everything that can be seen of the state of an end: what it would still open, and what it would say next.
fn state(end: &Pair, place: usize, recorded: &[Recorded]) -> (Vec<bool>, String) {
    let own = recorded.iter().filter(|signal| signal.receiver == place);
    let opens = own.map(|signal| end.clone().open(&signal.text).is_some());
    let next = Signal {
        kind: SignalKind::Refusal,
        negotiation: None,
        payload: "next".into(),
    };
    (opens.collect(), end.clone().seal(&next))
}

fn states(ends: &[Pair], recorded: &[Recorded]) -> Vec<(Vec<bool>, String)> {
    let places = (0..).zip(ends);
    places
        .map(|(place, end)| state(end, place, recorded))
        .collect()
}

/// As it came, or with a character changed.
fn arrives(text: &str, change: Option<Index>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if let Some(place) = change {
        let place = place.index(bytes.len());
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    }
    String::from_utf8(bytes).unwrap()
}

/// Most arrive where they belong, some elsewhere.
fn delivery() -> impl Strategy<Value = (Index, Option<Index>, Option<Index>)> {
    (
        any::<Index>(),
        prop::option::weighted(0.3, any::<Index>()),
        prop::option::weighted(0.2, any::<Index>()),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn replays_and_strays_change_nothing(
        said in prop::collection::vec((any::<Index>(), 1_usize..100), 1..5),
        deliveries in prop::collection::vec(delivery(), 1..150),
    ) {
        let mut ends = ends();
        let recorded = record(&mut ends, &said);
        let mut opened: BTreeSet<usize> = BTreeSet::new();
        for (which, elsewhere, change) in deliveries {
            let which = which.index(recorded.len());
            let signal = &recorded[which];
            let place = elsewhere.map_or(signal.receiver, |place| place.index(ends.len()));
            let text = arrives(&signal.text, change);
            let newest = opened
                .iter()
                .filter(|&&other| recorded[other].receiver == signal.receiver)
                .map(|&other| recorded[other].number)
                .max()
                .unwrap_or_default();
            let expected = place == signal.receiver
                && text == signal.text
                && !opened.contains(&which)
                && signal.number + WINDOW > newest;
            let before = state(&ends[place], place, &recorded);
            let result = ends[place].open(&text);
            prop_assert_eq!(result.as_ref(), expected.then_some(&signal.signal));
            if expected {
                opened.insert(which);
            } else {
                prop_assert!(state(&ends[place], place, &recorded) == before);
            }
        }
    }

    /// Whatever was delivered before, in whatever order: all of it again opens nothing.
    #[test]
    fn nothing_opens_twice(
        said in prop::collection::vec((any::<Index>(), 1_usize..100), 1..8),
        order in prop::collection::vec(any::<Index>(), 1..200),
    ) {
        let mut ends = ends();
        let recorded = record(&mut ends, &said);
        let mut delivered: Vec<&Recorded> = Vec::new();
        for which in order {
            let signal = which.get(&recorded);
            if ends[signal.receiver].open(&signal.text).is_some() {
                delivered.push(signal);
            }
        }
        let before = states(&ends, &recorded);
        for signal in delivered {
            for end in &mut ends {
                prop_assert_eq!(end.open(&signal.text), None);
            }
        }
        prop_assert!(states(&ends, &recorded) == before);
    }
}
