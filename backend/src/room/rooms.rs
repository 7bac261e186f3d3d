//! Which rooms there are. Pure: what a room is, and how it is made, its caller says.
//!
//! A room that becomes empty must end, and a join must never reach a room that has ended. So every join is counted, here
//! when it is passed on and by the room when it arrives. A room says how many have arrived when it is empty; it ends only
//! if none is on its way.

use std::collections::HashMap;

use banter_protocol::ids::RoomId;

/// Rooms by their names.
#[derive(Debug)]
pub(super) struct Rooms<R> {
    entries: HashMap<RoomId, Entry<R>>,
    made: u64,
}

#[derive(Debug)]
struct Entry<R> {
    room: R,
    /// Tells a room from an earlier one of the same name.
    generation: u64,
    joins_passed_on: u64,
}

impl<R> Default for Rooms<R> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            made: 0,
        }
    }
}

impl<R> Rooms<R> {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is a room of this name that `is_alive`. One that panicked has an entry until its end is known.
    pub(super) fn has(&self, name: &RoomId, is_alive: impl FnOnce(&R) -> bool) -> bool {
        self.entries
            .get(name)
            .is_some_and(|entry| is_alive(&entry.room))
    }

    /// Puts a new room where there is none, or none that lives. It is made with its generation.
    pub(super) fn put(&mut self, name: &RoomId, make: impl FnOnce(u64) -> R) {
        self.made += 1;
        let entry = Entry {
            room: make(self.made),
            generation: self.made,
            joins_passed_on: 0,
        };
        self.entries.insert(name.clone(), entry);
    }

    /// Counts a join, which the caller must now pass on to this room.
    pub(super) fn count_join(&mut self, name: &RoomId) -> Option<&R> {
        let entry = self.entries.get_mut(name)?;
        entry.joins_passed_on += 1;
        Some(&entry.room)
    }

    /// Whether an empty room that has seen so many joins is to end: none is on its way, and none will be.
    pub(super) fn may_end(&mut self, name: &RoomId, generation: u64, joins_seen: u64) -> bool {
        let is_over = self.entries.get(name).is_some_and(|entry| {
            entry.generation == generation && entry.joins_passed_on == joins_seen
        });
        if is_over {
            self.entries.remove(name);
        }
        is_over
    }

    /// A room has ended, perhaps by a panic.
    pub(super) fn ended(&mut self, name: &RoomId, generation: u64) {
        let is_it = |entry: &Entry<R>| entry.generation == generation;
        if self.entries.get(name).is_some_and(is_it) {
            self.entries.remove(name);
        }
    }
}
