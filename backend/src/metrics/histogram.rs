//! How often a quantity was how large.
//!
//! To observe is two additions to atomics and a walk over a dozen numbers: no lock, no memory, no float. Buckets
//! are summed up only when somebody asks.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Counts values by the first bound that they do not exceed.
#[derive(Debug)]
pub(crate) struct Histogram {
    /// Ascending, in the unit that is observed.
    bounds: &'static [u64],
    /// One for each bound, and one for what is above all of them.
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
    /// How many of the unit are one of the metric's: 10⁹ nanoseconds are a second.
    per_shown: f64,
}

/// What was seen until a moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Bounds as text, each with how many values were at most that large.
    pub(crate) cumulative: Vec<(String, u64)>,
    /// All values together.
    pub(crate) sum: f64,
    above: u64,
}

impl Histogram {
    /// Of whole numbers: people, bytes, frames.
    pub(crate) fn of_units(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1.0)
    }

    /// Of spans, with bounds in nanoseconds, shown in seconds.
    pub(crate) fn of_nanoseconds(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1e9)
    }

    fn new(bounds: &'static [u64], per_shown: f64) -> Self {
        Self {
            bounds,
            buckets: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
            per_shown,
        }
    }

    pub(crate) fn observe(&self, value: u64) {
        let bucket = self.bounds.iter().take_while(|bound| value > **bound);
        if let Some(bucket) = self.buckets.get(bucket.count()) {
            bucket.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(value, Relaxed);
    }

    pub(crate) fn observe_span(&self, span: Duration) {
        self.observe(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX));
    }

    /// What was seen so far. Values that come meanwhile may be in one part of it and not in another.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut counts = self.buckets.iter().map(|bucket| bucket.load(Relaxed));
        let mut running = 0;
        let cumulative = self.bounds.iter().zip(&mut counts).map(|(bound, count)| {
            running += count;
            (self.shown(*bound).to_string(), running)
        });
        let cumulative = cumulative.collect();
        Snapshot {
            cumulative,
            above: counts.sum(),
            sum: self.shown(self.sum.load(Relaxed)),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a metric is a float, exact up to 2^53 of the unit"
    )]
    fn shown(&self, value: u64) -> f64 {
        value as f64 / self.per_shown
    }
}

impl Snapshot {
    /// How many values were seen.
    pub(crate) fn count(&self) -> u64 {
        let below = self.cumulative.last().map_or(0, |(_, count)| *count);
        below + self.above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_counts_at_its_bound_and_above() {
        let histogram = Histogram::of_units(&[1, 2, 5]);
        for value in [0, 1, 2, 2, 5, 6, 1_000] {
            histogram.observe(value);
        }
        let seen = histogram.snapshot();
        let expected = [("1", 2), ("2", 4), ("5", 5)];
        let expected = expected.map(|(bound, count)| (bound.to_owned(), count));
        assert_eq!(seen.cumulative, expected);
        assert_eq!((seen.count(), seen.sum), (7, 1_016.0));
    }

    #[test]
    fn spans_are_shown_in_seconds() {
        let histogram = Histogram::of_nanoseconds(&[10_000, 2_500_000, 1_000_000_000]);
        histogram.observe_span(Duration::from_micros(10));
        histogram.observe_span(Duration::from_millis(500));
        histogram.observe_span(Duration::from_secs(u64::MAX));
        let seen = histogram.snapshot();
        let bounds: Vec<_> = seen.cumulative.iter().map(|(bound, _)| bound).collect();
        assert_eq!(bounds, ["0.00001", "0.0025", "1"]);
        let counts: Vec<u64> = seen.cumulative.iter().map(|(_, count)| *count).collect();
        assert_eq!((counts, seen.count()), (vec![1, 1, 2], 3));
    }

    #[test]
    fn nothing_seen_is_all_zeros() {
        let seen = Histogram::of_units(&[1]).snapshot();
        assert_eq!((seen.count(), seen.sum), (0, 0.0));
    }
}
