//! One WebSocket each: its handshake, its task, and what a room holds of it.

mod body;
mod ending;
mod frames;
mod handle;
mod inbound;
#[cfg(test)]
pub(crate) mod listener;
pub mod origin;
mod outbound;
mod queue;
mod rate;
mod renewal;
mod stream;
mod task;
mod whole_frames;

pub(crate) use frames::FrameDecoder;
pub(crate) use handle::ConnectionHandle;
pub(crate) use inbound::Inbound;
pub(crate) use queue::{PATIENCE, Placed};
pub(crate) use stream::{Abort, ClientStream};
pub(crate) use task::Connection;
