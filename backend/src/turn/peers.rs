//! To whom a relay may talk.
//!
//! Whoever holds a credential has the relay send packets in this machine's name. So nothing may be reached that
//! is not reachable from the public Internet: not the machine's own services, not its neighbours, and neither of
//! them by another spelling of their address.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
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
    /// Every address of this machine.
    host: BTreeSet<IpAddr>,
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
    /// `opened` are those that the operator opens, `own` the addresses at which the server listens, `host` all that
    /// this machine has.
    pub(super) fn new(
        opened: Vec<IpNet>,
        public: Vec<IpAddr>,
        relay_ports: RangeInclusive<u16>,
        own: Vec<SocketAddr>,
        host: BTreeSet<IpAddr>,
    ) -> Self {
        Self {
            closed: CLOSED.iter().filter_map(|text| text.parse().ok()).collect(),
            opened,
            public,
            relay_ports,
            own,
            host,
        }
    }

    /// The machine has these addresses now.
    pub(super) fn host_has(&mut self, host: BTreeSet<IpAddr>) {
        self.host = host;
    }

    /// Where this peer is.
    pub(super) fn place(&self, peer: SocketAddr) -> Place {
        let ip = peer.ip();
        // Whatever is opened does not open the server itself.
        if peer.port() == 0 || self.is_listened_at(peer) {
            return Place::Forbidden;
        }
        let is_public = self.public.contains(&ip);
        if is_public && self.relay_ports.contains(&peer.port()) && self.may_be_public(ip) {
            return Place::Inside;
        }
        if self.is_opened(ip) {
            return Place::Outside;
        }
        if self.is_own(ip) || self.is_closed(ip) {
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

    /// Whoever opens a network of others opens nothing of this machine, which may have an address there: that takes its
    /// very address, or loopback, where nobody else is.
    fn is_opened(&self, ip: IpAddr) -> bool {
        let is_own = self.is_own(ip);
        self.opened.iter().any(|network| {
            let names_own =
                network.prefix_len() == network.max_prefix_len() || network.network().is_loopback();
            network.contains(&ip) && (names_own || !is_own)
        })
    }

    fn is_closed(&self, ip: IpAddr) -> bool {
        self.closed.iter().any(|network| network.contains(&ip))
    }

    /// Whether the server listens there, be it at every address.
    fn is_listened_at(&self, peer: SocketAddr) -> bool {
        let mut at_its_port = self.own.iter().filter(|own| own.port() == peer.port());
        at_its_port.any(|own| match own.ip() {
            ip if ip.is_unspecified() => self.is_own(peer.ip()),
            ip => spellings(peer.ip()).any(|spelling| spelling == ip),
        })
    }

    fn is_own(&self, ip: IpAddr) -> bool {
        spellings(ip).any(|ip| {
            ip.is_loopback()
                || ip.is_unspecified()
                || self.public.contains(&ip)
                || self.host.contains(&ip)
                || self.own.iter().any(|own| own.ip() == ip)
        })
    }
}

/// An address, and the IPv4 address that it stands for where it is one in other clothes.
fn spellings(ip: IpAddr) -> impl Iterator<Item = IpAddr> {
    let in_other_clothes = match ip {
        IpAddr::V4(_) => None,
        IpAddr::V6(ip) => embedded(ip),
    };
    [Some(ip), in_other_clothes.map(IpAddr::V4)]
        .into_iter()
        .flatten()
}

/// Mapped and compatible (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056).
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let ipv4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(ipv4(high, low))
        }
        [0x2002, high, low, ..] => Some(ipv4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
