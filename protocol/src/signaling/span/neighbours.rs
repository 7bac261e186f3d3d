//! Which other servers are there.

use std::collections::BTreeMap;

use super::timing;
use crate::{ids::ServerId, time::Timestamp};

/// When each was last heard. Anything that a server says is a sign of it.
#[derive(Debug)]
pub struct Neighbours {
    me: ServerId,
    heard: BTreeMap<ServerId, Timestamp>,
}

/// Whether a server was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// For the first time, or again after it was given up.
    New,
    /// Known, or this server itself.
    Old,
}

impl Neighbours {
    /// Of this server; none are known.
    pub fn new(me: ServerId) -> Self {
        Self {
            me,
            heard: BTreeMap::new(),
        }
    }

    /// A server has given a sign.
    pub fn handle_sign(&mut self, now: Timestamp, server: ServerId) -> Acquaintance {
        if server == self.me || self.heard.insert(server, now).is_some() {
            Acquaintance::Old
        } else {
            Acquaintance::New
        }
    }

    /// A server leaves in good order.
    pub fn handle_leaving(&mut self, server: ServerId) {
        self.heard.remove(&server);
    }

    /// Gives up the servers that were silent for [`timing::GONE_AFTER`].
    pub fn expire(&mut self, now: Timestamp) -> Vec<ServerId> {
        let gone = self
            .heard
            .iter()
            .filter(|(_, heard)| now.since(**heard) >= timing::GONE_AFTER);
        let gone: Vec<ServerId> = gone.map(|(&server, _)| server).collect();
        self.heard.retain(|server, _| !gone.contains(server));
        gone
    }

    /// How many are there.
    pub fn len(&self) -> usize {
        self.heard.len()
    }

    /// Whether this server is alone.
    pub fn is_empty(&self) -> bool {
        self.heard.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn whoever_is_silent_for_ten_seconds_is_gone_once() {
        let [me, other, third] = [1, 2, 3].map(|number| ServerId::from_bytes([number; 16]));
        let mut neighbours = Neighbours::new(me);
        assert_eq!(neighbours.handle_sign(at(0), me), Acquaintance::Old);
        assert_eq!(neighbours.handle_sign(at(0), other), Acquaintance::New);
        assert_eq!(neighbours.handle_sign(at(1), third), Acquaintance::New);
        assert_eq!(neighbours.handle_sign(at(5), other), Acquaintance::Old);
        assert_eq!(neighbours.expire(at(10)), []);
        assert_eq!(neighbours.expire(at(11)), [third]);
        assert_eq!(neighbours.expire(at(15)), [other]);
        assert!(neighbours.is_empty());
        assert_eq!(
            neighbours.handle_sign(at(16), other),
            Acquaintance::New,
            "it was only cut off"
        );
        neighbours.handle_leaving(other);
        assert_eq!(neighbours.expire(at(99)), []);
    }
}
