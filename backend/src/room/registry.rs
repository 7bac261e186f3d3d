//! The one place where rooms are made and dropped.
//!
//! Which rooms there are, [`Rooms`](super::rooms::Rooms) decides. The lock is held for a look-up, at joins and at the end of rooms only;
//! nothing that is relayed comes by here.

use std::sync::Arc;

use actix::{Actor, Recipient};
use actix_web::web;
use banter_protocol::{ids::RoomId, signaling::ErrorCode};

use super::{
    actor::Room,
    join::Join,
    registration::{OpenRooms, Registration},
};
use crate::{admission::Admittance, shared::Shared};

/// What handlers get.
pub(crate) type RegistryData = web::Data<Registry>;

/// Every room of this server.
#[derive(Debug)]
pub(crate) struct Registry {
    shared: Arc<Shared>,
    rooms: Arc<OpenRooms>,
}

impl Registry {
    /// Without any room.
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            rooms: Arc::default(),
        }
    }

    /// Passes a join on to its room, which is made where it does not exist, on the thread that asks: those who
    /// are in a small room often share a thread with it then.
    pub(crate) fn enter(&self, name: &RoomId, join: Join) {
        let mut rooms = self.rooms.lock();
        let is_there = rooms.has(name, Recipient::connected);
        let is_full = rooms.len() >= self.shared.admission.most_rooms();
        if !is_there && (is_full || join.admittance == Admittance::OnlyReturning) {
            // A socket that is gone by now drops the answer.
            let _ = join.reply.send(Err(ErrorCode::ServerBusy));
            return;
        }
        if !is_there {
            rooms.put(name, |generation| {
                let entry = Registration::new(Arc::clone(&self.rooms), name.clone(), generation);
                let room = Room::new(entry, Arc::clone(&self.shared));
                room.start().recipient()
            });
        }
        if let Some(room) = rooms.count_join(name) {
            room.do_send(join);
        }
    }
}
