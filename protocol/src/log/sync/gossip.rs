//! Whom to tell next what is here: three at a time, in turn, at most once a second, until three in a row had it; whoever asks for
//! something shows that it is still news. After that one in ten seconds until all know. (Demers et al. 1987, "Epidemic algorithms for
//! replicated database maintenance": rumours with feedback, behind them anti-entropy.) What a room says about one entry grows with
//! its members, not with their pairs.

use std::time::Duration;

use crate::{ids::PeerId, time::Timestamp};

/// Between two rounds while something is news.
const ROUND: Duration = Duration::from_secs(1);

/// Between two rounds afterwards.
const SLOW_ROUND: Duration = Duration::from_secs(10);

/// How long a change waits for others.
const PUT_OFF: Duration = Duration::from_millis(50);

/// Members told in one round, and in all before it is no news any more.
const TOLD: u32 = 3;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Gossip {
    left: u32,
    next_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
    cursor: Option<PeerId>,
}

impl Gossip {
    /// Something came that others may not have, or somebody did not have it.
    pub(super) fn handle_news(&mut self, now: Timestamp) {
        self.left = TOLD;
        let soonest = self.last_at.map_or(now, |last| last + ROUND);
        let at = soonest.max(now + PUT_OFF);
        self.next_at = Some(self.next_at.map_or(at, |before| before.min(at)));
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        self.next_at
    }

    /// Whom to tell now, of those who were not told everything.
    pub(super) fn due(&mut self, now: Timestamp, untold: &[PeerId]) -> Vec<PeerId> {
        if self.next_at.is_none_or(|at| at > now) {
            return Vec::new();
        }
        self.last_at = Some(now);
        let most = self.left.clamp(1, TOLD) as usize;
        let after = |peer: &&PeerId| self.cursor.is_none_or(|cursor| **peer > cursor);
        let later = untold.iter().filter(after);
        let earlier = untold.iter().filter(|peer| !after(peer));
        let told: Vec<PeerId> = later.chain(earlier).take(most).copied().collect();
        self.cursor = told.last().copied().or(self.cursor);
        self.left = self
            .left
            .saturating_sub(u32::try_from(told.len()).unwrap_or(TOLD));
        let round = if self.left > 0 { ROUND } else { SLOW_ROUND };
        self.next_at = (untold.len() > told.len()).then_some(now + round);
        told
    }
}
