//! To whom a relay may talk.
//!
//! Whoever holds a credential has the relay send packets in this machine's name. So nothing may be reached that
//! is not reachable from the public Internet: not the machine's own services, not its neighbours, and neither of
//! them by another spelling of their address.

use std::{
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
};

use ipnet::IpNet;

/// What is not the public Internet (IANA's special-purpose registries, RFC 6890), and IPv4 in other clothes.
const CLOSED: [&str; 23] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    // Reserved, and the broadcast address.
    "240.0.0.0/4",
    // Unspecified, loopback, and IPv4 compatible.
    "::/96",
    "::ffff:0:0/96",
    // Translated to IPv4 (RFC 6052, RFC 8215).
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    // Teredo and other protocols; 6to4.
    "2001::/23",
    "2002::/16",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// The rule, for one server.
#[derive(Clone, Debug)]
pub(super) struct Peers {
    closed: Vec<IpNet>,
    opened: Vec<IpNet>,
    /// What relays are announced with.
    public: Vec<IpAddr>,
    relay_ports: RangeInclusive<u16>,
    /// Where this server listens, for whatever.
    own: Vec<SocketAddr>,
}

/// Where a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Out there.
    Outside,
    /// At another relay of this server, which is reached without the network.
    Inside,
    /// Where no relay may talk to.
    Forbidden,
}

impl Peers {
    /// `opened` are those that the operator opens, `own` the addresses at which the server listens.
    pub(super) fn new(
        opened: Vec<IpNet>,
        public: Vec<IpAddr>,
        relay_ports: RangeInclusive<u16>,
        own: Vec<SocketAddr>,
    ) -> Self {
        Self {
            closed: CLOSED.iter().filter_map(|text| text.parse().ok()).collect(),
            opened,
            public,
            relay_ports,
            own,
        }
    }

    /// Where this peer is.
    pub(super) fn place(&self, peer: SocketAddr) -> Place {
        let ip = peer.ip();
        // An opened range does not open the server itself.
        if peer.port() == 0 || self.own.contains(&peer) {
            return Place::Forbidden;
        }
        let is_public = self.public.contains(&ip);
        if is_public && self.relay_ports.contains(&peer.port()) && self.may_be_public(ip) {
            return Place::Inside;
        }
        if self.is_opened(ip) {
            return Place::Outside;
        }
        let is_own = is_public || self.own.iter().any(|own| own.ip() == ip);
        if is_own || self.is_closed(ip) {
            Place::Forbidden
        } else {
            Place::Outside
        }
    }

    /// Whether there is any port of this address that may be talked to: a permission is for all ports.
    pub(super) fn may_permit(&self, ip: IpAddr) -> bool {
        let is_relay = self.public.contains(&ip) && self.may_be_public(ip);
        is_relay || self.place(SocketAddr::new(ip, 1)) == Place::Outside
    }

    /// A server in a private network says so with `--public-address`, and its relays may then talk to each other.
    /// On loopback it must be opened.
    fn may_be_public(&self, ip: IpAddr) -> bool {
        !ip.is_loopback() || self.is_opened(ip)
    }

    fn is_opened(&self, ip: IpAddr) -> bool {
        self.opened.iter().any(|network| network.contains(&ip))
    }

    fn is_closed(&self, ip: IpAddr) -> bool {
        self.closed.iter().any(|network| network.contains(&ip))
    }
}

#[cfg(test)]
mod tests;
