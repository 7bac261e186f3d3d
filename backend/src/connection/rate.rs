//! How many messages one socket may send: a bucket of tokens that fills with time.

use std::time::Duration;

use banter_protocol::time::Timestamp;

use crate::config::RateLimit;

/// The tokens of one socket. Every message takes one, also one that is refused: whoever goes on sending while
/// refused sinks below nothing, waits longer, and is closed in the end.
#[derive(Debug)]
pub(super) struct TokenBucket {
    limit: RateLimit,
    /// In thousandths, so that milliseconds fill it without fractions. Below zero while in debt.
    millitokens: i64,
    filled_at: Timestamp,
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RateVerdict {
    /// Take it.
    Accept,
    /// Answer `rate_limited`; worth a try after so long.
    Refuse(Duration),
    /// Close the socket.
    Close,
}

const TOKEN: i64 = 1_000;

/// Messages refused at once before the socket is closed, at least.
const LEAST_DEBT: i64 = 20;

impl TokenBucket {
    /// A full one.
    pub(super) fn new(limit: RateLimit, now: Timestamp) -> Self {
        let millitokens = match limit {
            RateLimit::Off => 0,
            RateLimit::On { burst, .. } => i64::from(burst) * TOKEN,
        };
        Self {
            limit,
            millitokens,
            filled_at: now,
        }
    }

    /// Judges one more message.
    pub(super) fn take(&mut self, now: Timestamp) -> RateVerdict {
        let RateLimit::On { per_second, burst } = self.limit else {
            return RateVerdict::Accept;
        };
        let millis = i64::try_from(now.since(self.filled_at).as_millis()).unwrap_or(i64::MAX);
        let (rate, full) = (i64::from(per_second), i64::from(burst) * TOKEN);
        self.millitokens = self
            .millitokens
            .saturating_add(millis.saturating_mul(rate))
            .min(full);
        self.filled_at = self.filled_at.max(now);

        self.millitokens -= TOKEN;
        if self.millitokens >= 0 {
            return RateVerdict::Accept;
        }
        if self.millitokens < -rate.max(LEAST_DEBT) * TOKEN {
            return RateVerdict::Close;
        }
        // Until the bucket holds the token that the next message takes.
        let wait_millis = u64::try_from((TOKEN - self.millitokens) / rate).unwrap_or(0);
        RateVerdict::Refuse(Duration::from_millis(wait_millis + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn bucket(per_second: u32, burst: u32) -> TokenBucket {
        TokenBucket::new(RateLimit::On { per_second, burst }, at(0))
    }

    fn accepted(bucket: &mut TokenBucket, now: Timestamp, messages: usize) -> usize {
        (0..messages)
            .filter(|_| bucket.take(now) == RateVerdict::Accept)
            .count()
    }

    #[test]
    fn a_burst_and_then_the_rate() {
        let mut bucket = bucket(10, 30);
        assert_eq!(accepted(&mut bucket, at(0), 35), 30);
        // Five were refused and cost as much as if they had been taken.
        assert_eq!(accepted(&mut bucket, at(1_000), 6), 5);
        assert_eq!(
            accepted(&mut bucket, at(3_600_000), 31),
            30,
            "never more than full"
        );
    }

    #[test]
    fn who_waits_as_told_is_accepted() {
        let mut bucket = bucket(7, 3);
        let mut now = at(0);
        assert_eq!(accepted(&mut bucket, now, 3), 3);
        for _ in 0..5 {
            let RateVerdict::Refuse(wait) = bucket.take(now) else {
                panic!("refused")
            };
            assert_ne!(
                bucket.take(now + wait / 2),
                RateVerdict::Accept,
                "not before"
            );
            let RateVerdict::Refuse(wait) = bucket.take(now) else {
                panic!("refused")
            };
            now = now + wait + wait;
            assert_eq!(bucket.take(now), RateVerdict::Accept);
            while bucket.take(now) == RateVerdict::Accept {}
        }
    }

    #[test]
    fn who_goes_on_sending_is_closed() {
        let mut bucket = bucket(50, 100);
        assert_eq!(accepted(&mut bucket, at(0), 100), 100);
        for _ in 0..50 {
            assert!(matches!(bucket.take(at(0)), RateVerdict::Refuse(_)));
        }
        assert_eq!(bucket.take(at(0)), RateVerdict::Close);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let mut bucket = bucket(1, 1);
        assert_eq!(bucket.take(at(5_000)), RateVerdict::Accept);
        assert_ne!(bucket.take(at(1_000)), RateVerdict::Accept);
        assert_ne!(bucket.take(at(5_000)), RateVerdict::Accept);
    }

    #[test]
    fn no_limit_no_end() {
        let mut bucket = TokenBucket::new(RateLimit::Off, at(0));
        assert_eq!(accepted(&mut bucket, at(0), 100_000), 100_000);
    }

    /// Promise 42: 63 offers, 20 candidates for each, and the same again in answers.
    #[test]
    fn joining_a_full_room_never_meets_the_default() {
        let mut bucket = TokenBucket::new(RateLimit::default(), at(0));
        let messages = 1 + 2 * 63 * (1 + 20);
        assert_eq!(accepted(&mut bucket, at(0), messages), messages);
    }
}
