//! What is counted of every relayed frame, on the one path whose cost matters.
//!
//! Threads count for themselves, in cells of memory that they do not share, so that none waits for another's cache
//! line. Only one frame in 64 is looked at closely: what that asks of the clock and of queues costs a 64th.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use super::{exposition::Exposition, histogram::Histogram};

/// One frame in so many is looked at closely.
const SAMPLED: u64 = 64;

/// More threads than this share cells.
const CELLS: usize = 16;

/// Frames that were relayed.
#[derive(Debug)]
pub(crate) struct Relays {
    cells: [Counts; CELLS],
    seconds: Histogram,
    waiting: Histogram,
}

/// One thread's counts, with two cache lines to themselves, since processors fetch pairs of them.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Counts {
    frames: AtomicU64,
    bytes: AtomicU64,
}

/// What is asked of one frame in 64.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RelaySample {
    /// From when it was read until it was in its receiver's queue.
    pub(crate) took: Duration,
    /// How many frames wait for its sender, who is as good as any other.
    pub(crate) waiting: usize,
}

impl Default for Relays {
    fn default() -> Self {
        Self {
            cells: Default::default(),
            seconds: Histogram::of_nanoseconds(&[
                5_000,
                10_000,
                25_000,
                50_000,
                100_000,
                250_000,
                1_000_000,
                5_000_000,
                25_000_000,
                100_000_000,
                500_000_000,
                2_000_000_000,
            ]),
            waiting: Histogram::of_units(&[0, 1, 4, 16, 64, 128]),
        }
    }
}

impl Relays {
    /// Counts one, and looks closely at it now and then.
    pub(crate) fn count(&self, bytes: usize, sample: impl FnOnce() -> RelaySample) {
        let Some(cell) = self.cells.get(own_cell()) else {
            return;
        };
        cell.bytes.fetch_add(bytes as u64, Relaxed);
        if cell.frames.fetch_add(1, Relaxed) % SAMPLED == 0 {
            let RelaySample { took, waiting } = sample();
            self.seconds.observe_span(took);
            self.waiting.observe(waiting as u64);
        }
    }

    pub(super) fn write(&self, page: &mut Exposition) {
        let sum = |part: fn(&Counts) -> &AtomicU64| -> u64 {
            self.cells.iter().map(|cell| part(cell).load(Relaxed)).sum()
        };
        page.counter(
            "banter_relayed_total",
            "Offers, answers and candidates passed on.",
            sum(|cell| &cell.frames),
        );
        page.counter(
            "banter_relayed_bytes_total",
            "Their bytes.",
            sum(|cell| &cell.bytes),
        );
        page.histogram(
            "banter_relay_seconds",
            "From reading a frame until it is queued for its receiver; one frame in 64.",
            &self.seconds.snapshot(),
        );
        page.histogram(
            "banter_queue_frames",
            "Frames waiting for a socket at the moment it sends one; one frame in 64.",
            &self.waiting.snapshot(),
        );
    }
}

/// This thread's cell.
fn own_cell() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static CELL: Cell<usize> = Cell::new(THREADS.fetch_add(1, Relaxed) % CELLS);
    }
    CELL.get()
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use super::*;

    #[test]
    fn every_frame_of_every_thread_is_counted_and_one_in_64_is_sampled() {
        let relays = Arc::new(Relays::default());
        let threads: Vec<_> = (0..2 * CELLS)
            .map(|_| {
                let relays = Arc::clone(&relays);
                thread::spawn(move || {
                    for _ in 0..640 {
                        relays.count(10, || RelaySample {
                            took: Duration::from_micros(7),
                            waiting: 3,
                        });
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let mut page = Exposition::default();
        relays.write(&mut page);
        let text = page.into_text();
        for line in [
            "banter_relayed_total 20480",
            "banter_relayed_bytes_total 204800",
            "banter_relay_seconds_count 320",
            "banter_queue_frames_bucket{le=\"1\"} 0",
            "banter_queue_frames_bucket{le=\"4\"} 320",
            "banter_queue_frames_sum 960",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in {text}");
        }
    }
}
