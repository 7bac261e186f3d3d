//! Frames from other servers for sockets whose queues are full.
//!
//! A sender on this server waits by itself for a place; one elsewhere cannot, and nothing that comes after may wait
//! for it. So its frames wait here, in their order, as long as a local sender would: who lets them wait for longer, or
//! has too many of them, reads too slowly.

use std::collections::{HashMap, VecDeque};

use banter_protocol::signaling::{CloseCause, ConnectionKey};
use bytestring::ByteString;

use crate::connection::{ConnectionHandle, Placed};

/// For one socket: a room of 64 whose members all connect anew sends it no more than 64 times 21.
const FRAMES: usize = 2_048;

/// The same in bytes.
const BYTES: usize = 4 * 1024 * 1024;

/// What waits, by receiver.
#[derive(Debug, Default)]
pub(super) struct Backlogs(HashMap<ConnectionKey, Backlog>);

#[derive(Debug, Default)]
struct Backlog {
    frames: VecDeque<ByteString>,
    bytes: usize,
}

/// Whether somebody must wait for the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    Wait,
}

impl Backlogs {
    /// Puts a frame into its receiver's queue, or behind those that wait for a place there.
    pub(super) fn put(&mut self, receiver: &ConnectionHandle, frame: ByteString) -> Next {
        let key = receiver.key();
        let Some(backlog) = self.0.get_mut(&key) else {
            return match receiver.offer(frame.clone()) {
                Placed::Queued | Placed::Gone => Next::Nothing,
                Placed::Congested => {
                    let bytes = frame.len();
                    let frames = [frame].into();
                    self.0.insert(key, Backlog { frames, bytes });
                    Next::Wait
                }
            };
        };
        backlog.bytes += frame.len();
        backlog.frames.push_back(frame);
        if backlog.frames.len() > FRAMES || backlog.bytes > BYTES {
            receiver.close(CloseCause::SlowReader);
            self.0.remove(&key);
        }
        Next::Nothing
    }

    /// There may be a place now.
    pub(super) fn drain(&mut self, receiver: &ConnectionHandle) -> Next {
        let key = receiver.key();
        let Some(backlog) = self.0.get_mut(&key) else {
            return Next::Nothing;
        };
        while let Some(frame) = backlog.frames.front() {
            match receiver.offer(frame.clone()) {
                Placed::Queued => {
                    backlog.bytes = backlog.bytes.saturating_sub(frame.len());
                    backlog.frames.pop_front();
                }
                Placed::Congested => return Next::Wait,
                Placed::Gone => break,
            }
        }
        self.0.remove(&key);
        Next::Nothing
    }
}
