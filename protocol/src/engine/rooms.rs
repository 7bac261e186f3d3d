//! The rooms that the person is in, each with what it wants done, and whose an id is.

use super::{
    Dropped, Io,
    context::Context,
    room::{Room, RoomInput, Verdict},
};
use crate::{ids::RoomId, time::Timestamp};

/// Binary logarithm of how many ids of sockets, connections and calls each room has for itself.
const IDS_EACH: u32 = 32;

/// See the module. They are few, and stand in the order in which they were entered.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    entered: Vec<Entered>,
    next_number: u64,
}

/// A room, with what it writes into.
#[derive(Debug)]
pub(super) struct Entered {
    id: RoomId,
    /// The upper half of all its ids.
    number: u64,
    pub(super) room: Room,
    pub(super) io: Io,
    due: Option<Timestamp>,
}

impl Rooms {
    /// Enters a room in which the person is not, and whose ids are its own.
    pub(super) fn enter(&mut self, id: RoomId, io: Io, enter: impl FnOnce(&mut Io) -> Room) {
        let number = self.next_number;
        self.next_number += 1;
        let mut io = io.with_ids_after(number << IDS_EACH);
        self.entered.push(Entered {
            id,
            number,
            room: enter(&mut io),
            io,
            due: None,
        });
    }

    pub(super) fn remove(&mut self, id: &RoomId) -> Option<Entered> {
        let place = self.entered.iter().position(|entered| entered.id == *id)?;
        Some(self.entered.remove(place))
    }

    pub(super) fn get_mut(&mut self, id: &RoomId) -> Option<&mut Entered> {
        let mut entered = self.entered.iter_mut();
        entered.find(|entered| entered.id == *id)
    }

    /// Whose socket, connection or call this is; `None` where the room was left.
    pub(super) fn owner_of(&self, id: u64) -> Option<RoomId> {
        let mut entered = self.entered.iter();
        let owner = entered.find(|entered| entered.number == id >> IDS_EACH)?;
        Some(owner.id.clone())
    }

    pub(super) fn all(&self) -> Vec<RoomId> {
        self.those(|_| true)
    }

    /// The rooms in which something is due.
    pub(super) fn due(&self, now: Timestamp) -> Vec<RoomId> {
        self.those(|entered| entered.is_due(now))
    }

    fn those(&self, are_meant: impl Fn(&Entered) -> bool) -> Vec<RoomId> {
        let meant = self.entered.iter().filter(|entered| are_meant(entered));
        meant.map(|entered| entered.id.clone()).collect()
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        self.entered.iter().filter_map(|entered| entered.due).min()
    }

    /// The page or the machine slept until now.
    pub(super) fn handle_woken(&mut self, now: Timestamp, wall: Timestamp) {
        for Entered { room, io, due, .. } in &mut self.entered {
            room.handle_woken(&Context { now, wall, io });
            *due = Some(now);
        }
    }

    /// What was dropped in any of them.
    pub(super) fn dropped(&self) -> Dropped {
        let mut dropped = Dropped::default();
        for entered in &self.entered {
            dropped += entered.io.dropped;
        }
        dropped
    }
}

impl Entered {
    /// The room takes something in, does what is due, and tells what is different now.
    pub(super) fn handle(&mut self, now: Timestamp, wall: Timestamp, input: RoomInput) -> Verdict {
        let woke = self.is_due(now);
        let io = &mut self.io;
        let cx = &mut Context { now, wall, io };
        let mut verdict = self.room.handle(input, cx);
        if verdict == Verdict::Stays {
            verdict = self.room.handle_timeout(cx);
        }
        if verdict == Verdict::Stays {
            self.room.refresh(woke, cx);
            self.due = Some(self.room.poll_timeout(now));
        }
        verdict
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        crypto::{Identity, Invite},
        engine::{
            Effect, Engine, Input, Intent, JoinIntent, RoomEvent, RoomIntent, SocketEvent,
            SocketId, ViewEvent,
        },
        ids::RoomId,
        time::Timestamp,
    };

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn join(engine: &mut Engine, room: &str) -> SocketId {
        let intent = JoinIntent::new(
            Invite::open(room.parse().unwrap()).unwrap(),
            "Ada".parse().unwrap(),
            Identity::from_seed(&[1; 32]),
        );
        engine.handle(NOW, Input::Intent(Intent::Join(Box::new(intent))));
        for effect in effects(engine) {
            if let Effect::OpenSocket(socket) = effect {
                return socket;
            }
        }
        panic!("no socket is opened");
    }

    fn effects(engine: &mut Engine) -> Vec<Effect> {
        std::iter::from_fn(|| engine.poll_effect()).collect()
    }

    /// Which rooms something was told of.
    fn told(engine: &mut Engine) -> Vec<(String, RoomEvent)> {
        let mut told = Vec::new();
        for effect in effects(engine) {
            if let Effect::Notify(ViewEvent::Room(room, event)) = effect {
                told.push((room.as_str().to_owned(), event));
            }
        }
        told
    }

    fn seat(engine: &mut Engine, socket: SocketId, room: &str) {
        let joined = format!(
            r#"{{"type":"room_joined","roomId":"{room}","peers":[],"iceServers":[],"resume":"r"}}"#
        );
        for event in [SocketEvent::Opened, SocketEvent::Frame(joined)] {
            engine.handle(NOW, Input::Socket(socket, event));
        }
    }

    #[test]
    fn what_comes_on_a_socket_is_its_rooms_and_of_one_that_was_left_nobodys() {
        let mut engine = Engine::new([1; 32]);
        let tea = join(&mut engine, "tea");
        let lab = join(&mut engine, "lab");
        seat(&mut engine, lab, "lab");
        assert!(told(&mut engine).iter().all(|(room, _)| room == "lab"));
        seat(&mut engine, tea, "tea");
        assert!(told(&mut engine).iter().all(|(room, _)| room == "tea"));

        let room: RoomId = "tea".parse().unwrap();
        engine.handle(NOW, Input::Intent(Intent::Room(room, RoomIntent::Leave)));
        let last = told(&mut engine).pop();
        assert_eq!(last, Some(("tea".to_owned(), RoomEvent::Left)));
        let again = join(&mut engine, "tea");
        assert_ne!(again, tea);
        seat(&mut engine, tea, "tea");
        assert_eq!(told(&mut engine), [], "the seat of the visit before");
        let lost = SocketEvent::Closed { code: 1006 };
        engine.handle(NOW, Input::Socket(lab, lost));
        assert!(told(&mut engine).iter().all(|(room, _)| room == "lab"));
    }

    #[test]
    fn a_room_that_the_person_is_not_in_takes_nothing_in() {
        let mut engine = Engine::new([1; 32]);
        join(&mut engine, "tea");
        let elsewhere: RoomId = "lab".parse().unwrap();
        for intent in [
            RoomIntent::Typing(true),
            RoomIntent::Lock(true),
            RoomIntent::Leave,
        ] {
            engine.handle(NOW, Input::Intent(Intent::Room(elsewhere.clone(), intent)));
            assert!(effects(&mut engine).is_empty());
        }
    }
}
