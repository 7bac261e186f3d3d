//! Waiting for what a browser shows: a poll with an end, never a sleep and a hope.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a test waits for what must happen, where no promise says how soon.
pub const PATIENCE: Duration = Duration::from_secs(20);

const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// Looks until `look` gives something, for at most [`PATIENCE`].
///
/// # Errors
///
/// The time waited, where nothing came.
pub fn eventually<T>(look: impl FnMut() -> Option<T>) -> Result<T, Duration> {
    within(PATIENCE, look)
}

/// Looks until `look` gives something, for at most `patience`. Always looks once more after the time is up, so
/// that a slow look does not make a failure.
///
/// # Errors
///
/// The time waited, where nothing came.
pub fn within<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Result<T, Duration> {
    let start = Instant::now();
    loop {
        let last_look = start.elapsed() >= patience;
        if let Some(found) = look() {
            return Ok(found);
        }
        if last_look {
            return Err(start.elapsed());
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

/// How many times as many rounds a test runs: `make soak` asks for more.
pub fn times() -> usize {
    let times = std::env::var("BANTER_SOAK_ROUNDS").ok();
    times.map_or(1, |text| {
        text.parse().expect("BANTER_SOAK_ROUNDS: a number")
    })
}
