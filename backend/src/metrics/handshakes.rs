//! Handshakes of WebSockets, and why they were refused.

use super::{
    Counter,
    exposition::Exposition,
    labelled::{CountersBy, Label},
};

/// Handshakes.
#[derive(Debug, Default)]
pub(crate) struct Handshakes {
    accepted: Counter,
    refused: CountersBy<RefusedHandshake>,
}

/// Why there is no socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusedHandshake {
    /// The page is of another site, or the proxy has changed `Host`.
    Origin,
    /// The server is on its way down.
    Draining,
    /// It is not a handshake: often a proxy has dropped `Upgrade`.
    NotAHandshake,
    /// The server has all the sockets that it may have.
    Full,
    /// So does the client's address.
    AddressHasTooMany,
    /// The address opens them too fast.
    AddressTooFast,
    /// More addresses come and go than are remembered.
    TooManyAddresses,
}

impl Label for RefusedHandshake {
    const NAME: &'static str = "cause";
    const ALL: &'static [Self] = &[
        Self::Origin,
        Self::Draining,
        Self::NotAHandshake,
        Self::Full,
        Self::AddressHasTooMany,
        Self::AddressTooFast,
        Self::TooManyAddresses,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Draining => "draining",
            Self::NotAHandshake => "not_a_handshake",
            Self::Full => "full",
            Self::AddressHasTooMany => "address_has_too_many",
            Self::AddressTooFast => "address_too_fast",
            Self::TooManyAddresses => "too_many_addresses",
        }
    }
}

impl Handshakes {
    pub(crate) fn accepted(&self) {
        self.accepted.increment();
    }

    pub(crate) fn refused(&self, cause: RefusedHandshake) {
        self.refused.increment(cause);
    }

    pub(super) fn write(&self, page: &mut Exposition) {
        page.counter(
            "banter_handshakes_total",
            "Sockets that were opened.",
            self.accepted.get(),
        );
        self.refused.write(
            page,
            "banter_handshakes_refused_total",
            "Requests for a socket that were refused, by cause.",
        );
    }
}
