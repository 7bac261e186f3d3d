//! What is known of the ways between the two browsers of one connection.

use std::net::{IpAddr, SocketAddr};

use serde_json::Value;

use super::sdp;
use crate::{
    engine::{
        ConnectionSettings, DropCause, Io, LinkPath, Obstacle, PathPolicy, SelectedPair,
        effect::RemoteCandidate,
        paths::{is_relay, offers_relay},
    },
    limits,
};

/// See the module. It is gathered while a connection is made, and kept with it.
#[derive(Debug)]
pub(super) struct IcePath {
    /// Where relays listen for the peer, by its own candidates.
    peer_relays: Vec<SocketAddr>,
    /// Candidates of the peer's, in all: those in its description, before it and after it.
    pub(super) peer_candidates: usize,
    path: Option<LinkPath>,
    offers_relay: bool,
    /// The relay listens for this side.
    has_relay: bool,
    /// The relay answered with a refusal.
    relay_refused: bool,
    /// This side has named an address.
    own_named: bool,
    /// The peer has named an address.
    peer_named: bool,
    policy: PathPolicy,
}

impl IcePath {
    /// Of a connection that is made so.
    pub(super) fn new(settings: &ConnectionSettings) -> Self {
        Self {
            peer_relays: Vec::new(),
            peer_candidates: 0,
            path: None,
            offers_relay: offers_relay(&settings.ice_servers),
            has_relay: false,
            relay_refused: false,
            own_named: false,
            peer_named: false,
            policy: settings.policy,
        }
    }

    /// The way that the packets take, once it is known.
    pub(super) fn path(&self) -> Option<LinkPath> {
        self.path
    }

    /// What stands in the way of a connection whose two sides know each other's descriptions, and that does not open.
    pub(super) fn obstacle(&self) -> Obstacle {
        // Who hides has no address but the relay's.
        if !self.own_named && self.policy == PathPolicy::Any {
            Obstacle::NoOwnAddress
        } else if !self.peer_named {
            Obstacle::NoAddress
        } else if !self.offers_relay {
            Obstacle::NoRelay
        } else if self.has_relay {
            Obstacle::Unknown
        } else if self.relay_refused {
            Obstacle::RelayRefused
        } else {
            Obstacle::RelayUnreachable
        }
    }

    /// A candidate of this side, as the browser tells it.
    pub(super) fn handle_own_candidate(&mut self, candidate: &Value) {
        let attribute = candidate.get("candidate").and_then(Value::as_str);
        self.has_relay |= attribute.and_then(relay_address).is_some();
        // The mark of the end is no candidate.
        self.own_named |= attribute.is_some_and(|attribute| attribute.starts_with("candidate:"));
    }

    /// A description of this side's may hold candidates.
    pub(super) fn handle_own_description(&mut self, description: &str) {
        self.own_named |= description.contains("a=candidate:");
    }

    /// A server for ICE failed. Browsers tell it for each network of the machine, so it counts only where no candidate came.
    pub(super) fn handle_error(&mut self, url: &str, code: u16) {
        // Everything below is an answer of the server's.
        const NO_ANSWER: u16 = 701;
        self.relay_refused |= is_relay(url) && code < NO_ANSWER;
    }

    /// A description of the peer's may hold candidates.
    pub(super) fn handle_peer_description(&mut self, sdp: &str) {
        for line in sdp.lines() {
            if let Some(candidate) = line.strip_prefix("a=") {
                self.handle_peer_candidate(candidate);
            }
        }
    }

    /// Counts the candidates of the peer's description, which has been judged and so holds no more than the cap, and those that came
    /// before it. These give way where all together are too many.
    pub(super) fn count_candidates(
        &mut self,
        sdp: &str,
        early: &mut Vec<RemoteCandidate>,
        io: &mut Io,
    ) {
        let described = sdp::candidates_in(sdp);
        let room = limits::CANDIDATES.saturating_sub(described);
        for _ in early.drain(room.min(early.len())..) {
            io.drop_for(DropCause::TooMany);
        }
        self.peer_candidates = described + early.len();
    }

    /// A candidate of the peer's beside its description. Gives whether the browser may have it: one connection takes no more than
    /// the cap, before it is in use and after.
    pub(super) fn admit_candidate(&mut self, candidate: &RemoteCandidate, io: &mut Io) -> bool {
        let is_admitted = self.peer_candidates < limits::CANDIDATES;
        if is_admitted {
            self.peer_candidates += 1;
            self.handle_peer_candidate(&candidate.candidate);
        } else {
            io.drop_for(DropCause::TooMany);
        }
        is_admitted
    }

    /// A candidate of the peer's (RFC 8839, section 5.1), or another attribute.
    pub(super) fn handle_peer_candidate(&mut self, attribute: &str) {
        self.peer_named |= attribute.starts_with("candidate:");
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
    use serde_json::json;

    use super::*;
    use crate::signaling::IceServer;

    fn made_with<const N: usize>(ice_servers: [IceServer; N], policy: PathPolicy) -> IcePath {
        let ice_servers = ice_servers.into();
        IcePath::new(&ConnectionSettings {
            ice_servers,
            policy,
        })
    }

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
            let mut ice_path = IcePath::new(&ConnectionSettings::default());
            assert_eq!(ice_path.path(), None);
            ice_path.handle_selected(pair(own, peer, None));
            assert_eq!(ice_path.path(), Some(path), "{own} {peer}");
        }
    }

    #[test]
    fn a_peer_of_unknown_kind_at_the_address_of_its_own_relay_is_relayed() {
        let mut ice_path = IcePath::new(&ConnectionSettings::default());
        ice_path.handle_peer_candidate("candidate:1 1 udp 1 192.0.2.1 4000 typ host");
        ice_path.handle_peer_description(
            "v=0\r\na=candidate:2 1 udp 1 2001:db8::7 5000 typ relay raddr :: rport 0\r\n",
        );
        ice_path.handle_peer_candidate("candidate:3 1 udp 1 198.51.100.7 5000 typ relay");
        for (address, path) in [
            ("192.0.2.1:4000", LinkPath::Direct),
            ("198.51.100.7:4000", LinkPath::Direct),
            ("198.51.100.7:5000", LinkPath::Relayed),
            ("[2001:db8:0::7]:5000", LinkPath::Relayed),
        ] {
            ice_path.handle_selected(pair(false, false, Some(address)));
            assert_eq!(ice_path.path(), Some(path), "{address}");
        }
    }

    #[test]
    fn what_is_in_the_way_is_told_as_far_as_it_is_known() {
        let server = |url: &str| IceServer {
            urls: vec![url.to_owned()],
            username: None,
            credential: None,
        };
        let (stun, turn) = (
            server("stun:192.0.2.9:3478"),
            server("turns:192.0.2.9:5349"),
        );
        let own =
            |kind| json!({"candidate": format!("candidate:1 1 udp 1 192.0.2.1 9 typ {kind}")});
        let mut without = made_with([stun.clone()], PathPolicy::Any);
        without.handle_own_candidate(&own("host"));
        assert_eq!(without.obstacle(), Obstacle::NoAddress);
        without.handle_peer_description("a=candidate:1 1 udp 1 192.0.2.1 4000 typ host");
        assert_eq!(without.obstacle(), Obstacle::NoRelay);

        let mut with = made_with([stun, turn], PathPolicy::Any);
        with.handle_peer_candidate("candidate:1 1 udp 1 192.0.2.1 4000 typ host");
        with.handle_own_candidate(&own("host"));
        with.handle_own_candidate(&own("srflx"));
        with.handle_own_candidate(&Value::Null);
        with.handle_error("stun:192.0.2.9:3478", 400);
        with.handle_error("turns:192.0.2.9:5349", 701);
        assert_eq!(with.obstacle(), Obstacle::RelayUnreachable);
        with.handle_error("turns:192.0.2.9:5349", 401);
        assert_eq!(with.obstacle(), Obstacle::RelayRefused);
        with.handle_own_candidate(&own("relay"));
        assert_eq!(with.obstacle(), Obstacle::Unknown);
    }

    #[test]
    fn a_browser_that_names_no_address_of_its_own_is_what_stands_in_the_way() {
        let theirs = "candidate:1 1 udp 1 192.0.2.1 4000 typ host";
        for peer_named in [false, true] {
            let mut ice_path = IcePath::new(&ConnectionSettings::default());
            if peer_named {
                ice_path.handle_peer_candidate(theirs);
            }
            for end in [Value::Null, json!({"candidate": ""}), json!({})] {
                ice_path.handle_own_candidate(&end);
                assert_eq!(ice_path.obstacle(), Obstacle::NoOwnAddress);
            }
            ice_path.handle_own_candidate(&json!({"candidate": theirs}));
            assert_ne!(ice_path.obstacle(), Obstacle::NoOwnAddress);
        }
        // Who hides names only a relay, and that one may be out of reach.
        let turn = IceServer {
            urls: vec!["turn:192.0.2.9:3478".to_owned()],
            username: None,
            credential: None,
        };
        let mut hidden = made_with([turn], PathPolicy::RelayOnly);
        hidden.handle_peer_candidate(theirs);
        assert_eq!(hidden.obstacle(), Obstacle::RelayUnreachable);
    }

    #[test]
    fn what_a_peer_says_is_kept_up_to_a_limit() {
        let mut ice_path = IcePath::new(&ConnectionSettings::default());
        for port in 0..1_000 {
            let candidate = format!("candidate:1 1 udp 1 192.0.2.1 {port} typ relay");
            ice_path.handle_peer_candidate(&candidate);
        }
        for odd in [
            "candidate:1 1 udp 1 x 1 typ relay",
            "candidate:",
            "fingerprint:relay",
        ] {
            ice_path.handle_peer_candidate(odd);
        }
        assert_eq!(ice_path.peer_relays.len(), limits::CANDIDATES);
    }
}
