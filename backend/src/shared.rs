//! What all parts of a running server share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use actix_web::web;
use banter_protocol::signaling::{ConnectionKey, room::RoomSettings};
use tokio_util::sync::CancellationToken;

use crate::{
    admission::Admission,
    backplane::{self, Bus},
    clock::Clock,
    config::{BackplaneSettings, Settings},
    http::{assets::AppFiles, check::sightings::Sightings},
    ice_servers::IceServers,
    metrics::Metrics,
    random,
};

/// What handlers get.
pub(crate) type SharedData = web::Data<Shared>;

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
    /// Where rooms span servers.
    pub(crate) backplane: Option<Arc<Bus>>,
    pub(crate) sightings: Sightings,
    /// Cancelled at SIGTERM.
    pub(crate) draining: CancellationToken,
    connections_made: AtomicU64,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        let (metrics, clock) = (Arc::<Metrics>::default(), Clock::start());
        let backplane = match &settings.backplane {
            BackplaneSettings::Local => None,
            BackplaneSettings::Nats(nats) => {
                let (nats, metrics) = (nats.clone(), Arc::clone(&metrics));
                Some(backplane::start(random::server_id(), nats, metrics, clock))
            }
        };
        Self {
            room_settings: RoomSettings {
                capacity: settings.max_room_peers,
                seat_kept: settings.timings.seat_kept,
            },
            ice_servers: IceServers::new(&settings),
            app: AppFiles::new(settings.app_dir.clone()),
            metrics,
            admission: Arc::new(Admission::new(settings.admission())),
            clock,
            backplane,
            sightings: Sightings::default(),
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
