//! What an operator may know about relaying: how many and how much, never who.

use super::refusal::Refusal;
use crate::metrics::{Counter, Gauge, exposition::Exposition};

/// Counts of the relay in this server.
#[derive(Debug, Default)]
pub(crate) struct TurnMetrics {
    pub(super) allocations: Gauge,
    pub(super) allocated: Counter,
    pub(super) streams: Gauge,
    relayed: [Counter; Way::ALL.len()],
    refused: [Counter; Refusal::ALL.len()],
    dropped: [Counter; Dropped::ALL.len()],
}

/// Which way data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From a client to a peer.
    ToPeer,
    /// From a peer to a client.
    ToClient,
}

/// Why data or a message went no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dropped {
    /// No message of STUN or TURN that a server could answer.
    Rubbish,
    /// The relay may not talk to this peer, or is none.
    NotPermitted,
    /// The relay has carried enough for now.
    Bandwidth,
    /// The receiver's queue is full, or the network's.
    Congested,
}

impl Way {
    const ALL: [Self; 2] = [Self::ToPeer, Self::ToClient];

    const fn as_str(self) -> &'static str {
        match self {
            Self::ToPeer => "to_peer",
            Self::ToClient => "to_client",
        }
    }
}

impl Dropped {
    const ALL: [Self; 4] = [
        Self::Rubbish,
        Self::NotPermitted,
        Self::Bandwidth,
        Self::Congested,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Rubbish => "rubbish",
            Self::NotPermitted => "not_permitted",
            Self::Bandwidth => "bandwidth",
            Self::Congested => "congested",
        }
    }
}

/// The counter that stands where the cause stands among all.
fn of<'a, K: PartialEq>(all: &[K], counters: &'a [Counter], which: &K) -> Option<&'a Counter> {
    let mut known = all.iter().zip(counters);
    known
        .find(|(known, _)| *known == which)
        .map(|(_, counter)| counter)
}

impl TurnMetrics {
    pub(crate) fn streams(&self) -> i64 {
        self.streams.get()
    }

    pub(super) fn relayed(&self, way: Way, bytes: usize) {
        if let Some(counter) = of(&Way::ALL, &self.relayed, &way) {
            counter.add(bytes as u64);
        }
    }

    pub(super) fn refused(&self, refusal: Refusal) {
        if let Some(counter) = of(&Refusal::ALL, &self.refused, &refusal) {
            counter.increment();
        }
    }

    pub(super) fn dropped(&self, why: Dropped) {
        if let Some(counter) = of(&Dropped::ALL, &self.dropped, &why) {
            counter.increment();
        }
    }

    /// All of it.
    pub(crate) fn write(&self, page: &mut Exposition) {
        page.gauge(
            "banter_turn_allocations",
            "TURN relays in use.",
            self.allocations.get(),
        );
        page.gauge(
            "banter_turn_streams",
            "TCP and TLS connections to the TURN relay.",
            self.streams.get(),
        );
        page.counter(
            "banter_turn_allocations_total",
            "TURN relays given.",
            self.allocated.get(),
        );
        let mut relayed = page.counters(
            "banter_turn_relayed_bytes_total",
            "Bytes through TURN relays, without headers.",
        );
        for (way, count) in Way::ALL.iter().zip(&self.relayed) {
            relayed.sample(&[("way", way.as_str())], count.get());
        }
        let mut refused = page.counters(
            "banter_turn_refused_total",
            "TURN requests refused, by cause.",
        );
        for (refusal, count) in Refusal::ALL.iter().zip(&self.refused) {
            refused.sample(&[("cause", refusal.as_str())], count.get());
        }
        let mut dropped = page.counters(
            "banter_turn_dropped_total",
            "TURN messages dropped, by cause.",
        );
        for (why, count) in Dropped::ALL.iter().zip(&self.dropped) {
            dropped.sample(&[("cause", why.as_str())], count.get());
        }
    }
}
