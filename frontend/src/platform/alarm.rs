//! The driver's one timer.

use std::time::Duration;

use banter_protocol::{engine::Input, time::Timestamp};
use gloo::timers::callback::Timeout;

use crate::event::{EventSender, push};

/// Browsers count to 2^31 milliseconds; waking up early is harmless.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Pushes [`Input::Wake`] when the time has come.
#[derive(Debug)]
pub struct Alarm {
    events: EventSender,
    set: Option<(Timestamp, Timeout)>,
}

impl Alarm {
    /// An alarm that is not set.
    pub fn new(events: EventSender) -> Self {
        Self { events, set: None }
    }

    /// Tells that the alarm has rung: it must be set again, even to the same time, since timers may be early.
    pub fn handle_rung(&mut self) {
        self.set = None;
    }

    /// Sets it to `at`, in place of what it was set to.
    pub fn set(&mut self, at: Option<Timestamp>, now: Timestamp) {
        if self.set.as_ref().map(|(time, _)| *time) == at {
            return;
        }
        self.set = at.map(|time| {
            let delay = time.since(now).min(LONGEST).as_millis();
            let events = self.events.clone();
            let timeout = Timeout::new(u32::try_from(delay).unwrap_or(u32::MAX), move || {
                push(&events, Input::Wake);
            });
            (time, timeout)
        });
    }
}
