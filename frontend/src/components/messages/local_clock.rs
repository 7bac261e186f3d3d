//! The reader's clock and time zone, as components need them while they render.

use banter_protocol::time::Timestamp;
use yew::prelude::*;

use super::local_time::LocalTime;
use crate::platform::clock;

/// Gives the time and the time zone. A `ContextProvider` may give another than the browser's.
#[derive(Clone, Copy, Debug)]
pub struct LocalClock {
    now: fn() -> Timestamp,
    offset_minutes: fn(Timestamp) -> i32,
}

impl LocalClock {
    /// The browser's.
    pub const BROWSER: Self = Self {
        now: clock::wall_clock,
        offset_minutes: browser_offset_minutes,
    };

    /// A clock of these functions; the second gives the local time's offset from UTC at a moment.
    pub const fn new(now: fn() -> Timestamp, offset_minutes: fn(Timestamp) -> i32) -> Self {
        Self {
            now,
            offset_minutes,
        }
    }

    /// How far the local time is ahead of UTC at `moment`.
    pub(crate) fn offset_minutes(self, moment: Timestamp) -> i32 {
        (self.offset_minutes)(moment)
    }

    /// `moment` as the reader's clock shows it.
    pub(crate) fn local(self, moment: Timestamp) -> LocalTime {
        LocalTime::new(moment, self.offset_minutes(moment))
    }

    /// Now, as the reader's clock shows it.
    pub(crate) fn local_now(self) -> LocalTime {
        self.local((self.now)())
    }
}

/// A page has one clock for as long as it lives.
impl PartialEq for LocalClock {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The clock of the page.
#[hook]
pub(crate) fn use_local_clock() -> LocalClock {
    use_context::<LocalClock>().unwrap_or(LocalClock::BROWSER)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds of a date stay below 2^53; an offset is below 24 hours, and NaN becomes 0"
)]
fn browser_offset_minutes(moment: Timestamp) -> i32 {
    let date = js_sys::Date::new(&(moment.as_millis() as f64).into());
    // The browser counts westwards.
    -(date.get_timezone_offset() as i32)
}
