//! How much there is of each person's, and who makes room when it is too much: whoever has more than a share pays near the bounds for
//! what they say; beyond the bounds, whoever has most. So a flood pushes out its author's own.

use litemap::LiteMap;

use crate::{crypto::IdentityKey, limits::Bounds};

/// So many entries, so many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    pub(super) fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.bytes += other.bytes;
    }

    pub(super) fn subtract(&mut self, other: Self) {
        self.entries = self.entries.saturating_sub(other.entries);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Piles {
    people: LiteMap<IdentityKey, Amount>,
    all: Amount,
}

impl Piles {
    /// Of all people together.
    pub(super) fn all(&self) -> Amount {
        self.all
    }

    /// Of how many people there is something.
    #[cfg(test)]
    pub(super) fn people(&self) -> usize {
        self.people.len()
    }

    pub(super) fn add(&mut self, person: IdentityKey, amount: Amount) {
        self.people.entry(person).or_default().add(amount);
        self.all.add(amount);
    }

    pub(super) fn subtract(&mut self, person: &IdentityKey, amount: Amount) {
        if let Some(pile) = self.people.get_mut(person) {
            pile.subtract(amount);
            if pile.entries == 0 {
                self.people.remove(person);
            }
        }
        self.all.subtract(amount);
    }

    /// Whether there is more than may be.
    pub(super) fn is_too_much(&self, bounds: Bounds) -> bool {
        self.all.entries > bounds.messages as u64 || self.all.bytes > bounds.bytes as u64
    }

    /// Who makes room after somebody's entry came, or after none did.
    pub(super) fn payer(
        &self,
        bounds: Bounds,
        author: Option<&IdentityKey>,
    ) -> Option<IdentityKey> {
        let (entries, bytes) = (bounds.messages as u64, bounds.bytes as u64);
        let shares = bounds.shares as u64;
        let Amount {
            entries: len,
            bytes: size,
        } = self.all;
        let is_nearly_full = len > entries - entries / shares || size > bytes - bytes / shares;
        let has_more_than_a_share = |author: &&IdentityKey| {
            self.people.get(author).is_some_and(|pile| {
                pile.entries > 1 && (pile.entries > entries / shares || pile.bytes > bytes / shares)
            })
        };
        let author = author.filter(|_| is_nearly_full);
        match author.filter(has_more_than_a_share) {
            Some(author) => Some(*author),
            None if self.is_too_much(bounds) => self.greediest(size > bytes),
            None => None,
        }
    }

    /// Who has most of what there is too much of.
    fn greediest(&self, by_bytes: bool) -> Option<IdentityKey> {
        let size = |pile: &Amount| if by_bytes { pile.bytes } else { pile.entries };
        let most = self.people.iter().max_by_key(|(_, pile)| size(pile));
        most.map(|(person, _)| *person)
    }
}
