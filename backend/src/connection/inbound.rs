//! What comes from a client.

use std::{future::poll_fn, pin::Pin};

use actix_web::web::Payload;
use banter_protocol::signaling::CloseCause;
use futures_core::Stream;

use super::{
    ending::Ending,
    frames::{Frame, FrameDecoder},
};

/// Reads frames. A client that sends faster than its task reads is slowed down by TCP.
pub(crate) struct Inbound {
    payload: Payload,
    decoder: FrameDecoder,
}

impl Inbound {
    pub(crate) fn new(payload: Payload, decoder: FrameDecoder) -> Self {
        Self { payload, decoder }
    }

    /// The next frame, if all of it has come.
    pub(super) fn ready(&mut self) -> Result<Option<Frame>, Ending> {
        Ok(self.decoder.next()?)
    }

    /// Bytes of the connection that the frames since the last time took.
    pub(super) fn take_bytes_read(&mut self) -> usize {
        self.decoder.take_bytes_read()
    }

    /// Waits for more bytes. Loses nothing when it is dropped before it is ready.
    pub(super) async fn more(&mut self) -> Result<(), Ending> {
        match poll_fn(|context| Pin::new(&mut self.payload).poll_next(context)).await {
            Some(Ok(bytes)) => {
                self.decoder.push(bytes);
                Ok(())
            }
            Some(Err(_)) | None => Err(Ending::Gone),
        }
    }
}

impl From<CloseCause> for Ending {
    fn from(cause: CloseCause) -> Self {
        Self::Close(cause)
    }
}
