//! How a link stands, and what a person is told of it.

use std::time::Duration;

use super::{Attempt, Established, Link};
use crate::{
    engine::{LinkPath, LinkState, Obstacle, paths::Outlook},
    time::Timestamp,
};

/// So many tries in a row without success are told to the person,
const FAILURES_TOLD: u32 = 3;
/// and so long without a connection, whatever is still being tried: nobody watches a link being made for more than 20 s.
const TOLD_AFTER: Duration = Duration::from_secs(18);

impl Link {
    /// Whether the other side has answered, and a connection is on its way that is not confirmed yet.
    pub(in crate::engine) fn is_arriving(&self) -> bool {
        let opening = self.attempt.as_ref().is_some_and(Attempt::is_opening);
        opening && self.current.is_none()
    }

    /// What stands in the way of somebody who did answer: of a recording nothing is told.
    pub(in crate::engine) fn is_stuck(&self, outlook: Outlook) -> bool {
        self.answered && self.current.is_none() && self.state(outlook) == LinkState::Failed
    }

    pub(in crate::engine) fn latency(&self) -> Option<Duration> {
        self.current.as_ref()?.health.latency()
    }

    /// The way that the packets take, as long as any do.
    pub(in crate::engine) fn path(&self, now: Timestamp) -> Option<LinkPath> {
        let current = self.current.as_ref()?;
        current.ice_path.path().filter(|_| self.is_connected(now))
    }

    pub(in crate::engine) fn is_connected(&self, now: Timestamp) -> bool {
        self.current
            .as_ref()
            .is_some_and(|current| current.health.is_connected(now))
    }

    pub(in crate::engine) fn state(&self, outlook: Outlook) -> LinkState {
        let is_late = self.stuck_at().is_some_and(|at| at <= outlook.now);
        if self.is_connected(outlook.now) {
            LinkState::Connected
        } else if self.failures >= FAILURES_TOLD || is_late || outlook.leads_nowhere {
            LinkState::Failed
        } else if self.ever_open {
            LinkState::Disconnected
        } else if self.attempt.is_some() {
            LinkState::Connecting
        } else {
            LinkState::New
        }
    }

    /// Whether there is nothing in use that works.
    pub(in crate::engine) fn needs_connection(&self, now: Timestamp) -> bool {
        self.current
            .as_ref()
            .is_none_or(|current| current.health.is_suspect(now))
    }

    /// Why there is no connection, as far as it is known, once the person is told that there is none.
    pub(in crate::engine) fn obstacle(&self, outlook: Outlook) -> Option<Obstacle> {
        if self.state(outlook) != LinkState::Failed {
            return None;
        }
        if outlook.leads_nowhere {
            return Some(Obstacle::HiddenWithoutRelay);
        }
        if !outlook.signaling {
            return Some(Obstacle::NoServer);
        }
        let arriving = self.attempt.as_ref().filter(|it| it.is_opening());
        let found = arriving.map(Attempt::obstacle).or(self.obstacle);
        Some(found.unwrap_or(Obstacle::NoAnswer))
    }

    /// Whether another connection should be made: there is none that works, or that is made as the person wants it.
    pub(super) fn wants_connection(&self, now: Timestamp) -> bool {
        let is_old = |current: &Established| current.renewed_by.is_some();
        self.needs_connection(now) || self.current.as_ref().is_some_and(is_old)
    }

    /// The peer or this side has just come: what was in the way before says nothing.
    pub(super) fn begin_anew(&mut self, now: Timestamp) {
        self.without_since = self.needs_connection(now).then_some(now);
        self.failures = 0;
        self.obstacle = None;
        self.answered = false;
    }

    /// Whether a connection is needed, and since when.
    pub(super) fn note_need(&mut self, now: Timestamp) {
        self.answered |= self.is_arriving();
        if self.needs_connection(now) {
            self.without_since.get_or_insert(now);
        } else {
            self.without_since = None;
        }
    }

    /// When the person is told that there is no connection.
    pub(super) fn stuck_at(&self) -> Option<Timestamp> {
        self.without_since.map(|since| since + TOLD_AFTER)
    }
}
