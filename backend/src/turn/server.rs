//! The relay of this server, from its first socket to its last.

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, SocketAddr},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use actix::Arbiter;
use tokio::{
    net::{TcpListener, UdpSocket},
    time::interval,
};
use tokio_rustls::TlsAcceptor;

use super::{
    TurnLimits,
    hub::Hub,
    metrics::TurnMetrics,
    own_addresses,
    ports::{self, Ports},
    receive::receive,
    relayer::{Client, Relayer, RelayerSettings},
    streams::Streams,
    urls::{RelayUrls, Tls, urls},
};
use crate::config::{TurnSecret, TurnServerSettings};

/// How often it is looked for relays that have run out.
const EXPIRE_EVERY: Duration = Duration::from_secs(1);
/// How often a free port is sought that both transports can have.
const PORT_TRIES: usize = 16;

/// Sockets that listen already, so that a wrong address stops the start.
#[derive(Debug)]
pub(crate) struct BoundRelay {
    settings: TurnServerSettings,
    sockets: Vec<(std::net::UdpSocket, std::net::TcpListener)>,
    addresses: Vec<SocketAddr>,
    host: BTreeSet<IpAddr>,
}

/// Why there is no relay.
#[derive(Debug)]
pub(crate) enum RelayError {
    /// It cannot listen there.
    Address(SocketAddr, io::Error),
    /// Nothing is known of what this machine's own addresses are, to which no relay may lead.
    Interfaces(io::Error),
}

/// A relay that runs on a thread of its own, so that its load delays no room. Ends when dropped.
pub(crate) struct RunningRelay(Option<Arbiter>);

impl BoundRelay {
    /// Listens at every address of the settings.
    pub(crate) fn bind(settings: TurnServerSettings) -> Result<Self, RelayError> {
        let host = own_addresses::list().map_err(RelayError::Interfaces)?;
        let mut sockets = Vec::new();
        let mut addresses = Vec::new();
        for &address in &settings.listen {
            let failed = |error| RelayError::Address(address, error);
            let (udp, tcp) = both(address).map_err(failed)?;
            addresses.push(udp.local_addr().map_err(failed)?);
            sockets.push((udp, tcp));
        }
        Ok(Self {
            settings,
            sockets,
            addresses,
            host,
        })
    }

    /// What browsers are told, where the server has a certificate or not.
    pub(crate) fn urls(&self, tls: Tls) -> RelayUrls {
        let Self {
            settings,
            addresses,
            ..
        } = self;
        urls(addresses, &settings.public, settings.name.as_deref(), tls)
    }

    /// Begins to relay. No relay talks to `own`, the addresses at which this server listens besides.
    pub(crate) fn run(
        self,
        secret: TurnSecret,
        nonce_key: [u8; 32],
        tls: Option<TlsAcceptor>,
        own: &[SocketAddr],
        metrics: Arc<TurnMetrics>,
    ) -> RunningRelay {
        let Self {
            settings,
            sockets,
            addresses,
            host,
        } = self;
        let limits = settings.limits;
        let relayer = RelayerSettings {
            secret,
            public: settings.public,
            relay_ports: settings.ports.clone(),
            opened_peers: settings.allowed_peers,
            own: [addresses.as_slice(), own].concat(),
            host,
            limits,
            nonce_key,
        };
        let relayer = Relayer::new(relayer, Arc::clone(&metrics));
        let ports = Ports::new(settings.ports, &addresses);
        let arbiter = Arbiter::new();
        arbiter.spawn_fn(move || {
            let (udp, tcp): (Vec<_>, Vec<_>) = sockets.into_iter().unzip();
            let udp: io::Result<Vec<_>> = udp.into_iter().map(UdpSocket::from_std).collect();
            let tcp: io::Result<Vec<_>> = tcp.into_iter().map(TcpListener::from_std).collect();
            match udp.and_then(|udp| Ok((udp, tcp?))) {
                Ok((udp, tcp)) => {
                    start(
                        Rc::new(Hub::new(relayer, udp, ports, metrics)),
                        tcp,
                        tls,
                        limits,
                    );
                }
                Err(error) => tracing::error!(%error, "the relay cannot read its sockets"),
            }
        });
        RunningRelay(Some(arbiter))
    }
}

impl Drop for RunningRelay {
    fn drop(&mut self) {
        if let Some(arbiter) = self.0.take() {
            arbiter.stop();
            // Only then its sockets are closed.
            let _ = arbiter.join();
        }
    }
}

fn both(address: SocketAddr) -> io::Result<(std::net::UdpSocket, std::net::TcpListener)> {
    let mut tries = if address.port() == 0 { PORT_TRIES } else { 1 };
    loop {
        let tcp = ports::tcp(address)?;
        match (tcp.local_addr().and_then(ports::udp), tries) {
            (Ok(udp), _) => return Ok((udp, tcp)),
            (Err(error), ..=1) => return Err(error),
            (Err(_), _) => tries -= 1,
        }
    }
}

fn start(hub: Rc<Hub>, listeners: Vec<TcpListener>, tls: Option<TlsAcceptor>, limits: TurnLimits) {
    for listener in 0..hub.listeners().len() {
        let hub = Rc::clone(&hub);
        keep_running(move || read_datagrams(Rc::clone(&hub), listener));
    }
    let streams = Rc::new(Streams::new(Rc::clone(&hub), tls, limits));
    for listener in listeners {
        let (streams, listener) = (Rc::clone(&streams), Rc::new(listener));
        keep_running(move || accept_streams(Rc::clone(&streams), Rc::clone(&listener)));
    }
    let watching = Rc::clone(&hub);
    keep_running(move || own_addresses::watch(Rc::clone(&watching)));
    keep_running(move || expire(Rc::clone(&hub)));
}

async fn read_datagrams(hub: Rc<Hub>, listener: usize) {
    if let Some(socket) = hub.listeners().get(listener) {
        receive(socket, |address, data| {
            hub.handle_client(Client::Datagrams { listener, address }, data);
        })
        .await;
    }
}

async fn accept_streams(streams: Rc<Streams>, listener: Rc<TcpListener>) {
    streams.serve(&listener).await;
}

async fn expire(hub: Rc<Hub>) {
    let mut interval = interval(EXPIRE_EVERY);
    loop {
        interval.tick().await;
        hub.expire();
    }
}

/// Starts it again should it panic: one datagram may cost itself, but not everybody's relay.
fn keep_running<F: Future<Output = ()> + 'static>(make: impl Fn() -> F + 'static) {
    actix_web::rt::spawn(async move {
        while actix_web::rt::spawn(make())
            .await
            .is_err_and(|error| error.is_panic())
        {}
    });
}
