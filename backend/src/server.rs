//! A server from its first socket to its last.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::dev;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    config::{Settings, TurnSecret},
    listening,
    metrics::Metrics,
    random,
    room::{Registry, RegistryData},
    shared::{Shared, SharedData},
    tls,
    turn::{self, BoundRelay, RelayError, RunningRelay},
};

/// A server that listens. Made in an actix system, whose thread then also runs the rooms.
pub struct Server {
    http: dev::Server,
    addresses: Vec<SocketAddr>,
    shared: Arc<Shared>,
    relay: Option<RunningRelay>,
}

/// Why a server cannot listen.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}; {fix}")]
pub struct BindError {
    what: String,
    source: io::Error,
    fix: String,
}

impl BindError {
    /// The flag is the one that says where to listen.
    fn taken(addresses: &str, flag: &str, source: io::Error) -> Self {
        Self {
            what: format!("cannot listen on {addresses}"),
            source,
            fix: format!("stop the other program or choose another {flag}"),
        }
    }
}

/// Has a running server shut down in good order.
#[derive(Clone, Debug)]
pub struct Drain(CancellationToken);

impl Drain {
    /// As SIGTERM does.
    pub fn start(&self) {
        self.0.cancel();
    }
}

/// After the sockets are closed, answers that are still being written get so long.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

impl Server {
    /// Listens.
    ///
    /// # Errors
    ///
    /// The address is taken, not this machine's, or not allowed.
    pub fn bind(mut settings: Settings) -> Result<Self, BindError> {
        let relay = bind_relay(&mut settings)?;
        let shared = Arc::new(Shared::new(settings));
        let registry = Registry::new(Arc::clone(&shared));
        let data = (
            SharedData::from(Arc::clone(&shared)),
            RegistryData::from(Arc::new(registry)),
        );
        let http = dev::Server::build()
            .max_concurrent_connections(shared.settings.admission.caps.connections_below())
            .disable_signals()
            .shutdown_timeout(LAST_ANSWERS.as_secs());
        let addresses = shared.settings.addresses.as_slice();
        let tls = shared.settings.tls.as_ref().map(|tls| tls.server_config());
        let listening = tls
            .transpose()
            .map_err(io::Error::other)
            .and_then(|tls| listening::listen(http, addresses, tls.as_ref(), &data));
        let (http, addresses) = listening.map_err(|source| {
            let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            BindError::taken(&addresses.join(", "), "--addr", source)
        })?;
        if let Some(tls) = shared.settings.tls.clone() {
            let every = shared.settings.timings.read_certificate_every;
            actix_web::rt::spawn(tls::reload_when_changed(tls, every));
        }
        let relay = relay
            .map(|relay| run_relay(relay, &shared, &addresses))
            .transpose()?;
        Ok(Self {
            http: http.run(),
            addresses,
            shared,
            relay,
        })
    }

    /// Where it listens, with the ports that the system chose.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What it counts.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.shared.metrics)
    }

    /// By which it can be shut down.
    pub fn drain(&self) -> Drain {
        Drain(self.shared.draining.clone())
    }

    /// Serves until it has been drained.
    ///
    /// Draining has this order: first everybody learns of it, on sockets by `server_draining` and a close, at
    /// `/health` by 503; only then does the listener stop. The other way round clients would see no close at
    /// all.
    ///
    /// # Errors
    ///
    /// The listener failed.
    pub async fn serve(self) -> io::Result<()> {
        let Self {
            http,
            shared,
            relay,
            ..
        } = self;
        // Until the end: those who talk through it go on while the server drains.
        let _relay = relay;
        let handle = http.handle();
        let mut serving = actix_web::rt::spawn(http);
        tokio::select! {
            served = &mut serving => return served.map_err(io::Error::other)?,
            () = shared.draining.cancelled() => {}
        }
        info!(sockets = shared.metrics.open_sockets(), "draining");
        let timings = shared.settings.timings;
        sleep(timings.drain_at_least).await;
        let rest = timings.drain_at_most.saturating_sub(timings.drain_at_least);
        // Who has not gone by then is not reading, and is cut off.
        let _ = timeout(rest, all_closed(&shared.metrics)).await;
        if let Some(backplane) = &shared.backplane {
            backplane.leave().await;
        }
        let last_answers = LAST_ANSWERS + Duration::from_secs(1);
        if timeout(last_answers, handle.stop(true)).await.is_err() {
            handle.stop(false).await;
        }
        info!("stopped");
        Ok(())
    }
}

/// Listens for those who need a relay, and adds it to what browsers are given. Without a secret that others share
/// too, there is a new one.
fn bind_relay(settings: &mut Settings) -> Result<Option<BoundRelay>, BindError> {
    let Some(server) = settings.turn.server.clone() else {
        return Ok(None);
    };
    if settings.turn.secret.is_none() {
        let bits = random::bits().map_err(without_randomness)?;
        settings.turn.secret = Some(TurnSecret::from_random(bits));
    }
    let bound = BoundRelay::bind(server).map_err(|error| match error {
        RelayError::Address(address, source) => {
            BindError::taken(&address.to_string(), "--turn-listen", source)
        }
        RelayError::Interfaces(source) => BindError {
            what: "cannot list the addresses of this machine, to which no relay may lead"
                .to_owned(),
            source,
            fix:
                "let it (systemd: RestrictAddressFamilies=… AF_NETLINK) or leave out --turn-listen"
                    .to_owned(),
        },
    })?;
    let urls = bound.urls(match settings.tls {
        Some(_) => turn::Tls::On,
        None => turn::Tls::Off,
    });
    settings.stun.extend(urls.stun);
    settings.turn.urls.extend(urls.turn);
    Ok(Some(bound))
}

fn run_relay(
    relay: BoundRelay,
    shared: &Shared,
    own: &[SocketAddr],
) -> Result<RunningRelay, BindError> {
    let nonce_key = random::bits().map_err(without_randomness)?;
    let secret = shared.settings.turn.secret.clone();
    let secret = secret.unwrap_or_else(|| TurnSecret::from_random(nonce_key));
    let tls = shared.settings.tls.as_ref();
    let tls = tls.map(|tls| tls.server_config()).transpose();
    let tls = tls.map_err(|error| BindError {
        what: "the relay cannot use the certificate".to_owned(),
        source: io::Error::other(error),
        fix: "choose another --tls-cert and --tls-key".to_owned(),
    })?;
    let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    let metrics = Arc::clone(&shared.metrics.turn);
    Ok(relay.run(secret, nonce_key, tls, own, metrics))
}

fn without_randomness(error: getrandom::Error) -> BindError {
    BindError {
        what: "the relay's secret cannot be made".to_owned(),
        source: io::Error::other(error),
        fix: "look why the system gives no random bytes".to_owned(),
    }
}

async fn all_closed(metrics: &Metrics) {
    while metrics.open_sockets() > 0 {
        sleep(Duration::from_millis(10)).await;
    }
}
