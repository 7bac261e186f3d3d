//! Which entries of each session were heard, so that none is shown twice: as ranges of their numbers, which stay short however much
//! is said. Where there would be too many, the oldest hole counts as heard: an entry that comes that late is not shown, and never
//! one twice.

use std::collections::VecDeque;

use litemap::LiteMap;

use crate::{crypto::SessionKey, limits};

/// Ranges of one session at most; whoever numbers honestly has one for each time that something was missed.
const RANGES: usize = 64;

/// First and last numbers, in order, with a hole between each two.
type Ranges = VecDeque<(u64, u64)>;

#[derive(Debug, Default)]
struct Numbers {
    ranges: Ranges,
    /// Counts up with each entry of any session.
    last_heard: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(in crate::engine) struct HeardNumbers {
    sessions: LiteMap<SessionKey, Numbers>,
    entries: u64,
}

impl HeardNumbers {
    /// An entry was heard; gives whether it is new.
    pub(in crate::engine) fn hear(&mut self, session: SessionKey, number: u64) -> bool {
        self.entries += 1;
        if !self.sessions.contains_key(&session) && self.sessions.len() >= limits::SESSIONS {
            let longest = self
                .sessions
                .iter()
                .min_by_key(|(_, numbers)| numbers.last_heard);
            if let Some(session) = longest.map(|(&session, _)| session) {
                self.sessions.remove(&session);
            }
        }
        let numbers = self.sessions.entry(session).or_default();
        numbers.last_heard = self.entries;
        insert(&mut numbers.ranges, number)
    }

    /// An entry that the tab kept; what came before it was heard then, or will not come any more.
    pub(in crate::engine) fn restore(&mut self, session: SessionKey, number: u64) {
        let numbers = self.sessions.entry(session).or_default();
        match numbers.ranges.front_mut() {
            Some((first, _)) => *first = 0,
            None => numbers.ranges.push_back((0, number)),
        }
        insert(&mut numbers.ranges, number);
    }
}

/// Gives whether the number was in none of the ranges.
fn insert(ranges: &mut Ranges, number: u64) -> bool {
    let after = ranges.partition_point(|&(first, _)| first <= number);
    let before = after
        .checked_sub(1)
        .and_then(|before| ranges.get_mut(before));
    let follows = match before {
        Some((_, last)) if number <= *last => return false,
        Some((_, last)) if last.checked_add(1) == Some(number) => {
            *last = number;
            true
        }
        Some(_) | None => false,
    };
    let next = ranges.get(after).copied();
    let joins = next.filter(|&(first, _)| number.checked_add(1) == Some(first));
    match (joins, follows) {
        (Some((_, last)), true) => {
            ranges.remove(after);
            if let Some((_, end)) = after.checked_sub(1).and_then(|it| ranges.get_mut(it)) {
                *end = last;
            }
        }
        (Some(_), false) => {
            if let Some((first, _)) = ranges.get_mut(after) {
                *first = number;
            }
        }
        (None, true) => {}
        (None, false) => ranges.insert(after, (number, number)),
    }
    if ranges.len() > RANGES
        && let Some((first, _)) = ranges.pop_front()
        && let Some((start, _)) = ranges.front_mut()
    {
        *start = first;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::crypto::Session;

    fn session(number: u32) -> SessionKey {
        let mut seed = [9; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        Session::from_seed(&seed).key()
    }

    #[test]
    fn however_much_one_says_their_numbers_are_one_range_and_nothing_is_new_twice() {
        let (mut heard, session) = (HeardNumbers::default(), session(1));
        for number in 1..=100_000 {
            assert!(heard.hear(session, number));
        }
        assert_eq!(heard.sessions[&session].ranges, [(1, 100_000)]);
        assert!(
            (1..=100_000)
                .step_by(997)
                .all(|number| !heard.hear(session, number))
        );
    }

    #[test]
    fn holes_of_a_liar_are_bounded_and_the_oldest_count_as_heard() {
        let (mut heard, session) = (HeardNumbers::default(), session(1));
        for number in (2..20_000).step_by(2) {
            assert!(heard.hear(session, number));
        }
        assert_eq!(heard.sessions[&session].ranges.len(), RANGES);
        assert!(!heard.hear(session, 3) && heard.hear(session, 19_997));
        assert!(heard.hear(session, u64::MAX) && !heard.hear(session, u64::MAX));
    }

    #[test]
    fn what_was_kept_and_all_before_it_is_not_new_after_a_reload() {
        let (mut heard, session) = (HeardNumbers::default(), session(1));
        for number in [40, 41, 44] {
            heard.restore(session, number);
        }
        for (number, is_new) in [
            (1, false),
            (39, false),
            (41, false),
            (42, true),
            (44, false),
            (45, true),
        ] {
            assert_eq!(heard.hear(session, number), is_new, "{number}");
        }
    }

    /// Promise 33: a thousand sessions.
    #[test]
    fn throwaway_sessions_push_out_those_that_were_silent_longest() {
        let mut heard = HeardNumbers::default();
        for number in 0..1_100_u32 {
            heard.hear(session(0), u64::from(number) + 1);
            heard.hear(session(number + 1), 1);
        }
        assert_eq!(heard.sessions.len(), limits::SESSIONS);
        assert!(!heard.hear(session(0), 1) && !heard.hear(session(1_100), 1));
    }

    proptest! {
        #[test]
        fn ranges_say_what_a_set_would(numbers in prop::collection::vec(1_u64..80, 0..120)) {
            let (mut ranges, mut set) = (Ranges::new(), BTreeSet::new());
            for number in numbers {
                prop_assert_eq!(insert(&mut ranges, number), set.insert(number));
                let apart = ranges.iter().zip(ranges.iter().skip(1));
                for (&(_, last), &(first, _)) in apart {
                    prop_assert!(last + 1 < first);
                }
            }
        }
    }
}
