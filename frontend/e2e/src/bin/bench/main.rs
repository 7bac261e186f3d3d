//! `make bench`: what Banter costs, each figure beside its reference in the same run.
//!
//! The reference is plain JavaScript that does the same through the same server (`reference/`), driven by the
//! same scripts through the same hooks, turn about with Banter, so that a slow moment of the machine hits both.
//! Figures are medians. Nothing here passes or fails: a machine's speed is no property of the program.
//!
//! Words after `--` choose figures: `size`, `ready`, `talk`, `mesh`, `crowd`, `memory`, `unlock`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on should stop and say where"
)]

mod contender;
mod crowd;
mod memory;
mod mesh;
mod ready;
mod report;
mod size;
mod talk;
mod unlock;

use std::{env, thread, time::Instant};

use contender::Stage;

/// A figure's word and what measures it.
type Figure = (&'static str, fn(&Stage));

const FIGURES: [Figure; 7] = [
    ("size", size::measure),
    ("ready", ready::measure),
    ("talk", talk::measure),
    ("mesh", mesh::measure),
    ("crowd", crowd::measure),
    ("memory", memory::measure),
    ("unlock", unlock::measure),
];

fn main() {
    let chosen: Vec<String> = env::args().skip(1).collect();
    let stage = Stage::set();
    let cores = thread::available_parallelism().map_or(0, usize::from);
    println!(
        "Banter beside plain JavaScript, {} on {cores} cores",
        stage.browser_version()
    );
    for (word, measure) in FIGURES {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == word) {
            let start = Instant::now();
            measure(&stage);
            println!("  ({word}: {:.0?})", start.elapsed());
        }
    }
}
