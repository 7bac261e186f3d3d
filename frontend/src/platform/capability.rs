//! What the browser must have before a room can be entered.

use js_sys::Reflect;

use super::random;
use crate::notice::PageNotice;

/// The first thing that is missing, or `None`.
pub fn missing() -> Option<PageNotice> {
    first_missing(Capabilities {
        secure_context: web_sys::window().is_some_and(|window| window.is_secure_context()),
        randomness: random::bytes_32().is_some(),
        web_rtc: Reflect::has(&js_sys::global(), &"RTCPeerConnection".into()).unwrap_or(false),
    })
}

/// What a browser may have.
#[derive(Clone, Copy, Debug)]
struct Capabilities {
    secure_context: bool,
    randomness: bool,
    web_rtc: bool,
}

/// Off loopback plain HTTP hides much of what the page needs, so that is the reason to name first.
fn first_missing(has: Capabilities) -> Option<PageNotice> {
    if !has.secure_context {
        Some(PageNotice::InsecureContext)
    } else if !has.randomness {
        Some(PageNotice::NoRandomness)
    } else if !has.web_rtc {
        Some(PageNotice::NoWebRtc)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_the_reason_behind_it_first() {
        let missing = |secure_context, randomness, web_rtc| {
            first_missing(Capabilities {
                secure_context,
                randomness,
                web_rtc,
            })
        };
        assert_eq!(missing(true, true, true), None);
        assert_eq!(missing(true, true, false), Some(PageNotice::NoWebRtc));
        assert_eq!(missing(true, false, true), Some(PageNotice::NoRandomness));
        assert_eq!(missing(true, false, false), Some(PageNotice::NoRandomness));
        assert_eq!(
            missing(false, false, false),
            Some(PageNotice::InsecureContext)
        );
    }
}
