//! Which day it is, for as long as the page is open.

use std::time::Duration;

use gloo::{events::EventListener, timers::callback::Timeout};
use yew::prelude::*;

use super::{local_clock::LocalClock, local_time::Day};

/// The clock is looked at this often at least: it may be set, and a machine that slept wakes timers late.
const LOOK_AGAIN: Duration = Duration::from_secs(60 * 60);

/// The reader's day. It changes at midnight, and is looked at again when the page is shown: a page that is hidden or put away
/// gets no timers.
#[hook]
pub(crate) fn use_today(clock: LocalClock) -> Day {
    let today = use_state_eq(|| clock.local_now().day());
    let looks = use_state(|| 0_u32);
    {
        let (today, looks) = (today.setter(), looks);
        // Each look sets the timer for the next one.
        use_effect_with(*looks, move |&count| {
            let wait = clock.local_now().until_midnight().min(LOOK_AGAIN);
            let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
            let timer = Timeout::new(wait_ms, move || {
                today.set(clock.local_now().day());
                looks.set(count.wrapping_add(1));
            });
            move || drop(timer)
        });
    }
    {
        let today = today.setter();
        use_effect_with((), move |()| {
            let listeners = web_sys::window().map(|window| {
                // `visibilitychange` is the document's event and bubbles to the window.
                ["visibilitychange", "pageshow", "focus"].map(|name| {
                    let today = today.clone();
                    EventListener::new(&window, name, move |_| {
                        today.set(clock.local_now().day());
                    })
                })
            });
            move || drop(listeners)
        });
    }
    *today
}
