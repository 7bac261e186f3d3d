//! Rooms: an actor around the protocol's [`RoomState`](banter_protocol::signaling::RoomState), and the one
//! registry that makes and drops them. Sockets relay through the room's [`table`] by themselves.

pub(crate) mod actor;
#[cfg(test)]
mod interleavings;
mod lanes;
pub(crate) mod registry;
mod rooms;
pub(crate) mod seat;
mod seats;
mod spanning;
pub(crate) mod table;

pub(crate) use registry::{Registry, RegistryData};
