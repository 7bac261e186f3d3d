//! The two clocks: one that never goes back, and one that people read.

use banter_protocol::time::Timestamp;

/// Milliseconds since the Unix epoch by a clock that never goes back (W3C High Resolution Time): when the page
/// began, by the wall clock, and what has passed since, by a monotonic one.
pub fn monotonic() -> Timestamp {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or_else(wall_clock, |clock| {
        from_millis(clock.time_origin() + clock.now())
    })
}

/// Milliseconds since the Unix epoch by the wall clock, which the person may set back.
pub fn wall_clock() -> Timestamp {
    from_millis(js_sys::Date::now())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and no clock of a living browser comes near either end"
)]
fn from_millis(millis: f64) -> Timestamp {
    Timestamp::from_millis(millis as u64)
}
