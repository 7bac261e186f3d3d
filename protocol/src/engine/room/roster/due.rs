//! With whose links something may be due, so that what happens to one does not ask all of them.

use crate::{flat_set::FlatSet, ids::PeerId, time::Timestamp};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Due {
    /// Those to which something may have happened.
    touched: FlatSet<PeerId>,
    are_all_touched: bool,
    /// No link of the others wants to be looked at before.
    others_at: Option<Timestamp>,
    /// Whether the server was there then; without it links do not try.
    signaling: bool,
}

impl Due {
    pub(super) fn touch(&mut self, peer: PeerId) {
        self.touched.insert(peer);
    }

    pub(super) fn touch_all(&mut self) {
        self.are_all_touched = true;
    }

    /// Whom to look at; `None` for all.
    pub(super) fn touched(&self, now: Timestamp, signaling: bool) -> Option<&FlatSet<PeerId>> {
        let is_over = self.others_at.is_some_and(|at| at <= now);
        let are_all_meant = self.are_all_touched || is_over || self.signaling != signaling;
        (!are_all_meant).then_some(&self.touched)
    }

    /// Those were looked at, and `soonest` is when one of them wants it again. Gives when one of all does.
    pub(super) fn settle(
        &mut self,
        now: Timestamp,
        signaling: bool,
        soonest: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let others = self.touched(now, signaling).and(self.others_at);
        *self = Self {
            others_at: others.into_iter().chain(soonest).min(),
            signaling,
            ..Self::default()
        };
        self.others_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn touched(due: &Due, now: u64) -> Option<Vec<PeerId>> {
        let touched = due.touched(at(now), true)?;
        Some(touched.iter().copied().collect())
    }

    /// All were looked at, and one of them wants it again at 100.
    fn settled() -> Due {
        let mut due = Due::default();
        assert_eq!(due.settle(at(0), true, Some(at(100))), Some(at(100)));
        due
    }

    #[test]
    fn what_happens_to_one_is_no_matter_of_the_others() {
        let mut due = settled();
        let [ada, bob] = [1, 2].map(PeerId::from_random);
        assert_eq!(touched(&due, 50), Some(vec![]));
        for peer in [ada, bob, ada] {
            due.touch(peer);
        }
        assert_eq!(touched(&due, 50), Some(vec![ada, bob]));
        assert_eq!(due.settle(at(50), true, Some(at(200))), Some(at(100)));
        due.touch(ada);
        assert_eq!(due.settle(at(60), true, Some(at(70))), Some(at(70)));
        assert_eq!(due.settle(at(65), true, None), Some(at(70)));
    }

    #[test]
    fn all_are_looked_at_when_one_of_them_is_due_or_all_are_touched_or_the_server_comes_or_goes() {
        let mut due = settled();
        assert!(due.touched(at(99), true).is_some() && due.touched(at(100), true).is_none());
        assert!(due.touched(at(50), false).is_none());
        due.touch(PeerId::from_random(1));
        due.touch_all();
        assert_eq!(touched(&due, 50), None);
        assert_eq!(due.settle(at(50), true, Some(at(300))), Some(at(300)));
        assert_eq!(due.settle(at(300), true, None), None);
        assert_eq!(touched(&due, 9_999), Some(vec![]));
    }
}
