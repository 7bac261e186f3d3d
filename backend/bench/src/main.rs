//! `make bench`, the server's part: what its rules cost, beside a relay on the same parts that has none.
//!
//! Both are release binaries, each alone on one core while the load comes from another, in turns, so that a slow moment
//! of the machine hits both. Figures are medians. Nothing here passes or fails: a machine's speed is no property of the
//! program.
//!
//! Words after `--` choose figures: `relay`, `latency`, `joins`, `room`, `idle`, `churn`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark that cannot go on should stop and say where"
)]

mod churn;
mod contender;
mod frames;
mod idle;
mod joins;
mod latency;
mod load;
mod relay;
mod report;
mod room;
mod socket;

use std::{env, time::Instant};

/// A figure's word and what measures it.
type Figure = (&'static str, fn());

const FIGURES: [Figure; 6] = [
    ("relay", relay::measure),
    ("latency", latency::measure),
    ("joins", joins::measure),
    ("room", room::measure),
    ("idle", idle::measure),
    ("churn", churn::measure),
];

fn main() {
    let chosen: Vec<String> = env::args().skip(1).collect();
    contender::pin_the_load();
    println!("Banter's server beside a bare relay on actix-ws, each alone on one core");
    report::heading();
    let start = Instant::now();
    for (word, measure) in FIGURES {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == word) {
            measure();
        }
    }
    println!("  ({:.0?})", start.elapsed());
}

/// Runs one measurement on this thread alone.
fn run<T>(measurement: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, measurement)
}
