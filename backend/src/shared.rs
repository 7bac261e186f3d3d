//! What all parts of a running server share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use banter_protocol::signaling::{ConnectionKey, room::RoomSettings};
use tokio_util::sync::CancellationToken;

use crate::{
    admission::Admission, clock::Clock, config::Settings, http::assets::AppFiles,
    ice_servers::IceServers, metrics::Metrics,
};

/// Settings, counts, and whether the server is on its way down.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) room_settings: RoomSettings,
    pub(crate) ice_servers: IceServers,
    pub(crate) app: AppFiles,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) clock: Clock,
    /// Cancelled at SIGTERM.
    pub(crate) draining: CancellationToken,
    connections_made: AtomicU64,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            room_settings: RoomSettings {
                capacity: settings.max_room_peers,
                seat_kept: settings.timings.seat_kept,
            },
            ice_servers: IceServers::new(&settings),
            app: AppFiles::new(settings.app_dir.clone()),
            metrics: Arc::default(),
            admission: Arc::new(Admission::new(settings.admission())),
            clock: Clock::start(),
            draining: CancellationToken::new(),
            connections_made: AtomicU64::new(0),
            settings,
        }
    }

    /// Names a new socket.
    pub(crate) fn next_connection(&self) -> ConnectionKey {
        ConnectionKey(self.connections_made.fetch_add(1, Ordering::Relaxed))
    }
}
