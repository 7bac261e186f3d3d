//! From the bytes of a client to whole messages (RFC 6455, sections 5 and 8.1).
//!
//! actix-ws answers the handshake, unmasks frames, and judges their bits, their order and their text. It is given one frame
//! at a time, within bounds, and a text in fragments is joined here: actix-ws would keep each fragment by itself, which
//! costs a hundred bytes for one. `docs/adr/0024` says more.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    str::Utf8Error,
    task::{Context, Poll, Waker},
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, body::BoxBody, dev, error::PayloadError, web,
};
use actix_ws::{Item, Message, MessageStream, ProtocolError};
use banter_protocol::signaling::CloseCause;
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use futures_core::Stream;

use super::whole_frames::WholeFrames;

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Text(ByteString),
    Ping(Bytes),
    Pong,
    Close,
}

/// Joins bytes to frames.
pub(crate) struct FrameDecoder {
    frames: WholeFrames,
    bytes_read: usize,
    next_frame: NextFrame,
    messages: MessageStream,
    /// The beginning of a text.
    text: BytesMut,
    /// The answer has a body of our own, but actix-ws reads no more once its own is dropped.
    _unused: BoxBody,
}

/// What actix-ws reads.
#[derive(Clone, Default)]
struct NextFrame(Rc<Cell<Option<Bytes>>>);

impl Stream for NextFrame {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.take() {
            Some(frame) => Poll::Ready(Some(Ok(frame))),
            None => Poll::Pending,
        }
    }
}

impl FrameDecoder {
    /// The answer to a handshake, but for its body, and what reads the frames that come after it.
    ///
    /// # Errors
    ///
    /// It is no handshake.
    pub(crate) fn accept(request: &HttpRequest) -> actix_web::Result<(HttpResponse<()>, Self)> {
        let next_frame = NextFrame::default();
        let mut payload: dev::Payload = dev::Payload::Stream {
            payload: Box::pin(next_frame.clone()),
        };
        let payload = web::Payload::from_request(request, &mut payload).into_inner()?;
        let (answer, _session, messages) = actix_ws::handle(request, payload)?;
        let (answer, unused) = answer.into_parts();
        let decoder = Self {
            frames: WholeFrames::default(),
            bytes_read: 0,
            next_frame,
            messages,
            text: BytesMut::new(),
            _unused: unused,
        };
        Ok((answer, decoder))
    }

    /// Takes in what came from the client.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.frames.push(bytes);
    }

    /// Bytes that messages have taken since the last time, with the headers of each of their fragments: a text in
    /// fragments of one byte costs seven times what it holds.
    pub(super) fn take_bytes_read(&mut self) -> usize {
        std::mem::take(&mut self.bytes_read)
    }

    /// The next message, if all of it is here.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, CloseCause> {
        while let Some(frame) = self.frames.next()? {
            self.bytes_read += frame.len();
            self.next_frame.0.set(Some(frame));
            let mut nobody_waits = Context::from_waker(Waker::noop());
            let message = match Pin::new(&mut self.messages).poll_next(&mut nobody_waits) {
                Poll::Ready(Some(message)) => message.map_err(|error| cause_of(&error))?,
                // It has something to say about each frame.
                Poll::Ready(None) | Poll::Pending => return Err(CloseCause::Internal),
            };
            if let Some(frame) = self.take(message)? {
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    fn take(&mut self, message: Message) -> Result<Option<Frame>, CloseCause> {
        Ok(match message {
            Message::Text(text) => Some(Frame::Text(text)),
            Message::Continuation(Item::FirstText(bytes) | Item::Continue(bytes)) => {
                self.text.extend_from_slice(&bytes);
                None
            }
            Message::Continuation(Item::Last(bytes)) => {
                self.text.extend_from_slice(&bytes);
                let text = std::mem::take(&mut self.text);
                let text = ByteString::try_from(text).map_err(|_| CloseCause::InvalidUtf8)?;
                Some(Frame::Text(text))
            }
            Message::Binary(_) | Message::Continuation(Item::FirstBinary(_)) => {
                return Err(CloseCause::Binary);
            }
            Message::Ping(payload) => Some(Frame::Ping(payload)),
            Message::Pong(_) => Some(Frame::Pong),
            Message::Close(_) => Some(Frame::Close),
            Message::Nop => None,
        })
    }
}

fn cause_of(error: &ProtocolError) -> CloseCause {
    if let ProtocolError::Io(error) = error
        && error.get_ref().is_some_and(|why| why.is::<Utf8Error>())
    {
        CloseCause::InvalidUtf8
    } else {
        CloseCause::ProtocolError
    }
}

#[cfg(test)]
mod tests;
