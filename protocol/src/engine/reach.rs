//! How two peers reach each other: directly, or through a relay (TURN, RFC 8656).

use std::net::SocketAddr;

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
