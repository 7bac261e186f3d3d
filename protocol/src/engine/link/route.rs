//! What is known of the ways between the two browsers of one connection.

use std::net::{IpAddr, SocketAddr};

use crate::{
    engine::{LinkPath, reach::SelectedPair},
    limits,
};

/// See the module. It is gathered while a connection is made, and kept with it.
#[derive(Debug, Default)]
pub(super) struct Route {
    /// Where relays listen for the peer, by its own candidates.
    peer_relays: Vec<SocketAddr>,
    path: Option<LinkPath>,
}

impl Route {
    /// The way that the packets take, once it is known.
    pub(super) fn path(&self) -> Option<LinkPath> {
        self.path
    }

    /// A description of the peer's may hold candidates.
    pub(super) fn handle_peer_description(&mut self, sdp: &str) {
        for line in sdp.lines() {
            if let Some(candidate) = line.strip_prefix("a=") {
                self.handle_peer_candidate(candidate);
            }
        }
    }

    /// A candidate of the peer's (RFC 8839, section 5.1), or another attribute.
    pub(super) fn handle_peer_candidate(&mut self, attribute: &str) {
        if let Some(address) = relay_address(attribute)
            && self.peer_relays.len() < limits::CANDIDATES
        {
            self.peer_relays.push(address);
        }
    }

    /// A packet that comes before the candidate which explains it has a sender of unknown kind (`prflx`, RFC 8445, section
    /// 7.3.1.3), and some browsers leave it at that. So the address counts too.
    pub(super) fn handle_selected(&mut self, pair: SelectedPair) {
        let is_known_relay = |address| self.peer_relays.contains(&address);
        let relayed =
            pair.own_relay || pair.peer_relay || pair.peer_address.is_some_and(is_known_relay);
        self.path = Some(if relayed {
            LinkPath::Relayed
        } else {
            LinkPath::Direct
        });
    }
}

/// Where a candidate of type `relay` is reached; `None` for every other attribute.
fn relay_address(attribute: &str) -> Option<SocketAddr> {
    let mut words = attribute.strip_prefix("candidate:")?.split(' ').skip(4);
    let address: IpAddr = words.next()?.parse().ok()?;
    let port = words.next()?.parse().ok()?;
    let is_relay = words.next() == Some("typ") && words.next() == Some("relay");
    is_relay.then_some(SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(own_relay: bool, peer_relay: bool, peer: Option<&str>) -> SelectedPair {
        SelectedPair {
            own_relay,
            peer_relay,
            peer_address: peer.map(|address| address.parse().unwrap()),
        }
    }

    #[test]
    fn a_relay_at_either_end_is_one() {
        for (own, peer, path) in [
            (false, false, LinkPath::Direct),
            (true, false, LinkPath::Relayed),
            (false, true, LinkPath::Relayed),
            (true, true, LinkPath::Relayed),
        ] {
            let mut route = Route::default();
            assert_eq!(route.path(), None);
            route.handle_selected(pair(own, peer, None));
            assert_eq!(route.path(), Some(path), "{own} {peer}");
        }
    }

    #[test]
    fn a_peer_of_unknown_kind_at_the_address_of_its_own_relay_is_relayed() {
        let mut route = Route::default();
        route.handle_peer_candidate("candidate:1 1 udp 1 192.0.2.1 4000 typ host");
        route.handle_peer_description(
            "v=0\r\na=candidate:2 1 udp 1 2001:db8::7 5000 typ relay raddr :: rport 0\r\n",
        );
        route.handle_peer_candidate("candidate:3 1 udp 1 198.51.100.7 5000 typ relay");
        for (address, path) in [
            ("192.0.2.1:4000", LinkPath::Direct),
            ("198.51.100.7:4000", LinkPath::Direct),
            ("198.51.100.7:5000", LinkPath::Relayed),
            ("[2001:db8:0::7]:5000", LinkPath::Relayed),
        ] {
            route.handle_selected(pair(false, false, Some(address)));
            assert_eq!(route.path(), Some(path), "{address}");
        }
    }

    #[test]
    fn what_a_peer_says_is_kept_up_to_a_limit() {
        let mut route = Route::default();
        for port in 0..1_000 {
            let candidate = format!("candidate:1 1 udp 1 192.0.2.1 {port} typ relay");
            route.handle_peer_candidate(&candidate);
        }
        for odd in [
            "candidate:1 1 udp 1 x 1 typ relay",
            "candidate:",
            "fingerprint:relay",
        ] {
            route.handle_peer_candidate(odd);
        }
        assert_eq!(route.peer_relays.len(), limits::CANDIDATES);
    }
}
