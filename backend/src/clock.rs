//! The server's two clocks.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use banter_protocol::time::Timestamp;

/// Measures spans: never goes back, whatever happens to the wall clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// Milliseconds since the start, as a moment for the protocol's rules.
    pub(crate) fn now(self) -> Timestamp {
        Timestamp::default() + self.started.elapsed()
    }
}

/// The wall clock, for people.
pub(crate) fn wall_clock() -> Timestamp {
    Timestamp::default() + since_epoch()
}

/// The wall clock as credentials tell it: since the Unix epoch.
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
