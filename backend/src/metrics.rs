//! Counts for operators. Nothing here names a person, a room or an address.
//!
//! All are atomics that are known when the program is compiled, in this struct or in a file of their own below: to
//! count is an addition, never a lookup or a lock. They are put into words when somebody asks.

use std::sync::Arc;

use banter_protocol::signaling::{CloseCause, ErrorCode};

use exposition::Exposition;
use handshakes::Handshakes;
use histogram::Histogram;
use labelled::{CountersBy, Label};
use numbers::{Counter, Gauge};
use relays::Relays;

use crate::{backplane::BackplaneMetrics, turn::TurnMetrics};

pub(crate) mod exposition;
pub(crate) mod handshakes;
pub(crate) mod histogram;
pub(crate) mod labelled;
pub(crate) mod numbers;
mod process;
pub(crate) mod relays;

/// What is counted, for as long as the server runs.
#[derive(Debug)]
pub struct Metrics {
    pub(crate) sockets: Gauge,
    pub(crate) rooms: Gauge,
    pub(crate) peers: Gauge,
    pub(crate) joins: Counter,
    pub(crate) resumes: Counter,
    pub(crate) relays: Relays,
    pub(crate) congested: Counter,
    pub(crate) handshakes: Handshakes,
    /// People in a room, at each join, whoever joins among them.
    pub(crate) room_peers: Histogram,
    pub(crate) turn: Arc<TurnMetrics>,
    pub(crate) backplane: BackplaneMetrics,
    errors: CountersBy<ErrorCode>,
    closes: CountersBy<CloseCause>,
}

/// A socket is counted for as long as this lives.
#[derive(Debug)]
pub(crate) struct OpenSocket(Arc<Metrics>);

impl OpenSocket {
    pub(crate) fn count(metrics: &Arc<Metrics>) -> Self {
        metrics.sockets.add(1);
        Self(Arc::clone(metrics))
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.sockets.add(-1);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            sockets: Gauge::default(),
            rooms: Gauge::default(),
            peers: Gauge::default(),
            joins: Counter::default(),
            resumes: Counter::default(),
            relays: Relays::default(),
            congested: Counter::default(),
            handshakes: Handshakes::default(),
            room_peers: Histogram::of_units(&[1, 2, 4, 8, 16, 32, 64, 128]),
            turn: Arc::default(),
            backplane: BackplaneMetrics::default(),
            errors: CountersBy::default(),
            closes: CountersBy::default(),
        }
    }
}

impl Metrics {
    /// Sockets that are open.
    pub fn open_sockets(&self) -> i64 {
        self.sockets.get()
    }

    /// Rooms that exist.
    pub fn open_rooms(&self) -> i64 {
        self.rooms.get()
    }

    /// TCP and TLS connections to the relay.
    pub fn relay_streams(&self) -> i64 {
        self.turn.streams()
    }

    pub(crate) fn error(&self, code: ErrorCode) {
        self.errors.increment(code);
    }

    pub(crate) fn close(&self, cause: CloseCause) {
        self.closes.increment(cause);
    }

    /// All of it.
    pub(crate) fn write(&self, page: &mut Exposition) {
        process::write(page);
        page.gauge("banter_sockets", "Open sockets.", self.sockets.get());
        page.gauge(
            "banter_rooms",
            "Rooms with a seat taken or kept.",
            self.rooms.get(),
        );
        page.gauge(
            "banter_peers",
            "Seats taken or kept in all rooms.",
            self.peers.get(),
        );
        page.counters("banter_joins_total", "Seats given.")
            .sample(&[("seat", "new")], self.joins.get())
            .sample(&[("seat", "resumed")], self.resumes.get());
        page.histogram(
            "banter_room_peers",
            "People in a room at each join, whoever joins among them.",
            &self.room_peers.snapshot(),
        );
        self.relays.write(page);
        page.counter(
            "banter_congested_total",
            "Requests that waited because the queue of a receiver was full.",
            self.congested.get(),
        );
        self.handshakes.write(page);
        self.errors
            .write(page, "banter_errors_total", "Frames refused, by code.");
        self.closes
            .write(page, "banter_closes_total", "Sockets closed, by cause.");
        self.turn.write(page);
        self.backplane.write(page);
    }
}

impl Label for ErrorCode {
    const NAME: &'static str = "code";
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Label for CloseCause {
    const NAME: &'static str = "cause";
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}
