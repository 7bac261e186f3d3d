//! What is counted of the backplane.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::metrics::{
    exposition::Exposition,
    numbers::{Counter, Gauge},
};

/// Kept, and shown, only where there is one.
#[derive(Debug, Default)]
pub(crate) struct BackplaneMetrics {
    is_used: AtomicBool,
    pub(super) connected: Gauge,
    pub(super) servers: Gauge,
    pub(super) said: Counter,
    pub(super) relayed: Counter,
    pub(crate) heard: Counter,
    pub(crate) frames_heard: Counter,
    pub(crate) refused: Counter,
    pub(super) unsent: Counter,
    pub(super) disconnects: Counter,
    pub(crate) frames_lost: Counter,
}

impl BackplaneMetrics {
    pub(super) fn use_it(&self) {
        self.is_used.store(true, Relaxed);
    }

    /// Everything that is counted.
    pub(crate) fn write(&self, page: &mut Exposition) {
        if !self.is_used.load(Relaxed) {
            return;
        }
        page.gauge(
            "banter_backplane_connected",
            "Whether the backplane is in reach; without it rooms are local.",
            self.connected.get(),
        );
        page.gauge(
            "banter_backplane_servers",
            "Other servers that give signs of life.",
            self.servers.get(),
        );
        page.counters("banter_backplane_sent_total", "Messages for other servers.")
            .sample(&[("kind", "room")], self.said.get())
            .sample(&[("kind", "relay")], self.relayed.get());
        page.counters(
            "banter_backplane_received_total",
            "Messages from other servers.",
        )
        .sample(&[("kind", "room")], self.heard.get())
        .sample(&[("kind", "relay")], self.frames_heard.get());
        page.counter(
            "banter_backplane_refused_total",
            "Messages that were none of this version, or outside their limits.",
            self.refused.get(),
        );
        page.counter(
            "banter_backplane_unsent_total",
            "Messages for other servers that found no way; what they said of rooms is said again.",
            self.unsent.get(),
        );
        page.counter(
            "banter_backplane_lost_frames_total",
            "Relayed frames that came for nobody or from nobody.",
            self.frames_lost.get(),
        );
        page.counter(
            "banter_backplane_disconnects_total",
            "Times that the backplane went out of reach.",
            self.disconnects.get(),
        );
    }
}
