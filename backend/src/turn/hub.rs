//! What the tasks of the relay share. All of them run on one thread, so that nothing waits for a lock; no borrow
//! lasts over an `await`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    rc::Rc,
    sync::Arc,
};

use tokio::{net::UdpSocket, sync::mpsc};

use super::{
    authentication::Moment,
    message::Framing,
    metrics::{Dropped, TurnMetrics},
    ports::Ports,
    relay::Relay,
    relayer::{Client, Opening, Relayer, Step},
};
use crate::clock::{self, Clock};

/// Messages that wait to be written to one connection. What a peer sends beyond that is lost, as it would be in
/// the network.
pub(super) const QUEUED_MESSAGES: usize = 128;

/// The rules and every socket.
pub(super) struct Hub {
    relayer: RefCell<Relayer>,
    relays: RefCell<BTreeMap<Client, Relay>>,
    streams: RefCell<BTreeMap<u64, mpsc::Sender<Vec<u8>>>>,
    listeners: Vec<UdpSocket>,
    ports: Ports,
    clock: Clock,
    pub(super) metrics: Arc<TurnMetrics>,
}

impl Hub {
    pub(super) fn new(
        relayer: Relayer,
        listeners: Vec<UdpSocket>,
        ports: Ports,
        metrics: Arc<TurnMetrics>,
    ) -> Self {
        Self {
            relayer: RefCell::new(relayer),
            relays: RefCell::default(),
            streams: RefCell::default(),
            listeners,
            ports,
            clock: Clock::start(),
            metrics,
        }
    }

    /// The sockets at which datagrams of clients arrive.
    pub(super) fn listeners(&self) -> &[UdpSocket] {
        &self.listeners
    }

    /// A message from a client.
    pub(super) fn handle_client(self: &Rc<Self>, client: Client, bytes: &[u8]) {
        let step = self
            .relayer
            .borrow_mut()
            .handle_client(self.moment(), client, bytes);
        match step {
            Step::Nothing => {}
            Step::Answer(answer) => self.send(client, answer),
            Step::Open(opening) => self.open(client, *opening),
            Step::ToPeer { peer, data } => {
                let is_sent = match self.relays.borrow().get(&client) {
                    Some(relay) => relay.send(peer, data),
                    None => Ok(()),
                };
                if is_sent.is_err() {
                    self.metrics.dropped(Dropped::Congested);
                }
            }
            Step::ToClient {
                client,
                framing,
                data,
            } => self.hand(client, framing, data),
            Step::Close(answer) => {
                self.relays.borrow_mut().remove(&client);
                self.send(client, answer);
            }
        }
    }

    /// A datagram at a client's relay.
    pub(super) fn handle_peer(&self, client: Client, peer: SocketAddr, data: &[u8]) {
        let now = self.clock.now();
        let framing = self
            .relayer
            .borrow_mut()
            .handle_peer(now, client, peer, data.len());
        if let Some(framing) = framing {
            self.hand(client, framing, data);
        }
    }

    /// A connection that can be written to from now on.
    pub(super) fn add_stream(&self, number: u64, queue: mpsc::Sender<Vec<u8>>) {
        self.streams.borrow_mut().insert(number, queue);
        self.metrics.streams.add(1);
    }

    /// A connection is gone, and with it its relay.
    pub(super) fn remove_stream(&self, number: u64, client: Client) {
        if self.streams.borrow_mut().remove(&number).is_some() {
            self.metrics.streams.add(-1);
        }
        self.relayer.borrow_mut().gone(client);
        self.relays.borrow_mut().remove(&client);
    }

    pub(super) fn has_relay(&self, client: Client) -> bool {
        self.relayer.borrow().has_relay(client)
    }

    /// Ends the relays that have run out.
    pub(super) fn expire(&self) {
        let over = self.relayer.borrow_mut().expire(self.clock.now());
        let mut relays = self.relays.borrow_mut();
        for client in over {
            relays.remove(&client);
        }
    }

    /// The machine has these addresses now.
    pub(super) fn host_has(&self, addresses: BTreeSet<IpAddr>) {
        self.relayer.borrow_mut().host_has(addresses);
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.clock.now(),
            wall_clock: clock::since_epoch(),
        }
    }

    fn open(self: &Rc<Self>, client: Client, opening: Opening) {
        let socket = self
            .ports
            .open(opening.family, opening.parity)
            .and_then(|socket| UdpSocket::from_std(socket).ok());
        let port = socket.as_ref().and_then(|socket| socket.local_addr().ok());
        let port = port.map(|address| address.port());
        let opened = self
            .relayer
            .borrow_mut()
            .opened(self.moment(), opening, port);
        match (opened, socket) {
            (Ok(answer), Some(socket)) => {
                let hub = Rc::clone(self);
                let relay = Relay::start(socket, move |peer, data| {
                    hub.handle_peer(client, peer, data);
                });
                self.relays.borrow_mut().insert(client, relay);
                self.send(client, answer);
            }
            (Ok(answer) | Err(answer), _) => self.send(client, answer),
        }
    }

    fn hand(&self, client: Client, framing: Framing, data: &[u8]) {
        if let Some(message) = framing.wrap(data, client.carrier()) {
            self.send(client, message);
        }
    }

    /// Never waits: what cannot go now is lost, as any datagram may be.
    fn send(&self, client: Client, bytes: Vec<u8>) {
        let is_sent = match client {
            Client::Datagrams { listener, address } => self
                .listeners
                .get(listener)
                .is_some_and(|socket| socket.try_send_to(&bytes, address).is_ok()),
            Client::Stream { number, .. } => self
                .streams
                .borrow()
                .get(&number)
                .is_some_and(|queue| queue.try_send(bytes).is_ok()),
        };
        if !is_sent {
            self.metrics.dropped(Dropped::Congested);
        }
    }
}
