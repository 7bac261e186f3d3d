//! Rooms: an actor around the protocol's [`RoomState`](banter_protocol::signaling::RoomState), and the one
//! registry that makes and drops them.

pub(crate) mod actor;
pub(crate) mod registry;
pub(crate) mod seat;

pub(crate) use registry::Registry;
