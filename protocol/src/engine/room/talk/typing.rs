//! Who is typing. Said and forgotten: an indicator that is not repeated expires.

use std::time::Duration;

use litemap::LiteMap;

use crate::{ids::PeerId, time::Timestamp};

/// How often a person who goes on typing says so.
const REPEAT_EVERY: Duration = Duration::from_secs(3);
/// How long an indicator is good for: one repetition may get lost.
const EXPIRES_AFTER: Duration = Duration::from_secs(6);

#[derive(Debug, Default)]
pub(in crate::engine) struct Typing {
    last_said: Option<Timestamp>,
    until: LiteMap<PeerId, Timestamp>,
}

impl Typing {
    /// The own message box changed; gives what to tell the peers, if anything.
    pub(in crate::engine) fn handle_own(
        &mut self,
        now: Timestamp,
        holds_text: bool,
    ) -> Option<bool> {
        if holds_text {
            let due = self
                .last_said
                .is_none_or(|last| now.since(last) >= REPEAT_EVERY);
            if due {
                self.last_said = Some(now);
            }
            due.then_some(true)
        } else {
            self.last_said.take().map(|_| false)
        }
    }

    /// Whether the person was typing just now, which is told to whoever is linked in between.
    pub(in crate::engine) fn is_own(&self, now: Timestamp) -> bool {
        self.last_said
            .is_some_and(|last| now.since(last) < REPEAT_EVERY)
    }

    pub(in crate::engine) fn handle_peer(&mut self, now: Timestamp, peer: PeerId, typing: bool) {
        if typing {
            self.until.insert(peer, now + EXPIRES_AFTER);
        } else {
            self.until.remove(&peer);
        }
    }

    pub(in crate::engine) fn handle_timeout(&mut self, now: Timestamp) {
        self.until.retain(|_, until| *until > now);
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Option<Timestamp> {
        self.until.values().min().copied()
    }

    /// Whether anybody is.
    pub(in crate::engine) fn is_anybody(&self) -> bool {
        !self.until.is_empty()
    }

    pub(in crate::engine) fn is_typing(&self, peer: PeerId) -> bool {
        self.until.contains_key(&peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_said_at_once_then_every_three_seconds_and_its_end_once() {
        let mut typing = Typing::default();
        let start = Timestamp::from_millis(1_000_000);
        let said: Vec<_> = (0..70)
            .filter(|tenth| {
                typing
                    .handle_own(start + Duration::from_millis(tenth * 100), true)
                    .is_some()
            })
            .collect();
        assert_eq!(said, [0, 30, 60]);
        assert_eq!(typing.handle_own(start, false), Some(false));
        assert_eq!(typing.handle_own(start, false), None);
    }

    #[test]
    fn an_indicator_expires_after_six_seconds() {
        let mut typing = Typing::default();
        let (peer, start) = (PeerId::from_random(1), Timestamp::from_millis(0));
        typing.handle_peer(start, peer, true);
        typing.handle_timeout(start + Duration::from_millis(5_999));
        assert!(typing.is_typing(peer));
        let expiry = typing.poll_timeout().unwrap();
        typing.handle_timeout(expiry);
        assert!(!typing.is_typing(peer) && typing.poll_timeout().is_none());
    }
}
