//! What an operator may know about relaying: how many and how much, never who.

use super::refusal::Refusal;
use crate::metrics::{
    exposition::Exposition,
    labelled::{CountersBy, Label},
    numbers::{Counter, Gauge},
};

/// Counts of the relay in this server.
#[derive(Debug, Default)]
pub(crate) struct TurnMetrics {
    pub(super) allocations: Gauge,
    pub(super) allocated: Counter,
    pub(super) streams: Gauge,
    relayed: CountersBy<Way>,
    refused: CountersBy<Refusal>,
    dropped: CountersBy<Dropped>,
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

impl Label for Way {
    const NAME: &'static str = "way";
    const ALL: &'static [Self] = &[Self::ToPeer, Self::ToClient];

    fn word(self) -> &'static str {
        match self {
            Self::ToPeer => "to_peer",
            Self::ToClient => "to_client",
        }
    }
}

impl Label for Dropped {
    const NAME: &'static str = "cause";
    const ALL: &'static [Self] = &[
        Self::Rubbish,
        Self::NotPermitted,
        Self::Bandwidth,
        Self::Congested,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Rubbish => "rubbish",
            Self::NotPermitted => "not_permitted",
            Self::Bandwidth => "bandwidth",
            Self::Congested => "congested",
        }
    }
}

impl Label for Refusal {
    const NAME: &'static str = "cause";
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl TurnMetrics {
    pub(crate) fn streams(&self) -> i64 {
        self.streams.get()
    }

    pub(super) fn relayed(&self, way: Way, bytes: usize) {
        self.relayed.add(way, bytes as u64);
    }

    pub(super) fn refused(&self, refusal: Refusal) {
        self.refused.increment(refusal);
    }

    pub(super) fn dropped(&self, why: Dropped) {
        self.dropped.increment(why);
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
        self.relayed.write(
            page,
            "banter_turn_relayed_bytes_total",
            "Bytes through TURN relays, without headers.",
        );
        self.refused.write(
            page,
            "banter_turn_refused_total",
            "TURN requests refused, by cause.",
        );
        self.dropped.write(
            page,
            "banter_turn_dropped_total",
            "TURN messages dropped, by cause.",
        );
    }
}
