//! Counts for operators. Nothing here names a person, a room or an address.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
};

use banter_protocol::signaling::{CloseCause, ErrorCode};

/// What is counted, for as long as the server runs.
#[derive(Debug, Default)]
pub struct Metrics {
    pub(crate) sockets: Gauge,
    pub(crate) rooms: Gauge,
    pub(crate) peers: Gauge,
    pub(crate) joins: Counter,
    pub(crate) resumes: Counter,
    pub(crate) relayed: Counter,
    errors: [Counter; ErrorCode::ALL.len()],
    closes: [Counter; CloseCause::ALL.len()],
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicI64);

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

/// A socket is counted for as long as this lives.
#[derive(Debug)]
pub(crate) struct OpenSocket(Arc<Metrics>);

impl Gauge {
    pub(crate) fn add(&self, change: i64) {
        self.0.fetch_add(change, Relaxed);
    }

    pub(crate) fn get(&self) -> i64 {
        self.0.load(Relaxed)
    }
}

impl Counter {
    pub(crate) fn increment(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

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

impl Metrics {
    /// Sockets that are open.
    pub fn open_sockets(&self) -> i64 {
        self.sockets.get()
    }

    /// Rooms that exist.
    pub fn open_rooms(&self) -> i64 {
        self.rooms.get()
    }

    pub(crate) fn error(&self, code: ErrorCode) {
        let known = ErrorCode::ALL
            .iter()
            .zip(&self.errors)
            .find(|(known, _)| **known == code);
        if let Some((_, counter)) = known {
            counter.increment();
        }
    }

    pub(crate) fn close(&self, cause: CloseCause) {
        let known = CloseCause::ALL
            .iter()
            .zip(&self.closes)
            .find(|(known, _)| **known == cause);
        if let Some((_, counter)) = known {
            counter.increment();
        }
    }

    /// All of it in the text format of Prometheus (version 0.0.4).
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, values: &[(String, String)]| {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "# HELP banter_{name} {help}\n# TYPE banter_{name} {kind}"
            );
            for (labels, value) in values {
                let _ = writeln!(text, "banter_{name}{labels} {value}");
            }
        };
        let plain = |value: String| [(String::new(), value)];
        let gauges = [
            ("sockets", "Open sockets.", &self.sockets),
            ("rooms", "Rooms with a seat taken or kept.", &self.rooms),
            ("peers", "Seats taken or kept in all rooms.", &self.peers),
        ];
        for (name, help, gauge) in gauges {
            family(name, "gauge", help, &plain(gauge.get().to_string()));
        }
        let joins = [("new", &self.joins), ("resumed", &self.resumes)]
            .map(|(seat, counter)| (format!("{{seat=\"{seat}\"}}"), counter.get().to_string()));
        family("joins_total", "counter", "Seats given.", &joins);
        let relayed = plain(self.relayed.get().to_string());
        family(
            "relayed_total",
            "counter",
            "Offers, answers and candidates passed on.",
            &relayed,
        );
        let errors = ErrorCode::ALL.iter().zip(&self.errors);
        let errors: Vec<_> = errors
            .map(|(code, count)| {
                (
                    format!("{{code=\"{}\"}}", code.as_str()),
                    count.get().to_string(),
                )
            })
            .collect();
        family("errors_total", "counter", "Frames refused.", &errors);
        let closes = CloseCause::ALL.iter().zip(&self.closes);
        let closes: Vec<_> = closes
            .map(|(cause, count)| {
                (
                    format!("{{cause=\"{}\"}}", cause.as_str()),
                    count.get().to_string(),
                )
            })
            .collect();
        family(
            "closes_total",
            "counter",
            "Sockets closed, by cause.",
            &closes,
        );
        text
    }
}
