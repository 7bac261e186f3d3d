//! The bus: one order for each subject, as NATS has it, and for each subscriber a lag of its own.

use std::collections::{BTreeMap, VecDeque};

use banter_protocol::{
    ids::ServerId,
    signaling::span::{RoomMessage, Sign},
};

use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Signs,
    Room,
    Server(ServerId),
}

#[derive(Clone, Debug)]
pub enum Payload {
    Sign(Sign),
    Room(RoomMessage),
}

#[derive(Debug)]
pub struct Bus {
    /// Of one message in thirty, in milliseconds.
    pub worst_lag: u64,
    queues: BTreeMap<(ServerId, Subject), VecDeque<(u64, Payload)>>,
    down: bool,
    cut: Vec<ServerId>,
    pub published: usize,
    pub delivered: usize,
}

impl Default for Bus {
    fn default() -> Self {
        Self {
            worst_lag: 900,
            queues: BTreeMap::new(),
            down: false,
            cut: Vec::new(),
            published: 0,
            delivered: 0,
        }
    }
}

impl Bus {
    pub fn subscribe(&mut self, server: ServerId, subject: Subject) {
        self.queues.entry((server, subject)).or_default();
    }

    pub fn unsubscribe(&mut self, server: ServerId, subject: Subject) {
        self.queues.remove(&(server, subject));
    }

    pub fn forget(&mut self, server: ServerId) {
        self.queues
            .retain(|(subscriber, _), _| *subscriber != server);
    }

    pub fn reaches(&self, server: ServerId) -> bool {
        !self.down && !self.cut.contains(&server)
    }

    /// Gives how many will hear it.
    pub fn publish(
        &mut self,
        now: u64,
        from: ServerId,
        subject: Subject,
        payload: &Payload,
        chance: &mut Chance,
    ) -> usize {
        if !self.reaches(from) {
            return 0;
        }
        self.published += 1;
        let mut heard = 0;
        let (down, cut) = (self.down, self.cut.clone());
        for ((subscriber, at), queue) in &mut self.queues {
            if *at == subject && *subscriber != from && !down && !cut.contains(subscriber) {
                let lag = if chance.one_in(30) {
                    self.worst_lag
                } else {
                    40
                };
                let due = now + chance.within(0, lag);
                let due = queue.back().map_or(due, |(last, _)| due.max(*last));
                // What is said is said as bytes.
                queue.push_back((due, payload.over_the_wire()));
                heard += 1;
            }
        }
        heard
    }

    /// What is due by now, of all subjects in an order of its own.
    pub fn due(&mut self, now: u64) -> Option<(ServerId, Payload)> {
        let ready = self.queues.iter_mut();
        let mut ready =
            ready.filter(|(_, queue)| queue.front().is_some_and(|(due, _)| *due <= now));
        let ((server, _), queue) = ready.next()?;
        self.delivered += 1;
        queue.pop_front().map(|(_, payload)| (*server, payload))
    }

    /// Some of what is on its way is lost.
    pub fn set_down(&mut self, down: bool, chance: &mut Chance) {
        self.down = down;
        for queue in self.queues.values_mut() {
            while down && !queue.is_empty() && chance.one_in(2) {
                queue.pop_back();
            }
        }
    }

    pub fn set_cut(&mut self, server: ServerId, cut: bool) {
        self.cut.retain(|other| *other != server);
        if cut {
            self.cut.push(server);
            for ((subscriber, _), queue) in &mut self.queues {
                if *subscriber == server {
                    queue.clear();
                }
            }
        }
    }

    pub fn heal(&mut self) {
        self.down = false;
        self.cut.clear();
    }
}

impl Payload {
    fn over_the_wire(&self) -> Self {
        match self {
            Self::Sign(sign) => Self::Sign(Sign::decode(&sign.encode()).unwrap()),
            Self::Room(message) => Self::Room(RoomMessage::decode(&message.encode()).unwrap()),
        }
    }
}
