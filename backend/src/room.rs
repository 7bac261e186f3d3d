//! Rooms: an actor around the protocol's [`RoomState`](banter_protocol::signaling::RoomState), and the one
//! registry that makes and drops them. Sockets relay through the room's [`table`] by themselves.

mod actor;
mod backlog;
#[cfg(test)]
mod interleavings;
pub(crate) mod join;
pub(crate) mod outcome;
mod registration;
mod registry;
mod rooms;
pub(crate) mod seat;
mod seats;
pub(crate) mod table;

pub(crate) use registry::{Registry, RegistryData};
