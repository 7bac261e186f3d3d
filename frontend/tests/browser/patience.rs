//! Waiting for what happens elsewhere in the browser, within bounds.

use futures_channel::oneshot;
use gloo::timers::callback::Timeout;

const LOOK_EVERY_MS: u32 = 5;
const LOOKS: u32 = 2_000;

/// Looks until `look` gives something; panics with `what` after ten seconds.
pub(crate) async fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = look() {
            return found;
        }
        pause(LOOK_EVERY_MS).await;
    }
    panic!("waited in vain for {what}");
}

/// Lets the browser do other things for so long.
pub(crate) async fn pause(millis: u32) {
    let (over, waiting) = oneshot::channel();
    let _timeout = Timeout::new(millis, move || {
        let _ = over.send(());
    });
    let _ = waiting.await;
}
