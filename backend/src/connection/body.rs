//! The body of the WebSocket's answer: frames as bytes (RFC 6455, section 5), taken from the queue when the connection
//! can take more.
//!
//! actix-ws has a body too, with a channel before it that only a task of the socket's own can fill; a frame then waits
//! for three tasks instead of two, and each is written for itself. `docs/adr/0014` has the figures.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use actix_http::ws::{OpCode, Parser};
use actix_web::{
    body::{BodySize, MessageBody},
    web::{Bytes, BytesMut},
};

use super::queue::{Outgoing, Queue};

/// A frame's header is at most so long where nothing is masked.
const HEADER_BYTES: usize = 10;

/// Ends after a close. Dropping it tells the socket's task that the connection is gone.
#[derive(Debug)]
pub(crate) struct Body(Arc<Queue>);

impl Body {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self(queue)
    }
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let mut batch = Vec::new();
        ready!(self.0.poll_batch(context, &mut batch));
        Poll::Ready((!batch.is_empty()).then(|| Ok(encode(&batch))))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.0.lost();
    }
}

fn encode(batch: &[Outgoing]) -> Bytes {
    let most = batch.iter().map(|frame| frame.len() + HEADER_BYTES).sum();
    let mut bytes = BytesMut::with_capacity(most);
    let mut write = |code, payload: &[u8]| {
        Parser::write_message(&mut bytes, payload, code, true, false);
    };
    for frame in batch {
        match frame {
            Outgoing::Text(text) => write(OpCode::Text, text.as_bytes()),
            Outgoing::Ping => write(OpCode::Ping, b""),
            Outgoing::Pong(payload) => write(OpCode::Pong, payload),
            Outgoing::Close(cause) => {
                // RFC 6455, section 5.5.1
                let payload = [&cause.code().to_be_bytes(), cause.reason().as_bytes()].concat();
                write(OpCode::Close, &payload);
            }
        }
    }
    bytes.freeze()
}
