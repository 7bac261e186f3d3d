//! How two peers reach each other: directly, or through a relay (TURN, RFC 8656).

use std::{net::SocketAddr, sync::Arc};

use crate::{signaling::IceServer, time::Timestamp};

/// Which ways a person lets connections take (W3C WebRTC, `RTCIceTransportPolicy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathPolicy {
    /// The shortest.
    #[default]
    Any,
    /// Only through relays, so that nobody but the relay learns the IP address (RFC 8828, mode 4).
    RelayOnly,
}

/// What a connection is made with, for `RTCConfiguration` (W3C WebRTC, section 4.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Its `iceServers`.
    pub ice_servers: Arc<[IceServer]>,
    /// Its `iceTransportPolicy`.
    pub policy: PathPolicy,
}

/// The way that the packets of a link take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPath {
    /// From browser to browser.
    Direct,
    /// Through a TURN server, of this side's or of the other's.
    Relayed,
}

impl LinkPath {
    /// The word for hooks and style sheets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Relayed => "relayed",
        }
    }
}

/// The pair of candidates that a connection uses, as its statistics tell (W3C WebRTC Statistics, `RTCIceCandidatePairStats`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectedPair {
    /// Whether this side's candidate is one of type `relay`.
    pub own_relay: bool,
    /// Whether the other side's is.
    pub peer_relay: bool,
    /// Where the packets go, as far as the browser says it.
    pub peer_address: Option<SocketAddr>,
}

/// Why no connection to somebody comes about, as far as this side knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The peer does not answer: its page may sleep, or be gone.
    NoAnswer,
    /// This browser names no address at which it could be reached: a setting, an add-on or a VPN holds WebRTC back.
    NoOwnAddress,
    /// The peer names no address at which it could be reached.
    NoAddress,
    /// No direct way was found, and the server offers no relay.
    NoRelay,
    /// No direct way was found, and the relay cannot be reached from here: UDP may be blocked.
    RelayUnreachable,
    /// No direct way was found, and the relay does not take the server's credentials.
    RelayRefused,
    /// The person hides their IP address, and the server offers no relay.
    HiddenWithoutRelay,
    /// The server is out of reach, through which a new connection would be agreed on.
    NoServer,
    /// One of the two does not let the other in.
    Locked,
    /// Every way was tried.
    Unknown,
}

impl Obstacle {
    /// The word for hooks.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::NoOwnAddress => "no_own_address",
            Self::NoAddress => "no_address",
            Self::NoRelay => "no_relay",
            Self::RelayUnreachable => "relay_unreachable",
            Self::RelayRefused => "relay_refused",
            Self::HiddenWithoutRelay => "hidden_without_relay",
            Self::NoServer => "no_server",
            Self::Locked => "locked",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether nothing can come of a connection: only relays are allowed, and there is none.
pub(super) fn leads_nowhere(policy: PathPolicy, ice_servers: &[IceServer]) -> bool {
    policy == PathPolicy::RelayOnly && !offers_relay(ice_servers)
}

/// How things stand outside one link, as far as they bear on what is told of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook {
    pub(super) now: Timestamp,
    /// Whether the server is there, through which connections are agreed on.
    pub(super) signaling: bool,
    /// See [`leads_nowhere`].
    pub(super) leads_nowhere: bool,
}

/// Whether one of the servers is a relay (RFC 7065).
pub(super) fn offers_relay(ice_servers: &[IceServer]) -> bool {
    let mut urls = ice_servers.iter().flat_map(|server| &server.urls);
    urls.any(|url| is_relay(url))
}

/// Whether the address is a relay's: `turn:` or `turns:`.
pub(super) fn is_relay(url: &str) -> bool {
    url.starts_with("turn")
}
