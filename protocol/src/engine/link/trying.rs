//! Tries at a connection: when one is made, by whom, and what ends it.

use std::{sync::Arc, time::Duration};

use super::{
    Attempt, Link, LinkContext, NOT_ADMITTED_AGAIN, TRIES_APART, Thread, freshness, route::Route,
};
use crate::{
    engine::{ConnectionId, ConnectionSettings, Effect, Obstacle, backoff},
    time::Timestamp,
};

/// For the leader's offer after it was asked.
const LEADER_OFFERS_WITHIN: Duration = Duration::from_secs(4);

impl Link {
    /// Tries by itself: offers if this side leads or has asked in vain, asks otherwise. Whoever may be a recording is only
    /// asked: that makes no connection.
    pub(super) fn connect(&mut self, cx: &mut LinkContext<'_>) {
        let known = self.keys.latest();
        if known.is_some_and(|known| !cx.admission.admits(&known.identity)) {
            self.obstacle = Some(Obstacle::Locked);
            self.retry_at = Some(cx.now + NOT_ADMITTED_AGAIN);
            return;
        }
        let unproven = cx.vault.is_private() && !self.keys.is_proven();
        if !unproven && self.may_offer(cx) && (self.leads || !self.asks_next) {
            self.offer(cx);
            return;
        }
        self.last_try = Some(cx.now);
        let wait = if unproven {
            self.failures = self.failures.saturating_add(1);
            backoff::delay(self.failures, &mut cx.io.random).max(LEADER_OFFERS_WITHIN)
        } else {
            self.asks_next = false;
            LEADER_OFFERS_WITHIN
        };
        self.retry_at = Some(cx.now + wait);
        self.ask(cx);
    }

    /// When the next try is far enough from the last one: now, or soon.
    pub(super) fn soonest_try(&self, now: Timestamp) -> Timestamp {
        let spaced = self.last_try.map(|last| last + TRIES_APART);
        spaced.map_or(now, |spaced| spaced.max(now))
    }

    /// Whether a description may be sent: to whoever is let in, and to strangers only where everybody is.
    pub(super) fn may_offer(&self, cx: &LinkContext<'_>) -> bool {
        let known = self.keys.latest();
        (known.is_some() || !cx.vault.is_private()) && cx.admission.admits_known(known)
    }

    pub(super) fn offer(&mut self, cx: &mut LinkContext<'_>) {
        self.drop_attempt(cx);
        *cx.offers += 1;
        let theirs = self.keys.latest().map(|latest| latest.epoch);
        let thread = Thread {
            negotiation: Some(freshness::negotiation_id(cx.page, *cx.offers)),
            mine: cx.vault.epoch(),
            // In an open room the answer says which.
            theirs: theirs.filter(|_| cx.vault.is_private()),
        };
        let connection = create_connection(cx);
        let route = Route::new(cx.ice_servers, cx.policy);
        self.attempt = Some(Attempt::offer(cx.now, connection, thread, route, cx.io));
        self.asks_next = true;
        self.last_try = Some(cx.now);
        cx.io.peers_changed = true;
    }

    pub(super) fn fail_attempt(&mut self, cx: &mut LinkContext<'_>) {
        self.obstacle = self.attempt.as_ref().map(Attempt::obstacle);
        self.drop_attempt(cx);
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(cx.now + backoff::delay(self.failures, &mut cx.io.random));
        cx.io.peers_changed = true;
    }

    pub(super) fn drop_attempt(&mut self, cx: &mut LinkContext<'_>) {
        if let Some(attempt) = self.attempt.take() {
            cx.io.push(Effect::CloseConnection(attempt.connection));
        }
    }

    /// The connection in use is of no use any more.
    pub(super) fn drop_current(&mut self, cx: &mut LinkContext<'_>) {
        if let Some(current) = self.current.take() {
            cx.io.push(Effect::CloseConnection(current.connection));
            self.retry_at = Some(self.soonest_try(cx.now));
            cx.io.peers_changed = true;
        }
    }
}

/// A new connection, made with what is known now.
pub(super) fn create_connection(cx: &mut LinkContext<'_>) -> ConnectionId {
    let connection = cx.io.connection_id();
    let settings = ConnectionSettings {
        ice_servers: Arc::clone(cx.ice_servers),
        policy: cx.policy,
    };
    cx.io.push(Effect::CreateConnection(connection, settings));
    connection
}
