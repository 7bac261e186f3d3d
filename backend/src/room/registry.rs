//! The one place where rooms are made and dropped.
//!
//! A room that becomes empty must end, and a join must never reach a room that has ended. So every join goes
//! through here and is counted, on this side when it is passed on and on the room's side when it arrives. A
//! room says how many have arrived when it says that it is empty; it ends only if none is on its way.
//!
//! The lock is held for a look-up, at joins and at the end of rooms only; nothing that is relayed comes by here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix::{Actor, Addr};
use banter_protocol::{ids::RoomId, signaling::ErrorCode};

use super::actor::{Join, Room};
use crate::{admission::Admittance, shared::Shared};

/// Every room of this server.
#[derive(Debug)]
pub(crate) struct Registry {
    shared: Arc<Shared>,
    rooms: Mutex<Rooms>,
}

#[derive(Debug, Default)]
struct Rooms {
    entries: HashMap<RoomId, Entry>,
    made: u64,
}

#[derive(Debug)]
struct Entry {
    room: Addr<Room>,
    /// Tells a room from an earlier one of the same name.
    generation: u64,
    joins_passed_on: u64,
}

impl Registry {
    /// Without any room.
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            rooms: Mutex::default(),
        }
    }

    /// No panic can leave the entries half changed, so that a poisoned lock does not matter.
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a join on to its room, which is made where it does not exist, on the thread that asks: those who
    /// are in a small room often share a thread with it then.
    pub(crate) fn enter(self: &Arc<Self>, name: &RoomId, join: Join) {
        let mut rooms = self.rooms();
        let Rooms { entries, made } = &mut *rooms;
        // A room that panicked has an entry until its end is known here.
        let is_there = entries
            .get(name)
            .is_some_and(|entry| entry.room.connected());
        let is_full = entries.len() >= self.shared.admission.most_rooms();
        if !is_there && (is_full || join.admittance == Admittance::OnlyReturning) {
            // A socket that is gone by now drops the answer.
            let _ = join.reply.send(Err(ErrorCode::ServerBusy));
            return;
        }
        if !is_there {
            *made += 1;
            let room = Room::new(
                name.clone(),
                *made,
                Arc::clone(&self.shared),
                Arc::clone(self),
            );
            let entry = Entry {
                room: room.start(),
                generation: *made,
                joins_passed_on: 0,
            };
            entries.insert(name.clone(), entry);
        }
        if let Some(entry) = entries.get_mut(name) {
            entry.joins_passed_on += 1;
            entry.room.do_send(join);
        }
    }

    /// Whether an empty room that has seen so many joins is to end: none is on its way, and none will be.
    pub(super) fn may_end(&self, name: &RoomId, generation: u64, joins_seen: u64) -> bool {
        let mut rooms = self.rooms();
        let is_over = rooms.entries.get(name).is_some_and(|entry| {
            entry.generation == generation && entry.joins_passed_on == joins_seen
        });
        if is_over {
            rooms.entries.remove(name);
        }
        is_over
    }

    /// A room has ended, perhaps by a panic.
    pub(super) fn ended(&self, name: &RoomId, generation: u64) {
        let mut rooms = self.rooms();
        if rooms
            .entries
            .get(name)
            .is_some_and(|entry| entry.generation == generation)
        {
            rooms.entries.remove(name);
        }
    }
}
