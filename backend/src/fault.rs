//! Failures on demand, so that tests can show that they stay where they are.

/// Panics where a frame asks this part of the server to.
pub(crate) fn panic_if_asked(frame: &str, part: &str) {
    assert!(!frame.contains(&format!("panic in the {part}")), "as asked");
}
