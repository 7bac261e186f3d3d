//! The relay's rules, without a socket: bytes from clients and peers in, what is to be done with them out.
//!
//! It keeps nothing about anybody who has no relay, so that strangers cannot fill its memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    sync::Arc,
};

use banter_protocol::time::Timestamp;
use ipnet::IpNet;
use stun_types::message::{Message, MessageClass};
use turn_types::{
    attribute::{Data, XorPeerAddress},
    channel::ChannelData,
    message::SEND,
};

use super::{
    allocation::Allocation,
    authentication::{Authenticator, Moment},
    message::{Answer, Carrier, Framing},
    metrics::{Dropped, TurnMetrics, Way},
    nonce::Nonces,
    peers::{Peers, Place},
    quotas::{Quotas, TurnLimits},
};
use crate::config::TurnSecret;
pub(super) use requests::{Opening, Parity};

mod requests;

/// A client: where its datagrams come from, or the connection that it has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Client {
    /// By UDP.
    Datagrams {
        /// Which of the sockets it talks to.
        listener: usize,
        /// Where it is.
        address: SocketAddr,
    },
    /// By TCP or TLS.
    Stream {
        /// Which connection.
        number: u64,
        /// Where it is.
        address: SocketAddr,
    },
}

impl Client {
    pub(super) fn address(self) -> SocketAddr {
        match self {
            Self::Datagrams { address, .. } | Self::Stream { address, .. } => address,
        }
    }

    pub(super) fn carrier(self) -> Carrier {
        match self {
            Self::Datagrams { .. } => Carrier::Datagrams,
            Self::Stream { .. } => Carrier::Stream,
        }
    }
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Nothing,
    /// Send this to the client.
    Answer(Vec<u8>),
    /// Take a port for a relay, and call [`Relayer::opened`].
    Open(Box<Opening>),
    /// Send from the client's relay to a peer.
    ToPeer {
        peer: SocketAddr,
        data: &'a [u8],
    },
    /// Hand to another client of this server, as if its relay had received it.
    ToClient {
        client: Client,
        framing: Framing,
        data: &'a [u8],
    },
    /// The client's relay is no more; send it this.
    Close(Vec<u8>),
}

/// What a relay does for whom.
#[derive(Debug)]
pub(super) struct RelayerSettings {
    pub(super) secret: TurnSecret,
    /// What relays are announced with: one address of each family at most.
    pub(super) public: Vec<IpAddr>,
    pub(super) relay_ports: RangeInclusive<u16>,
    pub(super) opened_peers: Vec<IpNet>,
    /// Where this server listens, for whatever.
    pub(super) own: Vec<SocketAddr>,
    /// Every address of this machine; see [`Relayer::host_has`].
    pub(super) host: BTreeSet<IpAddr>,
    pub(super) limits: TurnLimits,
    /// For nonces; random.
    pub(super) nonce_key: [u8; 32],
}

/// All relays of this server.
#[derive(Debug)]
pub(super) struct Relayer {
    authenticator: Authenticator,
    allocations: BTreeMap<Client, Allocation>,
    by_relayed: BTreeMap<SocketAddr, Client>,
    quotas: Quotas,
    peers: Peers,
    public: Vec<IpAddr>,
    limits: TurnLimits,
    metrics: Arc<TurnMetrics>,
}

impl Relayer {
    pub(super) fn new(settings: RelayerSettings, metrics: Arc<TurnMetrics>) -> Self {
        let nonces = Nonces::new(settings.nonce_key);
        Self {
            authenticator: Authenticator::new(settings.secret, nonces),
            allocations: BTreeMap::new(),
            by_relayed: BTreeMap::new(),
            quotas: Quotas::new(settings.limits),
            peers: Peers::new(
                settings.opened_peers,
                settings.public.clone(),
                settings.relay_ports,
                settings.own,
                settings.host,
            ),
            public: settings.public,
            limits: settings.limits,
            metrics,
        }
    }

    /// The machine has these addresses now. Nothing goes to them any more, whatever was permitted before.
    pub(super) fn host_has(&mut self, addresses: BTreeSet<IpAddr>) {
        self.peers.host_has(addresses);
    }

    /// A message from a client.
    pub(super) fn handle_client<'a>(
        &mut self,
        moment: Moment,
        client: Client,
        bytes: &'a [u8],
    ) -> Step<'a> {
        match bytes.first().map(|first| first >> 6) {
            Some(0b01) => self.handle_channel_data(moment.now, client, bytes),
            Some(0b00) => self.handle_message(moment, client, bytes),
            Some(_) | None => self.dropped(Dropped::Rubbish),
        }
    }

    /// A datagram at the relay of this client: whether and how the client is handed it.
    pub(super) fn handle_peer(
        &mut self,
        now: Timestamp,
        client: Client,
        peer: SocketAddr,
        bytes: usize,
    ) -> Option<Framing> {
        let allocation = self.allocations.get_mut(&client)?;
        if allocation.expires <= now || !allocation.is_permitted(now, peer.ip()) {
            self.metrics.dropped(Dropped::NotPermitted);
            return None;
        }
        if !allocation.to_client.take_if_there(now, bytes) {
            self.metrics.dropped(Dropped::Bandwidth);
            return None;
        }
        self.metrics.relayed(Way::ToClient, bytes);
        Some(allocation.framing_for(now, peer))
    }

    /// Whether it has a relay.
    pub(super) fn has_relay(&self, client: Client) -> bool {
        self.allocations.contains_key(&client)
    }

    /// The client's connection is gone, and with it its relay.
    pub(super) fn gone(&mut self, client: Client) {
        self.remove(client);
    }

    /// Ends what has run out; gives whose relays these were.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<Client> {
        let over = self
            .allocations
            .iter()
            .filter(|(_, allocation)| allocation.expires <= now);
        let over: Vec<Client> = over.map(|(client, _)| *client).collect();
        for client in &over {
            self.remove(*client);
        }
        over
    }

    fn handle_channel_data<'a>(
        &mut self,
        now: Timestamp,
        client: Client,
        bytes: &'a [u8],
    ) -> Step<'a> {
        let Ok((number, length)) = ChannelData::parse_header(bytes) else {
            return self.dropped(Dropped::Rubbish);
        };
        let Some(data) = bytes.get(4..4 + length) else {
            return self.dropped(Dropped::Rubbish);
        };
        let allocation = self.allocations.get(&client);
        match allocation.and_then(|allocation| allocation.peer_of(now, number)) {
            Some(peer) => self.forward(now, client, peer, data),
            None => self.dropped(Dropped::NotPermitted),
        }
    }

    fn handle_message<'a>(&mut self, moment: Moment, client: Client, bytes: &'a [u8]) -> Step<'a> {
        let Ok(message) = Message::from_bytes(bytes) else {
            return self.dropped(Dropped::Rubbish);
        };
        match message.class() {
            MessageClass::Request => self.handle_request(moment, client, &message),
            MessageClass::Indication if message.has_method(SEND) => {
                self.handle_send(moment.now, client, &message, bytes)
            }
            MessageClass::Indication | MessageClass::Success | MessageClass::Error => {
                self.dropped(Dropped::Rubbish)
            }
        }
    }

    /// Indications are not signed; only whoever asked for the relay sends from its address (RFC 8656, section
    /// 11.1).
    fn handle_send<'a>(
        &mut self,
        now: Timestamp,
        client: Client,
        message: &Message<'_>,
        bytes: &'a [u8],
    ) -> Step<'a> {
        let peer = message.attribute::<XorPeerAddress>();
        let data = message.attribute_and_offset::<Data<'_>>();
        let (Ok(peer), Ok((offset, data))) = (peer, data) else {
            return self.dropped(Dropped::Rubbish);
        };
        // The same bytes, but borrowed from the datagram: after the type and length of their attribute.
        let start = offset + 4;
        let Some(data) = bytes.get(start..start + data.data().len()) else {
            return self.dropped(Dropped::Rubbish);
        };
        let peer = peer.addr(message.transaction_id());
        self.forward(now, client, peer, data)
    }

    fn forward<'a>(
        &mut self,
        now: Timestamp,
        client: Client,
        peer: SocketAddr,
        data: &'a [u8],
    ) -> Step<'a> {
        let Some(allocation) = self.allocations.get_mut(&client) else {
            return self.dropped(Dropped::NotPermitted);
        };
        let is_of_its_family = allocation.relayed.is_ipv4() == peer.is_ipv4();
        if allocation.expires <= now
            || !is_of_its_family
            || !allocation.is_permitted(now, peer.ip())
        {
            return self.dropped(Dropped::NotPermitted);
        }
        if !allocation.to_peer.take_if_there(now, data.len()) {
            return self.dropped(Dropped::Bandwidth);
        }
        let relayed = allocation.relayed;
        match self.peers.place(peer) {
            Place::Forbidden => self.dropped(Dropped::NotPermitted),
            Place::Outside => {
                self.metrics.relayed(Way::ToPeer, data.len());
                Step::ToPeer { peer, data }
            }
            Place::Inside => {
                self.metrics.relayed(Way::ToPeer, data.len());
                let Some(&other) = self.by_relayed.get(&peer) else {
                    return Step::Nothing;
                };
                match self.handle_peer(now, other, relayed, data.len()) {
                    Some(framing) => Step::ToClient {
                        client: other,
                        framing,
                        data,
                    },
                    None => Step::Nothing,
                }
            }
        }
    }

    /// To somebody who has shown nothing: never so long that it would pay to ask in another's name.
    fn answer_stranger<'a>(&self, request: &Message<'_>, answer: Answer) -> Step<'a> {
        const MOST_AMPLIFICATION: usize = 3;
        let answer = answer.unsigned();
        if answer.len() > MOST_AMPLIFICATION * request.as_bytes().len() {
            return self.dropped(Dropped::Rubbish);
        }
        Step::Answer(answer)
    }

    fn remove(&mut self, client: Client) {
        if let Some(allocation) = self.allocations.remove(&client) {
            self.by_relayed.remove(&allocation.relayed);
            self.quotas
                .give_back(&allocation.username, client.address().ip());
            self.metrics.allocations.add(-1);
        }
    }

    fn dropped<'a>(&self, why: Dropped) -> Step<'a> {
        self.metrics.dropped(why);
        Step::Nothing
    }
}

#[cfg(test)]
mod tests;
