//! The one place where rooms are made and dropped.
//!
//! A room that becomes empty must end, and a join must never reach a room that has ended. So every join goes
//! through here and is counted, on this side when it is passed on and on the room's side when it arrives. A
//! room says how many have arrived when it says that it is empty; it ends only if none is on its way.

use std::{collections::BTreeMap, sync::Arc};

use actix::{Actor, Addr, AsyncContext, Context, Handler, Message};
use banter_protocol::ids::RoomId;

use super::actor::{Join, Room, Stop};
use crate::shared::Shared;

/// Every room of this server.
#[derive(Debug)]
pub(crate) struct Registry {
    shared: Arc<Shared>,
    rooms: BTreeMap<RoomId, Entry>,
    rooms_made: u64,
}

#[derive(Debug)]
struct Entry {
    room: Addr<Room>,
    /// Tells a room from an earlier one of the same name.
    generation: u64,
    joins_passed_on: u64,
}

/// Asks for a seat in a room, which is made where it does not exist.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Enter {
    pub(crate) room: RoomId,
    pub(crate) join: Join,
}

/// A room is empty after so many joins.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Emptied {
    pub(super) room: RoomId,
    pub(super) generation: u64,
    pub(super) joins_seen: u64,
}

/// A room has ended, perhaps by a panic.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct RoomGone {
    pub(super) room: RoomId,
    pub(super) generation: u64,
}

impl Registry {
    /// Without any room.
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            rooms: BTreeMap::new(),
            rooms_made: 0,
        }
    }

    fn generation_of(&self, room: &RoomId) -> Option<u64> {
        self.rooms.get(room).map(|entry| entry.generation)
    }
}

impl Actor for Registry {
    type Context = Context<Self>;
}

impl Handler<Enter> for Registry {
    type Result = ();

    fn handle(&mut self, Enter { room, join }: Enter, context: &mut Self::Context) {
        // A room that panicked has an entry until its `RoomGone` is here.
        if self
            .rooms
            .get(&room)
            .is_some_and(|entry| !entry.room.connected())
        {
            self.rooms.remove(&room);
        }
        let entry = self.rooms.entry(room).or_insert_with_key(|room| {
            self.rooms_made += 1;
            let generation = self.rooms_made;
            let shared = Arc::clone(&self.shared);
            let room = Room::new(room.clone(), generation, shared, context.address()).start();
            Entry {
                room,
                generation,
                joins_passed_on: 0,
            }
        });
        entry.joins_passed_on += 1;
        entry.room.do_send(join);
    }
}

impl Handler<Emptied> for Registry {
    type Result = ();

    fn handle(&mut self, emptied: Emptied, _: &mut Self::Context) {
        let Emptied {
            room,
            generation,
            joins_seen,
        } = emptied;
        let is_over = self.rooms.get(&room).is_some_and(|entry| {
            entry.generation == generation && entry.joins_passed_on == joins_seen
        });
        if is_over && let Some(entry) = self.rooms.remove(&room) {
            entry.room.do_send(Stop);
        }
    }
}

impl Handler<RoomGone> for Registry {
    type Result = ();

    fn handle(&mut self, RoomGone { room, generation }: RoomGone, _: &mut Self::Context) {
        if self.generation_of(&room) == Some(generation) {
            self.rooms.remove(&room);
        }
    }
}
