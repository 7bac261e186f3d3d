//! One server: what a shell does around the rules.

use banter_protocol::{
    ids::{PeerId, RoomId, ServerId},
    signaling::{
        ConnectionKey, ErrorCode, ResumeToken,
        room::{JoinRequest, Joined, RoomSettings},
        span::{
            Address, Happened, Neighbours, Opening, RoomMessage, RoomWord, ServerPresence, Sign,
            SpanState, timing,
        },
    },
    time::Timestamp,
};

use crate::{
    bus::{Bus, Payload, Subject},
    chance::Chance,
};

pub const CAPACITY: usize = 64;

pub fn at(now: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000 + now)
}

#[derive(Clone, Debug)]
pub struct Wish {
    pub connection: ConnectionKey,
    pub peer: PeerId,
    pub resume: Option<ResumeToken>,
    pub fresh: ResumeToken,
}

#[derive(Debug)]
pub struct Node {
    pub id: ServerId,
    /// How far its wall clock is ahead, in milliseconds.
    skew: u64,
    neighbours: Neighbours,
    pub room: Option<SpanState>,
    opening: Option<(Opening, u64)>,
    waiting: Vec<Wish>,
    generation: u64,
    next_sign: u64,
    reconnects_at: Option<u64>,
    was_reached: bool,
}

/// What a step has led to.
#[derive(Debug)]
pub enum Outcome {
    Happened(Happened),
    Joined(Wish, Result<Joined, ErrorCode>),
}

pub struct Surroundings<'a> {
    pub now: u64,
    pub bus: &'a mut Bus,
    pub chance: &'a mut Chance,
}

impl Node {
    pub fn start(id: ServerId, around: &mut Surroundings<'_>) -> Self {
        around.bus.subscribe(id, Subject::Signs);
        around.bus.subscribe(id, Subject::Server(id));
        Self {
            id,
            skew: around.chance.within(0, 200),
            neighbours: Neighbours::new(id),
            room: None,
            opening: None,
            waiting: Vec::new(),
            generation: 0,
            next_sign: around.now,
            reconnects_at: None,
            was_reached: true,
        }
    }

    pub fn wish(&mut self, wish: Wish, around: &mut Surroundings<'_>) -> Vec<Outcome> {
        if self.room.is_none() {
            self.open(around);
        }
        self.waiting.push(wish);
        self.admit(around)
    }

    fn open(&mut self, around: &mut Surroundings<'_>) {
        self.generation += 1;
        let settings = RoomSettings::with_capacity(CAPACITY);
        let version = self.generation << 32;
        let now = at(around.now);
        self.room = Some(SpanState::new(now, self.id, room(), settings, version));
        // First the question, so that who asks is not among those who are asked.
        if self.publish(Subject::Room, RoomWord::Ask, around) > 0 {
            let until = u64::try_from(timing::ANSWERS_WITHIN.as_millis()).unwrap();
            self.opening = Some((Opening::new(self.id), around.now + until));
        }
        around.bus.subscribe(self.id, Subject::Room);
    }

    /// Those who wait, once the room is open.
    fn admit(&mut self, around: &mut Surroundings<'_>) -> Vec<Outcome> {
        let (None, Some(room)) = (&self.opening, &mut self.room) else {
            return Vec::new();
        };
        let mut outcomes = Vec::new();
        for wish in std::mem::take(&mut self.waiting) {
            let request = JoinRequest {
                peer_id: wish.peer,
                display_name: "x".to_owned(),
                resume: wish.resume.as_ref().map(|token| token.as_str().to_owned()),
                joined_at: at(around.now + self.skew),
            };
            let joined = room.join(wish.connection, request, wish.fresh.clone());
            outcomes.push(Outcome::Joined(wish, joined));
        }
        self.settle(around);
        outcomes
    }

    /// After whatever the room was told.
    pub fn settle(&mut self, around: &mut Surroundings<'_>) {
        while let Some(said) = self.room.as_mut().and_then(SpanState::poll_outgoing) {
            let subject = match said.to {
                Address::Room => Subject::Room,
                Address::Server(server) => Subject::Server(server),
            };
            self.publish(subject, said.word, around);
        }
        let is_over = self.room.as_ref().is_some_and(SpanState::is_empty);
        if is_over && self.waiting.is_empty() && self.opening.is_none() {
            self.room = None;
            around.bus.unsubscribe(self.id, Subject::Room);
        }
    }

    fn publish(&self, subject: Subject, word: RoomWord, around: &mut Surroundings<'_>) -> usize {
        let payload = Payload::Room(RoomMessage {
            room: room(),
            server: self.id,
            word,
        });
        around
            .bus
            .publish(around.now, self.id, subject, &payload, around.chance)
    }

    pub fn sign(&self, presence: ServerPresence, around: &mut Surroundings<'_>) {
        let server = self.id;
        let sign = Payload::Sign(Sign { server, presence });
        around
            .bus
            .publish(around.now, self.id, Subject::Signs, &sign, around.chance);
    }

    pub fn receive(&mut self, payload: Payload, around: &mut Surroundings<'_>) -> Vec<Outcome> {
        let now = at(around.now);
        let mut happened = Vec::new();
        match payload {
            Payload::Sign(Sign { server, presence }) => match presence {
                ServerPresence::Here => {
                    self.neighbours.handle_sign(now, server);
                }
                ServerPresence::Leaving => {
                    self.neighbours.handle_leaving(server);
                    if let Some(room) = &mut self.room {
                        happened = room.server_left(now, server);
                    }
                }
            },
            Payload::Room(RoomMessage { server, word, .. }) => {
                self.neighbours.handle_sign(now, server);
                if let (RoomWord::Page(page), Some((opening, _))) = (&word, &mut self.opening)
                    && page.known.is_none()
                    && page.part + 1 == page.parts
                    && opening.handle_answer(server, &page.others)
                {
                    self.opening = None;
                }
                if let Some(room) = &mut self.room {
                    happened = room.handle(now, server, word);
                }
            }
        }
        let mut outcomes: Vec<_> = happened.into_iter().map(Outcome::Happened).collect();
        outcomes.extend(self.admit(around));
        self.settle(around);
        outcomes
    }

    pub fn tick(&mut self, around: &mut Surroundings<'_>) -> Vec<Outcome> {
        let now = at(around.now);
        let mut happened = Vec::new();
        if self.next_sign <= around.now {
            self.next_sign += u64::try_from(timing::SIGN_EVERY.as_millis()).unwrap();
            self.sign(ServerPresence::Here, around);
        }
        let is_reached = around.bus.reaches(self.id);
        if is_reached && !self.was_reached {
            self.reconnects_at = Some(around.now + around.chance.within(0, 2_000));
        }
        self.was_reached = is_reached;
        if self.reconnects_at.is_some_and(|due| due <= around.now) {
            self.reconnects_at = None;
            if let Some(room) = &mut self.room {
                room.reconnected();
            }
        }
        for gone in self.neighbours.expire(now) {
            if let Some(room) = &mut self.room {
                happened.extend(room.server_gone(gone));
            }
        }
        if let Some(room) = &mut self.room
            && room.next_expiry() <= now
        {
            happened.extend(room.expire(now));
        }
        if self
            .opening
            .as_ref()
            .is_some_and(|(_, until)| *until <= around.now)
        {
            self.opening = None;
        }
        let mut outcomes: Vec<_> = happened.into_iter().map(Outcome::Happened).collect();
        outcomes.extend(self.admit(around));
        self.settle(around);
        outcomes
    }
}

fn room() -> RoomId {
    "tea".parse().unwrap()
}
