//! How much one socket may send, in messages and in bytes.

use std::time::Duration;

use banter_protocol::{
    limits::SIGNALING_FRAME_BYTES,
    time::Timestamp,
    token_bucket::{Rate, TokenBucket},
};

use crate::config::RateLimit;

/// What one socket may still send. Every message takes its part, also one that is refused: whoever goes on sending while
/// refused waits longer, and is closed in the end.
#[derive(Debug)]
pub(super) struct RateGuard(Option<Buckets>);

#[derive(Debug)]
struct Buckets {
    messages: TokenBucket,
    bytes: TokenBucket,
    most_owed_messages: u32,
    most_owed_bytes: u32,
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

/// Messages refused at once before the socket is closed, at least, however large they are.
const LEAST_DEBT: u32 = 20;

impl RateGuard {
    /// With all that it may have.
    pub(super) fn new(limit: RateLimit, bytes: Rate, now: Timestamp) -> Self {
        let RateLimit::On { per_second, burst } = limit else {
            return Self(None);
        };
        let frame = u32::try_from(SIGNALING_FRAME_BYTES).unwrap_or(u32::MAX);
        let messages = Rate { per_second, burst };
        Self(Some(Buckets {
            messages: TokenBucket::full(messages, now),
            bytes: TokenBucket::full(bytes, now),
            most_owed_messages: per_second.max(LEAST_DEBT),
            most_owed_bytes: bytes.per_second.max(LEAST_DEBT.saturating_mul(frame)),
        }))
    }

    /// Judges one more message that took so many bytes of the connection.
    pub(super) fn take(&mut self, now: Timestamp, bytes: usize) -> RateVerdict {
        let Some(buckets) = &mut self.0 else {
            return RateVerdict::Accept;
        };
        buckets.messages.take(now, 1);
        // A large message is no worse than many small ones: the last one may go beyond, the next one waits for that.
        buckets.bytes.take(now, 0);
        let bytes_were_owed = buckets.bytes.is_in_debt();
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        buckets.bytes.take(now, bytes);
        if !buckets.messages.is_in_debt() && !bytes_were_owed {
            return RateVerdict::Accept;
        }
        if buckets.messages.owes_more_than(buckets.most_owed_messages)
            || (bytes_were_owed && buckets.bytes.owes_more_than(buckets.most_owed_bytes))
        {
            return RateVerdict::Close;
        }
        let messages_wait = buckets.messages.time_until(1);
        RateVerdict::Refuse(messages_wait.max(buckets.bytes.time_until(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn bucket(per_second: u32, burst: u32) -> RateGuard {
        let limit = RateLimit::On { per_second, burst };
        RateGuard::new(limit, config::BYTES_OF_A_SOCKET, at(0))
    }

    fn accepted(bucket: &mut RateGuard, now: Timestamp, messages: usize) -> usize {
        (0..messages)
            .filter(|_| bucket.take(now, 100) == RateVerdict::Accept)
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
            let RateVerdict::Refuse(wait) = bucket.take(now, 100) else {
                panic!("refused")
            };
            assert_ne!(
                bucket.take(now + wait / 2, 100),
                RateVerdict::Accept,
                "not before"
            );
            let RateVerdict::Refuse(wait) = bucket.take(now, 100) else {
                panic!("refused")
            };
            now = now + wait + wait;
            assert_eq!(bucket.take(now, 100), RateVerdict::Accept);
            while bucket.take(now, 100) == RateVerdict::Accept {}
        }
    }

    #[test]
    fn who_goes_on_sending_is_closed() {
        let mut bucket = bucket(50, 100);
        assert_eq!(accepted(&mut bucket, at(0), 100), 100);
        for _ in 0..50 {
            assert!(matches!(bucket.take(at(0), 100), RateVerdict::Refuse(_)));
        }
        assert_eq!(bucket.take(at(0), 100), RateVerdict::Close);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let mut bucket = bucket(1, 1);
        assert_eq!(bucket.take(at(5_000), 100), RateVerdict::Accept);
        assert_ne!(bucket.take(at(1_000), 100), RateVerdict::Accept);
        assert_ne!(bucket.take(at(5_000), 100), RateVerdict::Accept);
    }

    #[test]
    fn no_limit_no_end() {
        let mut bucket = RateGuard::new(RateLimit::Off, config::BYTES_OF_A_SOCKET, at(0));
        assert_eq!(accepted(&mut bucket, at(0), 100_000), 100_000);
    }

    /// Promise 42: 63 offers, 20 candidates for each, and the same again in answers, each as large as it may be: a
    /// description of 24 KiB, sealed and in base64, beside an announcement; a candidate of 200 bytes.
    #[test]
    fn joining_a_full_room_never_meets_the_default() {
        let in_base64 = |bytes: usize| bytes.div_ceil(3) * 4;
        let description = in_base64(24 * 1024 + 512) + 2 * 1024 + 512;
        let candidate = in_base64(200 + 128) + 512;
        let mut bucket = RateGuard::new(RateLimit::default(), config::BYTES_OF_A_SOCKET, at(0));
        for _ in 0..2 * 63 {
            assert_eq!(bucket.take(at(0), description), RateVerdict::Accept);
            for _ in 0..20 {
                assert_eq!(bucket.take(at(0), candidate), RateVerdict::Accept);
            }
        }
    }

    /// Promise 42: in bytes.
    #[test]
    fn large_messages_are_limited_before_many_ones_are() {
        let frame = 64 * 1024;
        let bytes = Rate {
            per_second: 128 * 1024,
            burst: 256 * 1024,
        };
        let mut bucket = RateGuard::new(RateLimit::default(), bytes, at(0));
        for _ in 0..4 {
            assert_eq!(bucket.take(at(0), frame), RateVerdict::Accept);
        }
        assert_eq!(
            bucket.take(at(0), frame),
            RateVerdict::Accept,
            "the last goes beyond"
        );
        let RateVerdict::Refuse(wait) = bucket.take(at(0), frame) else {
            panic!("not refused")
        };
        assert_eq!(wait, Duration::from_secs(1));
        assert_ne!(bucket.take(at(500), 1), RateVerdict::Accept);
        assert_eq!(
            bucket.take(at(1_001), frame),
            RateVerdict::Accept,
            "who waits is taken"
        );
        let refused = (0..100).take_while(|_| bucket.take(at(1_001), frame) != RateVerdict::Close);
        assert_eq!(refused.count(), 19);
    }
}
