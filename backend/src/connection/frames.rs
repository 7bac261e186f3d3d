//! From the bytes of a client to whole messages, within bounds (RFC 6455, sections 5 and 8.1).
//!
//! actix-ws has streams for this, but they wait for a frame that is too large until all of it has come, and
//! keep each fragment, with the read buffer that it lies in, until the last: a client decides how much memory
//! that takes. Here a frame is refused by its header, and fragments are joined as they come.

use actix_http::ws::{OpCode, Parser, ProtocolError};
use banter_protocol::{limits::SIGNALING_FRAME_BYTES, signaling::CloseCause};
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Text(ByteString),
    Ping(Bytes),
    Pong,
    Close,
}

/// Joins bytes to frames.
#[derive(Debug, Default)]
pub(super) struct FrameDecoder {
    buffer: BytesMut,
    fragments: Option<Fragments>,
    bytes_read: usize,
}

/// The beginning of a message.
#[derive(Debug, Default)]
struct Fragments {
    bytes: BytesMut,
    count: usize,
}

impl FrameDecoder {
    /// Takes in what came from the client.
    pub(super) fn push(&mut self, bytes: Bytes) {
        if self.buffer.is_empty() {
            self.buffer = BytesMut::from(bytes);
        } else {
            self.buffer.extend_from_slice(&bytes);
        }
    }

    /// Bytes that messages have taken since the last time, with the headers of each of their fragments: a text in
    /// fragments of one byte costs seven times what it holds.
    pub(super) fn take_bytes_read(&mut self) -> usize {
        std::mem::take(&mut self.bytes_read)
    }

    /// The next message, if all of it is here.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, CloseCause> {
        loop {
            self.check_kind()?;
            let before = self.buffer.len();
            let parsed = Parser::parse(&mut self.buffer, true, SIGNALING_FRAME_BYTES);
            self.bytes_read += before.saturating_sub(self.buffer.len());
            let Some((is_final, code, payload)) = parsed.map_err(|error| cause_of(&error))? else {
                return self.check_length().map(|()| None);
            };
            let payload = payload.unwrap_or_default().freeze();
            match (code, is_final, &mut self.fragments) {
                (OpCode::Text, true, None) => return text(payload).map(Some),
                (OpCode::Text, false, None) => {
                    self.fragments = Some(Fragments::default());
                    self.add_fragment(&payload)?;
                }
                (OpCode::Continue, _, Some(_)) => {
                    self.add_fragment(&payload)?;
                    if is_final {
                        let whole = self.fragments.take().unwrap_or_default();
                        return text(whole.bytes.freeze()).map(Some);
                    }
                }
                (OpCode::Ping, true, _) => return Ok(Some(Frame::Ping(payload))),
                (OpCode::Pong, true, _) => return Ok(Some(Frame::Pong)),
                (OpCode::Close, true, _) => return Ok(Some(Frame::Close)),
                (OpCode::Binary, _, _) => return Err(CloseCause::Binary),
                _ => return Err(CloseCause::ProtocolError),
            }
        }
    }

    /// Refuses binary frames by their header, and before anything else that may be wrong with them: else the cause would
    /// depend on how the network cuts them.
    fn check_kind(&self) -> Result<(), CloseCause> {
        match self.buffer.first_chunk::<2>() {
            Some([first, _]) if OpCode::from(first & 0x0f) == OpCode::Binary => {
                Err(CloseCause::Binary)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses by its header alone a frame that is not worth waiting for.
    fn check_length(&self) -> Result<(), CloseCause> {
        let mut header = self.buffer.iter().copied();
        let (Some(first), Some(second)) = (header.next(), header.next()) else {
            return Ok(());
        };
        let code = OpCode::from(first & 0x0f);
        let extended_bytes = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => return Ok(()),
        };
        if self.buffer.len() < 2 + extended_bytes {
            return Ok(());
        }
        let length = header
            .take(extended_bytes)
            .fold(0, |sum, byte| (sum << 8) | u64::from(byte));
        let before = match &self.fragments {
            Some(fragments) if code == OpCode::Continue => fragments.bytes.len(),
            _ => 0,
        };
        let free = SIGNALING_FRAME_BYTES.saturating_sub(before);
        if length > free as u64 {
            Err(CloseCause::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Empty fragments take no memory, but no client needs so many either.
    fn add_fragment(&mut self, payload: &[u8]) -> Result<(), CloseCause> {
        let Some(fragments) = &mut self.fragments else {
            return Ok(());
        };
        fragments.bytes.extend_from_slice(payload);
        fragments.count += 1;
        if fragments.bytes.len().max(fragments.count) > SIGNALING_FRAME_BYTES {
            return Err(CloseCause::TooLarge);
        }
        Ok(())
    }
}

fn text(bytes: Bytes) -> Result<Frame, CloseCause> {
    ByteString::try_from(bytes)
        .map(Frame::Text)
        .map_err(|_| CloseCause::InvalidUtf8)
}

fn cause_of(error: &ProtocolError) -> CloseCause {
    if matches!(error, ProtocolError::Overflow) {
        CloseCause::TooLarge
    } else {
        CloseCause::ProtocolError
    }
}

#[cfg(test)]
mod tests;
