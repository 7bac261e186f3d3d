//! What is stored of each session, as ranges: followed here, since a store is slow to look for it.

use litemap::LiteMap;

use super::{Item, StoredRange};
use crate::{crypto::SessionKey, flat_set::FlatSet, log::log_entry::LogEntry};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    sessions: LiteMap<SessionKey, Box<StoredRange>>,
    /// Those whose ranges are others since they were asked for.
    changed: FlatSet<SessionKey>,
}

impl Ranges {
    pub(super) fn restore(&mut self, range: StoredRange) {
        self.sessions.insert(range.session, Box::new(range));
    }

    /// Something is stored in its turn.
    pub(super) fn follow(&mut self, item: &Item) {
        match item {
            Item::Entry(entry, _) => self.add(entry),
            Item::Dropped(session, number) => self.drop_through(session, *number),
            Item::Forgotten(session) => {
                self.sessions.remove(session);
                self.changed.remove(session);
            }
            Item::Card(_)
            | Item::Receipt(..)
            | Item::Seen(..)
            | Item::SaidTo(..)
            | Item::Progress(..)
            | Item::Latest(..)
            | Item::Nameless(_) => {}
        }
    }

    fn add(&mut self, entry: &LogEntry) {
        let (session, number) = (entry.entry.session, entry.entry.number);
        let alone = StoredRange {
            session,
            first: (number, entry.entry.previous),
            last: (number, entry.hash),
            lamport: entry.entry.lamport,
            floor: 0,
        };
        match self.sessions.get_mut(&session) {
            None => {
                self.sessions.insert(session, Box::new(alone));
            }
            Some(range) if number == range.last.0 + 1 => {
                range.last = alone.last;
                range.lamport = alone.lamport;
            }
            Some(range) if number + 1 == range.first.0 => range.first = alone.first,
            // Beyond a hole that nobody fills.
            Some(range) if number > range.last.0 => {
                **range = StoredRange {
                    floor: range.floor,
                    ..alone
                }
            }
            // What is left of one that was deleted.
            Some(_) => return,
        }
        self.changed.insert(session);
    }

    fn drop_through(&mut self, session: &SessionKey, number: u64) {
        let Some(range) = self.sessions.get_mut(session) else {
            return;
        };
        let after = number.min(range.last.0) + 1;
        if range.first.0 < after {
            range.first = (after, None);
        }
        range.floor = range.floor.max(number + 1);
        self.changed.insert(*session);
    }

    /// The ranges that are others than when they were asked for last.
    pub(super) fn take_changed(&mut self) -> impl Iterator<Item = &StoredRange> {
        let changed = std::mem::take(&mut self.changed);
        let sessions = &self.sessions;
        changed
            .into_iter()
            .filter_map(|session| sessions.get(&session).map(|range| &**range))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        crypto::{
            Identity, Session, encode,
            entry::{EntryContent, EntryHash, LogEnd},
        },
        log::{content::Content, piles::Amount},
        time::Timestamp,
    };

    fn chain(length: u64) -> Vec<Arc<LogEntry>> {
        let (identity, session) = (
            Identity::from_seed(&[1; 32]).key(),
            Session::from_seed(&[2; 32]),
        );
        let mut end = LogEnd::default();
        let entries = (0..length).map(|_| {
            let content = EntryContent::Unknown {
                kind: "tea".into(),
                content: serde_json::json!({}),
            };
            let signed = end.append(
                (identity, &session),
                content,
                Timestamp::default(),
                &[9; 32],
            );
            let entry = LogEntry::read(signed).unwrap();
            assert_eq!(end.head, Some(encode(&entry.hash)));
            assert_eq!(entry.content, Content::Unknown);
            Arc::new(entry)
        });
        entries.collect()
    }

    fn numbers(range: &StoredRange) -> (u64, u64, u64) {
        (range.first.0, range.last.0, range.floor)
    }

    #[test]
    fn a_range_grows_at_both_ends_begins_anew_beyond_a_hole_and_keeps_its_end_when_all_is_dropped()
    {
        let chain = chain(9);
        let session = chain[0].entry.session;
        let mut ranges = Ranges::default();
        let put = |place: usize| Item::Entry(Arc::clone(&chain[place]), Amount::default());
        let hash = |place: usize| -> EntryHash { chain[place].hash };
        for (item, expected) in [
            (put(2), Some((3, 3, 0))),
            (put(3), Some((3, 4, 0))),
            (put(1), Some((2, 4, 0))),
            // What is left of a deleted one changes nothing.
            (put(2), None),
            (Item::Dropped(session, 2), Some((3, 4, 3))),
            (put(6), Some((7, 7, 3))),
            (put(7), Some((7, 8, 3))),
            (Item::Dropped(session, 8), Some((9, 8, 9))),
            (put(8), Some((9, 9, 9))),
            (Item::Forgotten(session), None),
        ] {
            ranges.follow(&item);
            let changed: Vec<_> = ranges.take_changed().map(numbers).collect();
            assert_eq!(changed.first().copied(), expected, "{item:?}");
        }
        ranges.follow(&put(2));
        ranges.follow(&put(1));
        let range = ranges.take_changed().next().unwrap();
        assert_eq!(range.first, (2, Some(hash(0))));
        assert_eq!(
            (range.last, range.lamport),
            ((3, hash(2)), chain[2].entry.lamport)
        );
    }
}
