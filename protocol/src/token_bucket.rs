//! A bucket of tokens that fills with time: so many at once, so many a second over any longer time.

use std::time::Duration;

use crate::time::Timestamp;

/// How fast a bucket fills, and how much it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens a second, at least 1.
    pub per_second: u32,
    /// Tokens at once, after a pause.
    pub burst: u32,
}

/// The tokens that are left, or owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    rate: Rate,
    /// In thousandths, so that milliseconds fill it without fractions. Below zero while in debt.
    millitokens: i64,
    filled_at: Timestamp,
}

const TOKEN: i64 = 1_000;

impl TokenBucket {
    /// A full one.
    pub fn full(rate: Rate, now: Timestamp) -> Self {
        Self {
            rate,
            millitokens: i64::from(rate.burst) * TOKEN,
            filled_at: now,
        }
    }

    /// Takes so many tokens, going into debt where there are fewer.
    pub fn take(&mut self, now: Timestamp, tokens: u32) {
        self.fill(now);
        self.millitokens = self.millitokens.saturating_sub(i64::from(tokens) * TOKEN);
    }

    /// Takes so many tokens only where they are all there; says whether they were.
    pub fn take_if_there(&mut self, now: Timestamp, tokens: usize) -> bool {
        self.fill(now);
        let wanted = i64::try_from(tokens).map_or(i64::MAX, |tokens| tokens.saturating_mul(TOKEN));
        let is_there = self.millitokens >= wanted;
        if is_there {
            self.millitokens -= wanted;
        }
        is_there
    }

    /// Puts tokens back that were taken for nothing.
    pub fn give_back(&mut self, tokens: u32) {
        let full = i64::from(self.rate.burst) * TOKEN;
        let given = self.millitokens.saturating_add(i64::from(tokens) * TOKEN);
        self.millitokens = given.min(full);
    }

    /// Whether fewer than no tokens are left: what was taken last was too much.
    pub fn is_in_debt(&self) -> bool {
        self.millitokens < 0
    }

    /// Whether more tokens are owed than this.
    pub fn owes_more_than(&self, tokens: u32) -> bool {
        self.millitokens < -i64::from(tokens) * TOKEN
    }

    /// How long after the last [`Self::take`] so many tokens are there, at least. A bucket never holds more than its
    /// burst, so of more than that the span tells when it is full.
    pub fn time_until(&self, tokens: u32) -> Duration {
        let wanted = i64::from(tokens.min(self.rate.burst)) * TOKEN;
        let missing = u64::try_from(wanted.saturating_sub(self.millitokens)).unwrap_or(0);
        let per_second = u64::from(self.rate.per_second.max(1));
        Duration::from_millis(missing.div_ceil(per_second))
    }

    /// Whether it is full, so that it remembers nothing.
    pub fn is_full(&self, now: Timestamp) -> bool {
        let mut filled = *self;
        filled.fill(now);
        filled.millitokens >= i64::from(self.rate.burst) * TOKEN
    }

    fn fill(&mut self, now: Timestamp) {
        let millis = i64::try_from(now.since(self.filled_at).as_millis()).unwrap_or(i64::MAX);
        let gained = millis.saturating_mul(i64::from(self.rate.per_second));
        let full = i64::from(self.rate.burst) * TOKEN;
        self.millitokens = self.millitokens.saturating_add(gained).min(full);
        self.filled_at = self.filled_at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn bucket(per_second: u32, burst: u32) -> TokenBucket {
        TokenBucket::full(Rate { per_second, burst }, at(0))
    }

    /// How many of so many are taken without debt.
    fn taken(bucket: &mut TokenBucket, now: Timestamp, tries: usize) -> usize {
        (0..tries).filter(|_| bucket.take_if_there(now, 1)).count()
    }

    #[test]
    fn a_burst_and_then_the_rate_and_never_more_than_full() {
        let mut bucket = bucket(10, 30);
        assert_eq!(taken(&mut bucket, at(0), 35), 30);
        assert_eq!(taken(&mut bucket, at(1_000), 35), 10);
        assert_eq!(taken(&mut bucket, at(3_600_000), 35), 30);
    }

    #[test]
    fn debt_is_paid_first_and_the_wait_is_told() {
        let mut bucket = bucket(4, 2);
        bucket.take(at(0), 5);
        assert!(bucket.is_in_debt() && bucket.owes_more_than(2) && !bucket.owes_more_than(3));
        assert_eq!(bucket.time_until(0), Duration::from_millis(750));
        assert_eq!(bucket.time_until(1), Duration::from_secs(1));
        assert_eq!(
            bucket.time_until(9),
            Duration::from_millis(1_250),
            "full then"
        );
        bucket.take(at(999), 1);
        assert!(bucket.is_in_debt());
        bucket.give_back(1);
        bucket.take(at(1_000), 1);
        assert!(!bucket.is_in_debt());
    }

    #[test]
    fn what_is_not_all_there_is_not_taken() {
        let (start, second) = (at(5_000), Duration::from_secs(1));
        let mut bucket = TokenBucket::full(
            Rate {
                per_second: 1_000,
                burst: 1_000,
            },
            start,
        );
        assert!(bucket.take_if_there(start, 600));
        assert!(bucket.take_if_there(start, 400));
        assert!(!bucket.take_if_there(start, 1));
        assert!(bucket.take_if_there(start + second / 10, 100));
        assert!(!bucket.take_if_there(start + second / 10, 1));
        assert!(
            bucket.take_if_there(start + 60 * second, 1_000),
            "never more than its burst"
        );
        assert!(!bucket.take_if_there(start + 60 * second, 1));
        assert!(!bucket.take_if_there(start + 90 * second, usize::MAX));
    }

    #[test]
    fn a_bucket_that_is_asked_often_fills_too() {
        let mut bucket = bucket(300, 300);
        assert!(bucket.take_if_there(at(0), 300));
        let taken = (1..=1_000).filter(|millis| bucket.take_if_there(at(*millis), 1));
        assert!((200..=300).contains(&taken.count()));
    }

    #[test]
    fn only_a_full_one_has_nothing_to_remember() {
        let mut bucket = bucket(10, 40);
        assert!(bucket.is_full(at(0)));
        bucket.take(at(0), 40);
        assert!(!bucket.is_full(at(3_999)));
        assert!(bucket.is_full(at(4_000)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let mut bucket = bucket(1, 1);
        assert_eq!(taken(&mut bucket, at(5_000), 2), 1);
        assert_eq!(taken(&mut bucket, at(1_000), 1), 0);
        assert_eq!(taken(&mut bucket, at(5_000), 1), 0);
        assert_eq!(taken(&mut bucket, at(6_000), 1), 1);
    }
}
