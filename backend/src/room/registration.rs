//! What a room holds of the registry: its own entry, and nothing of the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::Recipient;
use banter_protocol::ids::RoomId;

use super::{join::Join, rooms::Rooms};

/// Every room of this server, behind the lock of the registry.
#[derive(Debug, Default)]
pub(super) struct OpenRooms(Mutex<Rooms<Recipient<Join>>>);

impl OpenRooms {
    /// No panic can leave the entries half changed, so that a poisoned lock does not matter.
    pub(super) fn lock(&self) -> MutexGuard<'_, Rooms<Recipient<Join>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A room's entry.
#[derive(Debug)]
pub(super) struct Registration {
    rooms: Arc<OpenRooms>,
    pub(super) name: RoomId,
    /// Which of the rooms of this name it is.
    pub(super) generation: u64,
}

impl Registration {
    pub(super) fn new(rooms: Arc<OpenRooms>, name: RoomId, generation: u64) -> Self {
        Self {
            rooms,
            name,
            generation,
        }
    }

    /// Whether the room, which is empty and has seen so many joins, is to end: none is on its way, and none will be.
    pub(super) fn may_end(&self, joins_seen: u64) -> bool {
        self.rooms
            .lock()
            .may_end(&self.name, self.generation, joins_seen)
    }

    /// The room has ended, perhaps by a panic.
    pub(super) fn end(&self) {
        self.rooms.lock().ended(&self.name, self.generation);
    }
}
