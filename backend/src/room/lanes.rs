//! Frames from other servers for sockets whose queues are full.
//!
//! A sender on this server waits by itself for a place; one elsewhere cannot, and nothing that comes after may wait
//! for it. So its frames wait here, in their order, as long as a local sender would: who lets them wait for longer, or
//! has too many of them, reads too slowly.

use std::collections::{HashMap, VecDeque};

use actix::{AsyncContext, Context, WrapFuture, fut::ActorFutureExt};
use banter_protocol::signaling::{CloseCause, ConnectionKey};
use bytestring::ByteString;
use tokio::time::timeout;

use super::actor::Room;
use crate::connection::{ConnectionHandle, PATIENCE, Placed};

/// For one socket: a room of 64 whose members all connect anew sends it no more than 64 times 21.
const FRAMES: usize = 2_048;

/// The same in bytes.
const BYTES: usize = 4 * 1024 * 1024;

/// By receiver.
#[derive(Debug, Default)]
pub(super) struct Lanes(HashMap<ConnectionKey, Lane>);

#[derive(Debug, Default)]
struct Lane {
    frames: VecDeque<ByteString>,
    bytes: usize,
}

/// Whether somebody must wait for the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Nothing,
    Wait,
}

impl Lanes {
    /// Puts a frame into its receiver's queue, or behind those that wait for a place there.
    fn put(&mut self, receiver: &ConnectionHandle, frame: ByteString) -> Next {
        let key = receiver.key();
        let Some(lane) = self.0.get_mut(&key) else {
            return match receiver.offer(frame.clone()) {
                Placed::Queued | Placed::Gone => Next::Nothing,
                Placed::Congested => {
                    let bytes = frame.len();
                    let frames = [frame].into();
                    self.0.insert(key, Lane { frames, bytes });
                    Next::Wait
                }
            };
        };
        lane.bytes += frame.len();
        lane.frames.push_back(frame);
        if lane.frames.len() > FRAMES || lane.bytes > BYTES {
            receiver.close(CloseCause::SlowReader);
            self.0.remove(&key);
        }
        Next::Nothing
    }

    /// There may be a place now.
    fn drain(&mut self, receiver: &ConnectionHandle) -> Next {
        let key = receiver.key();
        let Some(lane) = self.0.get_mut(&key) else {
            return Next::Nothing;
        };
        while let Some(frame) = lane.frames.front() {
            match receiver.offer(frame.clone()) {
                Placed::Queued => {
                    lane.bytes = lane.bytes.saturating_sub(frame.len());
                    lane.frames.pop_front();
                }
                Placed::Congested => return Next::Wait,
                Placed::Gone => break,
            }
        }
        self.0.remove(&key);
        Next::Nothing
    }
}

impl Room {
    /// Gives a frame from another server to its receiver.
    pub(super) fn deliver(
        &mut self,
        receiver: &ConnectionHandle,
        frame: ByteString,
        context: &mut Context<Self>,
    ) {
        if let Some(span) = &mut self.span
            && span.lanes.put(receiver, frame) == Next::Wait
        {
            self.wait_for(receiver.clone(), context);
        }
    }

    fn wait_for(&mut self, receiver: ConnectionHandle, context: &mut Context<Self>) {
        let drained = {
            let receiver = receiver.clone();
            async move { timeout(PATIENCE, receiver.drained()).await }
        };
        let then = drained
            .into_actor(self)
            .map(move |drained, room: &mut Self, context| {
                if drained.is_err() {
                    receiver.close(CloseCause::SlowReader);
                }
                if let Some(span) = &mut room.span
                    && span.lanes.drain(&receiver) == Next::Wait
                {
                    room.wait_for(receiver, context);
                }
            });
        context.spawn(then);
    }
}
