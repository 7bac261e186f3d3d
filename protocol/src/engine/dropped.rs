//! What was dropped of what peers and the server said, and why.

use std::ops::{AddAssign, Sub};

/// Why a message was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropCause {
    /// It is no message of the protocol's, or what it holds is none.
    Unreadable,
    /// It is for another room or peer, or from somebody who is not in the room.
    Misdirected,
    /// It was sealed with keys that are over or were never met; a recording, perhaps.
    UnknownEpoch,
    /// It cannot be unsealed, or is not what it says.
    Unopened,
    /// It proves nothing: not whose it is, or nothing that is to be believed.
    Unproved,
    /// Whoever says it is not let in, or not known.
    NotAdmitted,
    /// Whoever wrote it has signed two different things in one place.
    Forked,
    /// Nobody waits for it: it comes late, early or again.
    Untimely,
    /// More than is held of its kind.
    TooMany,
    /// Its sender says more than can be listened to.
    Flood,
}

impl DropCause {
    /// Every cause.
    pub const ALL: [Self; 10] = [
        Self::Unreadable,
        Self::Misdirected,
        Self::UnknownEpoch,
        Self::Unopened,
        Self::Unproved,
        Self::NotAdmitted,
        Self::Forked,
        Self::Untimely,
        Self::TooMany,
        Self::Flood,
    ];
}

/// How many messages were dropped, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped([u64; DropCause::ALL.len()]);

impl Dropped {
    /// Counts one.
    pub(super) fn count(&mut self, cause: DropCause) {
        if let Some(count) = self.0.get_mut(cause as usize) {
            *count += 1;
        }
    }

    /// For one cause.
    pub fn of(&self, cause: DropCause) -> u64 {
        self.0.get(cause as usize).copied().unwrap_or_default()
    }

    /// For whatever cause.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl AddAssign for Dropped {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

/// What was dropped since an earlier count.
impl Sub for Dropped {
    type Output = Self;

    fn sub(mut self, earlier: Self) -> Self {
        for (count, before) in self.0.iter_mut().zip(earlier.0) {
            *count = count.saturating_sub(before);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_a_count_of_its_own() {
        for (place, cause) in DropCause::ALL.into_iter().enumerate() {
            assert_eq!(cause as usize, place, "{cause:?}");
            let mut dropped = Dropped::default();
            dropped.count(cause);
            dropped.count(cause);
            let counted = DropCause::ALL.map(|other| dropped.of(other));
            let expected = DropCause::ALL.map(|other| if other == cause { 2 } else { 0 });
            assert_eq!(counted, expected);
        }
    }

    #[test]
    fn counts_add_up_and_come_apart() {
        let mut all = Dropped::default();
        all.count(DropCause::Flood);
        let before = all;
        let mut more = Dropped::default();
        more.count(DropCause::Flood);
        more.count(DropCause::Forked);
        all += more;
        assert_eq!((all.total(), all - before), (3, more));
    }
}
