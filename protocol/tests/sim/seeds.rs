//! Which seeds a simulator plays, on every core.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many seeds a test run tries; `BANTER_SIM_SEEDS` asks for more, `BANTER_SIM_FIRST` starts elsewhere.
pub fn seeds(usual: u64) -> std::ops::Range<u64> {
    let setting = |name, default| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(default)
    };
    let first = setting("BANTER_SIM_FIRST", 0);
    first..first + setting("BANTER_SIM_SEEDS", usual)
}

/// Plays every seed, and names the first that fails.
pub fn assert_seeds(
    seeds: std::ops::Range<u64>,
    play: impl Fn(u64) + Sync + std::panic::RefUnwindSafe,
) {
    let next = AtomicU64::new(seeds.start);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            if std::panic::catch_unwind(|| play(seed)).is_err() {
                next.store(seeds.end, Ordering::Relaxed);
                panic!(
                    "seed {seed} fails; run it alone: BANTER_SIM_FIRST={seed} BANTER_SIM_SEEDS=1"
                );
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
}
