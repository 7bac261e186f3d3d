//! The headers of every answer, also of errors.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
};

/// Only what this server serves, no script or style inside pages, no `eval`; WebAssembly needs
/// `'wasm-unsafe-eval'`. `connect-src 'self'` covers the WebSocket of the same host (CSP Level 3, section
/// 6.7.2.8).
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// What a call needs, and nothing else of the device. Writing to the clipboard is not named, so that the page
/// may copy an invite.
const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(self), display-capture=(self), \
    accelerometer=(), encrypted-media=(), geolocation=(), gyroscope=(), hid=(), \
    idle-detection=(), local-fonts=(), magnetometer=(), midi=(), payment=(), \
    publickey-credentials-get=(), serial=(), sync-xhr=(), usb=(), xr-spatial-tracking=()";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::PERMISSIONS_POLICY, PERMISSIONS_POLICY),
];

/// Adds them, for [`actix_web::middleware::from_fn`].
pub(crate) async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut answer = next.call(request).await?;
    for (name, value) in HEADERS {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}
