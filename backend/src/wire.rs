//! Messages as frames.

use std::time::Duration;

use banter_protocol::{
    ids::PeerId,
    signaling::{BadFrame, ErrorCode, ServerMessage},
};
use bytestring::ByteString;

/// A message as it stands on the wire.
#[expect(
    clippy::expect_used,
    reason = "a message has only text keys and no type that can refuse"
)]
pub(crate) fn text(message: &ServerMessage) -> ByteString {
    serde_json::to_string(message)
        .expect("every message can be written")
        .into()
}

/// An `error`, with how long to wait and about whom where that is known.
pub(crate) fn refusal(
    code: ErrorCode,
    wait: Option<Duration>,
    about: Option<PeerId>,
) -> ByteString {
    text(&ServerMessage::Error {
        code,
        message: code.message().to_owned(),
        retry_after_ms: wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        peer_id: about,
    })
}

/// The `error` that tells what a frame lacks.
pub(crate) fn bad_frame(why: BadFrame) -> ByteString {
    text(&ServerMessage::Error {
        code: ErrorCode::BadMessage,
        message: why.to_string(),
        retry_after_ms: None,
        peer_id: None,
    })
}
