//! The one place where rooms are made and dropped.
//!
//! Which rooms there are, [`Rooms`] decides. The lock is held for a look-up, at joins and at the end of rooms only;
//! nothing that is relayed comes by here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::{Actor, Addr};
use actix_web::web;
use banter_protocol::{ids::RoomId, signaling::ErrorCode};

use super::{
    actor::{Join, Room},
    rooms::Rooms,
};
use crate::{admission::Admittance, shared::Shared};

/// What handlers get.
pub(crate) type RegistryData = web::Data<Registry>;

/// Every room of this server.
#[derive(Debug)]
pub(crate) struct Registry {
    shared: Arc<Shared>,
    rooms: Mutex<Rooms<Addr<Room>>>,
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
    fn rooms(&self) -> MutexGuard<'_, Rooms<Addr<Room>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a join on to its room, which is made where it does not exist, on the thread that asks: those who
    /// are in a small room often share a thread with it then.
    pub(crate) fn enter(self: &Arc<Self>, name: &RoomId, join: Join) {
        let mut rooms = self.rooms();
        let is_there = rooms.has(name, Addr::connected);
        let is_full = rooms.len() >= self.shared.admission.most_rooms();
        if !is_there && (is_full || join.admittance == Admittance::OnlyReturning) {
            // A socket that is gone by now drops the answer.
            let _ = join.reply.send(Err(ErrorCode::ServerBusy));
            return;
        }
        if !is_there {
            let (shared, registry) = (Arc::clone(&self.shared), Arc::clone(self));
            rooms.put(name, |generation| {
                Room::new(name.clone(), generation, shared, registry).start()
            });
        }
        if let Some(room) = rooms.count_join(name) {
            room.do_send(join);
        }
    }

    /// Whether an empty room that has seen so many joins is to end: none is on its way, and none will be.
    pub(super) fn may_end(&self, name: &RoomId, generation: u64, joins_seen: u64) -> bool {
        self.rooms().may_end(name, generation, joins_seen)
    }

    /// A room has ended, perhaps by a panic.
    pub(super) fn ended(&self, name: &RoomId, generation: u64) {
        self.rooms().ended(name, generation);
    }
}
