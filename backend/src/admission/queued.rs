//! How much waits for all clients together.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes in the queues of all sockets, to within a few kilobytes for each.
#[derive(Debug)]
pub(crate) struct QueuedBytes {
    bytes: AtomicUsize,
    most: usize,
}

/// A queue says what it holds only when that has changed by so much: counting each frame would have all sockets write to
/// the same place in memory.
const STEP: usize = 4 * 1024;

impl QueuedBytes {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            bytes: AtomicUsize::new(0),
            most,
        }
    }

    /// Whether there is too much: nobody new is taken, and a queue takes nothing more until it is empty.
    pub(crate) fn is_over(&self) -> bool {
        self.get() >= self.most
    }

    pub(crate) fn get(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// A queue that had said `told` holds `now`. Gives what it has said now.
    pub(crate) fn tell(&self, told: usize, now: usize) -> usize {
        if now.abs_diff(told) < STEP && (now > 0 || told == 0) {
            return told;
        }
        if now > told {
            self.bytes.fetch_add(now - told, Relaxed);
        } else {
            self.bytes.fetch_sub(told - now, Relaxed);
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_changes_are_not_told_but_an_empty_queue_always_is() {
        let queued = QueuedBytes::new(10_000);
        let mut told = 0;
        for (now, sum) in [
            (4_095, 0),
            (4_096, 4_096),
            (8_000, 4_096),
            (9_000, 9_000),
            (6_000, 9_000),
            (0, 0),
        ] {
            told = queued.tell(told, now);
            assert_eq!(queued.get(), sum, "{now}");
        }
        assert!(!queued.is_over());
        queued.tell(0, 10_000);
        assert!(queued.is_over());
    }
}
