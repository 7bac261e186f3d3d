//! What comes from a client.

use std::{future::poll_fn, pin::Pin};

use actix_web::web::Payload;
use banter_protocol::signaling::CloseCause;
use futures_core::Stream;

use super::{
    frames::{Frame, FrameDecoder},
    task::Ending,
};

/// Reads frames. A client that sends faster than its task reads is slowed down by TCP.
pub(super) struct Inbound {
    payload: Payload,
    decoder: FrameDecoder,
}

impl Inbound {
    pub(super) fn new(payload: Payload) -> Self {
        Self {
            payload,
            decoder: FrameDecoder::default(),
        }
    }

    /// The next frame. Loses nothing when it is dropped before it is ready.
    pub(super) async fn next(&mut self) -> Result<Frame, Ending> {
        loop {
            if let Some(frame) = self.decoder.next()? {
                return Ok(frame);
            }
            match poll_fn(|context| Pin::new(&mut self.payload).poll_next(context)).await {
                Some(Ok(bytes)) => self.decoder.push(bytes),
                Some(Err(_)) | None => return Err(Ending::Gone),
            }
        }
    }
}

impl From<CloseCause> for Ending {
    fn from(cause: CloseCause) -> Self {
        Self::Close(cause)
    }
}
