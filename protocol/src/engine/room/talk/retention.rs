//! What is held of a room, within bounds: so many messages, so many bytes. A flood pushes out its author's own oldest first.
//!
//! Near the bounds whoever has more than a share pays for what they say with their own oldest. The rest of the room is for those
//! who have less; only where even that is full does whoever holds most make way.

use std::collections::VecDeque;

use litemap::LiteMap;

use crate::{crypto::IdentityKey, limits::Bounds};

/// What is held of one author, oldest first.
#[derive(Debug)]
struct Retained<K> {
    held: VecDeque<(K, usize)>,
    bytes: usize,
}

/// See the module. `K` names a message; a later one has a greater one.
#[derive(Debug)]
pub(in crate::engine) struct Retention<K> {
    bounds: Bounds,
    authors: LiteMap<Option<IdentityKey>, Retained<K>>,
    /// Messages of all authors together.
    len: usize,
    bytes: usize,
}

impl<K: Copy + Ord> Retention<K> {
    pub(in crate::engine) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            authors: LiteMap::default(),
            len: 0,
            bytes: 0,
        }
    }

    /// Whether this is here.
    pub(in crate::engine) fn holds(&self, key: K) -> bool {
        let mut authors = self.authors.values();
        authors.any(|theirs| {
            theirs
                .held
                .binary_search_by_key(&key, |&(it, _)| it)
                .is_ok()
        })
    }

    /// The greatest key.
    pub(in crate::engine) fn last(&self) -> Option<K> {
        let newest = self
            .authors
            .values()
            .filter_map(|theirs| theirs.held.back());
        newest.map(|&(key, _)| key).max()
    }

    /// Takes a message in, and gives those that make way.
    pub(in crate::engine) fn put(
        &mut self,
        key: K,
        author: Option<IdentityKey>,
        bytes: usize,
    ) -> Vec<K> {
        let theirs = self.authors.entry(author).or_insert_with(|| Retained {
            held: VecDeque::new(),
            bytes: 0,
        });
        debug_assert!(theirs.held.back().is_none_or(|&(last, _)| last < key));
        theirs.held.push_back((key, bytes));
        theirs.bytes += bytes;
        self.len += 1;
        self.bytes += bytes;
        let mut gone = Vec::new();
        while let Some(payer) = self.payer(author) {
            let Some(key) = self.take_oldest_of(payer) else {
                break;
            };
            gone.push(key);
        }
        gone
    }

    /// Who has to make way after `author` said something, if anybody.
    fn payer(&self, author: Option<IdentityKey>) -> Option<Option<IdentityKey>> {
        let Bounds {
            messages,
            bytes,
            shares,
        } = self.bounds;
        let is_nearly_full =
            self.len > messages - messages / shares || self.bytes > bytes - bytes / shares;
        let has_more_than_a_share = self.authors.get(&author).is_some_and(|theirs| {
            // Their newest stays, however long it is.
            let len = theirs.held.len();
            len > 1 && (len > messages / shares || theirs.bytes > bytes / shares)
        });
        let is_too_long = self.bytes > bytes;
        if is_nearly_full && has_more_than_a_share {
            Some(author)
        } else if is_too_long || self.len > messages {
            self.greediest(is_too_long)
        } else {
            None
        }
    }

    /// Who has most of what there is too much of.
    fn greediest(&self, by_bytes: bool) -> Option<Option<IdentityKey>> {
        let size = |theirs: &Retained<K>| {
            if by_bytes {
                theirs.bytes
            } else {
                theirs.held.len()
            }
        };
        let most = self.authors.iter().max_by_key(|(_, theirs)| size(theirs));
        most.map(|(&author, _)| author)
    }

    fn take_oldest_of(&mut self, author: Option<IdentityKey>) -> Option<K> {
        let theirs = self.authors.get_mut(&author)?;
        let (key, bytes) = theirs.held.pop_front()?;
        theirs.bytes = theirs.bytes.saturating_sub(bytes);
        self.bytes = self.bytes.saturating_sub(bytes);
        if theirs.held.is_empty() {
            self.authors.remove(&author);
        }
        self.len = self.len.saturating_sub(1);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{crypto::Identity, limits};

    fn author(number: u8) -> Option<IdentityKey> {
        Some(Identity::from_seed(&[number; 32]).key())
    }

    fn held(retention: &Retention<u32>) -> Vec<u32> {
        let authors = retention.authors.values();
        let mut held: Vec<_> = authors
            .flat_map(|theirs| theirs.held.iter().map(|&(key, _)| key))
            .collect();
        held.sort_unstable();
        held
    }

    /// Promise 33: a million entries of one author stay within the bounds, and push out nobody else's.
    #[test]
    fn a_flood_pushes_out_its_authors_own_oldest_and_never_anothers() {
        let (ada, bob, mallory) = (author(1), author(2), author(3));
        let mut retention = Retention::new(limits::SHOWN);
        for number in 0..4_000 {
            let who = if number % 2 == 0 { ada } else { bob };
            assert!(retention.put(number, who, 100).is_empty());
        }
        for number in 4_000..1_004_000 {
            let gone = retention.put(number, mallory, 400);
            assert!(
                gone.iter().all(|&gone| gone >= 4_000),
                "somebody else's is gone"
            );
            assert!(retention.len <= limits::SHOWN.messages);
        }
        let held = held(&retention);
        assert_eq!(held[..4_000], (0..4_000).collect::<Vec<_>>());
        // The newest five hundred of the room are there, and they are the flood's.
        assert_eq!(
            held[held.len() - 500..],
            (1_003_500..1_004_000).collect::<Vec<_>>()
        );
        // Whoever speaks in a room that is full is heard, and costs nobody else anything but whoever has most.
        for number in 2_000_000..2_000_300 {
            let gone = retention.put(number, author(4), 100);
            assert!(gone.iter().all(|&gone| gone < 4_000));
        }
    }

    #[test]
    fn long_messages_are_bounded_by_their_bytes() {
        let mut retention = Retention::new(limits::SHOWN);
        for number in 0..1_000 {
            retention.put(number, author(1), 1_000);
        }
        for number in 1_000..3_000 {
            let gone = retention.put(number, author(2), limits::MESSAGE_TEXT_BYTES);
            assert!(gone.iter().all(|&gone| gone >= 1_000));
            assert!(retention.bytes <= limits::SHOWN.bytes);
        }
        assert!(retention.holds(0) && retention.holds(2_999));
    }

    proptest! {
        #[test]
        fn never_more_is_held_than_the_bounds_and_always_the_newest(
            said in prop::collection::vec((1_u8..6, 1_usize..400), 1..300),
        ) {
            let bounds = Bounds { messages: 40, bytes: 2_000, shares: 4 };
            let authors: Vec<_> = (0..6).map(author).collect();
            let mut retention = Retention::new(bounds);
            for (number, (who, bytes)) in (0_u32..).zip(said) {
                retention.put(number, authors[usize::from(who)], bytes);
                prop_assert!(retention.len <= 40 && retention.bytes <= 2_000);
                prop_assert!(retention.holds(number));
                prop_assert_eq!(retention.len, held(&retention).len());
                prop_assert_eq!(retention.last(), Some(number));
                prop_assert_eq!(retention.bytes, retention.authors.values().map(|theirs| theirs.bytes).sum::<usize>());
            }
        }
    }
}
