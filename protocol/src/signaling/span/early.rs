//! Frames that are here before the news that their sender has come: the two travel apart.

use std::collections::VecDeque;

use super::timing;
use crate::{
    ids::{PeerId, ServerId},
    time::Timestamp,
};

/// Of one room.
const FRAMES: usize = 256;

/// Frames of any kind, in the order in which they came.
#[derive(Debug)]
pub struct EarlyFrames<F>(VecDeque<Early<F>>);

/// One of them.
#[derive(Debug)]
pub struct Early<F> {
    /// The sender's server.
    pub server: ServerId,
    /// The sender.
    pub from: PeerId,
    /// The receiver.
    pub to: PeerId,
    /// The frame.
    pub frame: F,
    until: Timestamp,
}

impl<F> Default for EarlyFrames<F> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<F> EarlyFrames<F> {
    /// Keeps a frame for a moment. `false` where too many are kept; then it is lost.
    #[must_use]
    pub fn keep(
        &mut self,
        now: Timestamp,
        server: ServerId,
        (from, to): (PeerId, PeerId),
        frame: F,
    ) -> bool {
        if self.0.len() >= FRAMES {
            return false;
        }
        let until = now + timing::EARLY_FRAME_KEPT;
        self.0.push_back(Early {
            server,
            from,
            to,
            frame,
            until,
        });
        true
    }

    /// Whether a frame of this sender waits, so that the next one must wait behind it.
    pub fn waits(&self, server: ServerId, from: PeerId) -> bool {
        self.0
            .iter()
            .any(|early| early.server == server && early.from == from)
    }

    /// Hands out the frames whose senders are here by now.
    pub fn ready(&mut self, is_here: impl Fn(ServerId, PeerId) -> bool) -> Vec<Early<F>> {
        let (ready, waiting) = std::mem::take(&mut self.0)
            .into_iter()
            .partition::<Vec<_>, _>(|early| is_here(early.server, early.from));
        self.0 = waiting.into();
        ready
    }

    /// Gives up what has waited for long enough, and says how many that were.
    pub fn expire(&mut self, now: Timestamp) -> usize {
        let before = self.0.len();
        self.0.retain(|early| early.until > now);
        before - self.0.len()
    }

    /// When [`Self::expire`] has something to do.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.0.front().map(|early| early.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_wait_for_their_senders_in_order_and_not_for_ever() {
        let at = |seconds: u64| Timestamp::from_millis(seconds * 1_000);
        let [first, second] = [1, 2].map(|number| ServerId::from_bytes([number; 16]));
        let [ada, ben, cyd] = [1, 2, 3].map(PeerId::from_random);
        let mut early = EarlyFrames::default();
        assert!(early.keep(at(0), first, (ada, cyd), 1));
        assert!(early.keep(at(0), second, (ben, cyd), 2));
        assert!(early.keep(at(1), first, (ada, cyd), 3));
        assert!(early.waits(first, ada) && !early.waits(second, ada));
        let ready = early.ready(|server, peer| server == first && peer == ada);
        assert_eq!(
            ready.iter().map(|early| early.frame).collect::<Vec<_>>(),
            [1, 3]
        );
        assert!(!early.waits(first, ada));
        assert_eq!((early.next_expiry(), early.expire(at(2))), (Some(at(3)), 0));
        assert_eq!((early.expire(at(3)), early.next_expiry()), (1, None));
    }

    #[test]
    fn there_is_an_end_to_what_waits() {
        let mut early = EarlyFrames::default();
        let server = ServerId::from_bytes([1; 16]);
        let ids = (PeerId::from_random(1), PeerId::from_random(2));
        for _ in 0..FRAMES {
            assert!(early.keep(Timestamp::default(), server, ids, ()));
        }
        assert!(!early.keep(Timestamp::default(), server, ids, ()));
    }
}
