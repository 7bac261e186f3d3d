//! A socket without a client: what it would be sent stays to be looked at.

use std::{
    sync::Arc,
    task::{Context, Waker},
};

use banter_protocol::signaling::ConnectionKey;

use super::{
    ConnectionHandle,
    queue::{Outgoing, Queue},
};
use crate::admission::queued::QueuedBytes;

/// Takes what comes.
#[derive(Debug)]
pub(crate) struct Listener {
    queue: Arc<Queue>,
    heard: Vec<String>,
}

impl Listener {
    pub(crate) fn new(key: ConnectionKey) -> (ConnectionHandle, Self) {
        let all = Arc::new(QueuedBytes::new(usize::MAX));
        let queue = Arc::new(Queue::new(64, all));
        let handle = ConnectionHandle::new(key, Arc::clone(&queue));
        let heard = Vec::new();
        (handle, Self { queue, heard })
    }

    /// Every text until now.
    pub(crate) fn heard(&mut self) -> &[String] {
        let mut batch = Vec::new();
        let context = Context::from_waker(Waker::noop());
        while self.queue.poll_batch(&context, &mut batch).is_ready() && !batch.is_empty() {
            for frame in batch.drain(..) {
                if let Outgoing::Text(text) = frame {
                    self.heard.push(text.to_string());
                }
            }
        }
        &self.heard
    }
}
