//! When refused frames become abuse.

use std::collections::VecDeque;

use super::ErrorCode;
use crate::{limits, time::Timestamp};

/// Counts the refused frames of one socket.
#[derive(Debug, Default)]
pub struct AbuseGuard {
    recent: VecDeque<Timestamp>,
}

/// What to do with the socket after a refused frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbuseVerdict {
    /// The socket lives on.
    Tolerate,
    /// Close it with [`super::CloseCause::Abuse`].
    Close,
}

impl AbuseGuard {
    /// Takes note of a refused frame.
    pub fn refused(&mut self, now: Timestamp, code: ErrorCode) -> AbuseVerdict {
        if !code.counts_as_abuse() {
            return AbuseVerdict::Tolerate;
        }
        self.recent.push_back(now);
        while self
            .recent
            .front()
            .is_some_and(|&then| now.since(then) >= limits::ABUSE_WINDOW)
        {
            self.recent.pop_front();
        }
        if self.recent.len() >= limits::ABUSE_ERRORS {
            AbuseVerdict::Close
        } else {
            AbuseVerdict::Tolerate
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_twentieth_error_within_ten_seconds_closes() {
        let mut guard = AbuseGuard::default();
        for count in 1..20 {
            assert_eq!(
                guard.refused(at(count), ErrorCode::BadMessage),
                AbuseVerdict::Tolerate,
                "{count}"
            );
        }
        assert_eq!(
            guard.refused(at(10_000), ErrorCode::NotYourId),
            AbuseVerdict::Close
        );
    }

    #[test]
    fn errors_spread_over_more_than_ten_seconds_never_close() {
        let mut guard = AbuseGuard::default();
        for count in 0..1_000 {
            let now = at(count * 10_000 / 19);
            assert_eq!(
                guard.refused(now, ErrorCode::BadMessage),
                AbuseVerdict::Tolerate
            );
        }
        assert!(guard.recent.len() < 20, "what is old is forgotten");
    }

    #[test]
    fn an_unknown_peer_never_counts() {
        let mut guard = AbuseGuard::default();
        for _ in 0..1_000 {
            assert_eq!(
                guard.refused(at(0), ErrorCode::UnknownPeer),
                AbuseVerdict::Tolerate
            );
        }
        assert_eq!(
            guard.refused(at(0), ErrorCode::BadMessage),
            AbuseVerdict::Tolerate
        );
    }
}
