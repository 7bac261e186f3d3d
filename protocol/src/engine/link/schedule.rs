//! Tries at a connection: when one is made, by whom, and what ends it.

use std::time::Duration;

use super::{
    Attempt, Link, LinkOutput, NOT_ADMITTED_AGAIN, Saying, Terms, Thread, ice_path::IcePath,
    replacing::Replaced,
};
use crate::{
    engine::{ConnectionId, ConnectionSettings, Effect, Obstacle, backoff, context::Context},
    time::Timestamp,
};

/// For the leader's offer after it was asked.
const LEADER_OFFERS_WITHIN: Duration = Duration::from_secs(4);
/// Between two tries, however often a connection breaks.
pub(super) const TRIES_APART: Duration = Duration::from_secs(1);

impl Link {
    /// When to look again, though nothing happens; `signaling` tells whether the server is there, without which nothing is tried.
    pub(in crate::engine) fn poll_timeout(
        &self,
        now: Timestamp,
        signaling: bool,
    ) -> Option<Timestamp> {
        let health = self
            .current
            .as_ref()
            .map(|current| current.health.poll_timeout(now));
        let renewal = self.current.as_ref().and_then(|current| current.renewed_by);
        let attempt = self.attempt.as_ref().map(Attempt::deadline);
        let retry = self
            .retry_at
            .filter(|_| signaling && self.attempt.is_none() && self.wants_connection(now));
        let told = self.stuck_at().filter(|&at| at > now);
        let replaced = self.replaced.as_ref().map(Replaced::ends);
        [health, renewal, attempt, retry, told, replaced]
            .into_iter()
            .flatten()
            .min()
    }

    /// Does what is due. Gives whether a try is, for which [`Link::connect`] needs the room's terms.
    #[must_use]
    pub(in crate::engine) fn handle_timeout(
        &mut self,
        signaling: bool,
        cx: &mut Context<'_>,
    ) -> bool {
        if self.replaced.as_ref().is_some_and(|it| it.ends() <= cx.now) {
            self.drop_replaced(cx);
        }
        if let Some(current) = &mut self.current {
            current.health.handle_timeout(cx.now, cx.io);
            if current.renewed_by.is_some_and(|by| by <= cx.now) {
                self.drop_current(cx);
            }
        }
        if self
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.deadline() <= cx.now)
        {
            self.fail_attempt(cx);
        }
        self.note_need(cx.now);
        if self.attempt.is_some() || !self.wants_connection(cx.now) {
            return false;
        }
        let retry_at = *self.retry_at.get_or_insert(cx.now);
        retry_at <= cx.now && signaling
    }

    /// Tries by itself: offers if this side leads or has asked in vain, asks otherwise. Whoever may be a recording is only
    /// asked: that makes no connection.
    pub(in crate::engine) fn connect(&mut self, terms: Terms, cx: &mut Context<'_>) {
        if terms.is_barred {
            self.obstacle = Some(Obstacle::Locked);
            self.retry_at = Some(cx.now + NOT_ADMITTED_AGAIN);
            return;
        }
        let may_be_recording = terms.may_be_recording;
        if !may_be_recording && terms.may_offer && (self.leads || !self.asks_next) {
            self.offer(terms, cx);
            return;
        }
        self.last_try = Some(cx.now);
        let wait = if may_be_recording {
            self.failures = self.failures.saturating_add(1);
            backoff::delay(self.failures, &mut cx.io.random).max(LEADER_OFFERS_WITHIN)
        } else {
            self.asks_next = false;
            LEADER_OFFERS_WITHIN
        };
        self.retry_at = Some(cx.now + wait);
        self.ask(terms.newest);
    }

    /// When the next try is far enough from the last one: now, or soon.
    pub(super) fn soonest_try(&self, now: Timestamp) -> Timestamp {
        let spaced = self.last_try.map(|last| last + TRIES_APART);
        spaced.map_or(now, |spaced| spaced.max(now))
    }

    pub(super) fn offer(&mut self, terms: Terms, cx: &mut Context<'_>) {
        self.drop_attempt(cx);
        let thread = Thread {
            negotiation: Some(terms.negotiation),
            mine: terms.newest.mine,
            theirs: terms.newest.theirs.filter(|_| terms.is_sealed),
        };
        let ice_path = IcePath::new(&terms.settings);
        let connection = create_connection(terms.settings, cx);
        self.attempt = Some(Attempt::offer(cx.now, connection, thread, ice_path, cx.io));
        self.asks_next = true;
        self.last_try = Some(cx.now);
        cx.io.peers_changed = true;
    }

    pub(super) fn fail_attempt(&mut self, cx: &mut Context<'_>) {
        self.obstacle = self.attempt.as_ref().map(Attempt::obstacle);
        self.drop_attempt(cx);
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(cx.now + backoff::delay(self.failures, &mut cx.io.random));
        cx.io.peers_changed = true;
    }

    pub(super) fn drop_attempt(&mut self, cx: &mut Context<'_>) {
        if let Some(attempt) = self.attempt.take() {
            cx.io.push(Effect::CloseConnection(attempt.connection));
        }
    }

    /// The connection in use is of no use any more.
    pub(super) fn drop_current(&mut self, cx: &mut Context<'_>) {
        self.drop_replaced(cx);
        if let Some(current) = self.current.take() {
            cx.io.push(Effect::CloseConnection(current.connection));
            self.retry_at = Some(self.soonest_try(cx.now));
            cx.io.peers_changed = true;
        }
    }

    pub(super) fn say(&mut self, thread: Thread, saying: Saying) {
        self.outputs.push_back(LinkOutput::Say(thread, saying));
    }
}

/// A new connection, made with what is known now.
pub(super) fn create_connection(
    settings: ConnectionSettings,
    cx: &mut Context<'_>,
) -> ConnectionId {
    let connection = cx.io.connection_id();
    cx.io.push(Effect::CreateConnection(connection, settings));
    connection
}
