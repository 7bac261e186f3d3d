//! What the browser must have before a room can be entered.

use js_sys::Reflect;

use super::random;
use crate::notice::PageNotice;

/// The first thing that is missing, or `None`.
pub fn missing() -> Option<PageNotice> {
    // Off loopback plain HTTP hides much of what the page needs, so this is the reason to name first.
    let secure = web_sys::window().is_some_and(|window| window.is_secure_context());
    if !secure || random::bits_128().is_none() {
        return Some(PageNotice::InsecureContext);
    }
    let has_web_rtc = Reflect::has(&js_sys::global(), &"RTCPeerConnection".into());
    if !has_web_rtc.unwrap_or(false) {
        return Some(PageNotice::NoWebRtc);
    }
    None
}
