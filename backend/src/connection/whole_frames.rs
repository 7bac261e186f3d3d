//! From the bytes of a client to whole frames within bounds (RFC 6455, section 5.2).
//!
//! What a frame says, actix-ws finds out and judges. Here is only what it does not do:
//!
//! - It waits for all of a frame, however large. Here a frame is refused by its header, before it takes memory.
//! - It does not count fragments.
//! - It would take binary frames. Here they are refused before anything else that may be wrong with them.
//! - It takes apart all that has come, and says what is wrong before it gives out the messages that came first. Here frames
//!   come one by one, so the answer does not depend on how the network cuts them.

use actix_http::ws::OpCode;
use banter_protocol::{limits::SIGNALING_FRAME_BYTES, signaling::CloseCause};
use bytes::{Buf, Bytes, BytesMut};

/// Cuts bytes into frames.
#[derive(Debug, Default)]
pub(super) struct WholeFrames {
    /// What has come and is not given out yet.
    come: Bytes,
    message: Extent,
}

/// Of a message, as far as its frames have come.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    bytes: usize,
    frames: usize,
}

struct Header {
    code: OpCode,
    header_bytes: usize,
    payload_bytes: usize,
}

impl WholeFrames {
    /// Takes in what came from the client.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.come = if self.come.is_empty() {
            bytes
        } else {
            let mut joined = BytesMut::from(std::mem::take(&mut self.come));
            joined.extend_from_slice(&bytes);
            joined.freeze()
        };
    }

    /// The next frame, if all of it is here.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, CloseCause> {
        let Some(header) = Header::read(&self.come) else {
            return Ok(None);
        };
        let before = match header.code {
            OpCode::Binary => return Err(CloseCause::Binary),
            OpCode::Continue => self.message,
            OpCode::Text | OpCode::Ping | OpCode::Pong | OpCode::Close | OpCode::Bad => {
                Extent::default()
            }
        };
        let message = before.with(header.payload_bytes)?;
        let frame_bytes = header.header_bytes + header.payload_bytes;
        let Some(frame) = self.come.get(..frame_bytes) else {
            return Ok(None);
        };
        // In memory of its own: what waits for a slow reader must not keep all that was read with it.
        let frame = Bytes::copy_from_slice(frame);
        self.come.advance(frame_bytes);
        // Other frames may come between the fragments of a message.
        if matches!(header.code, OpCode::Text | OpCode::Continue) {
            self.message = message;
        }
        Ok(Some(frame))
    }
}

impl Extent {
    /// Empty fragments take no memory, but no client needs so many either.
    fn with(self, bytes: usize) -> Result<Self, CloseCause> {
        let bytes = self.bytes.saturating_add(bytes);
        let frames = self.frames + 1;
        if bytes.max(frames) > SIGNALING_FRAME_BYTES {
            return Err(CloseCause::TooLarge);
        }
        Ok(Self { bytes, frames })
    }
}

impl Header {
    /// What the bytes begin with, if all of it is here.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (&[first, second], rest) = bytes.split_first_chunk()?;
        let (extended_bytes, payload_bytes) = match second & 0x7f {
            126 => (2, u64::from(u16::from_be_bytes(*rest.first_chunk()?))),
            127 => (8, u64::from_be_bytes(*rest.first_chunk()?)),
            length => (0, u64::from(length)),
        };
        let mask_bytes = if second & 0x80 == 0 { 0 } else { 4 };
        Some(Self {
            code: OpCode::from(first & 0x0f),
            header_bytes: 2 + extended_bytes + mask_bytes,
            payload_bytes: usize::try_from(payload_bytes).unwrap_or(usize::MAX),
        })
    }
}
