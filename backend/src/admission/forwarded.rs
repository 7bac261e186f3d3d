//! Whose connection it is that a proxy passes on.
//!
//! Each proxy appends the address that its own connection came from, so the list is read from its end, and only for as
//! long as the next hop back is a proxy that the operator has named: what stands before that was written by whoever
//! connected there, and proves nothing. Only one of the two headers is believed, since a proxy that writes the one passes
//! the other on as the client wrote it.

use std::net::IpAddr;

use ipnet::IpNet;

/// The header in which the operator's proxies say for whom they connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, the custom of nearly all proxies.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Which proxies are believed, and where they say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// Networks in which every address is a proxy of the operator's.
    pub trusted: Vec<IpNet>,
    /// What they write.
    pub header: ForwardedHeader,
}

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// From this address, as far as can be known.
    At(IpAddr),
    /// A trusted proxy, which does not say for whom.
    NamelessBehind(IpAddr),
}

impl ForwardedHeader {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    fn address_in(self, hop: &str) -> Option<IpAddr> {
        match self {
            Self::XForwardedFor => address(hop.trim()),
            Self::Forwarded => {
                let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
                let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
                address(value.trim().trim_matches('"'))
            }
        }
    }
}

impl ProxySettings {
    /// Whether an address is one of the operator's proxies.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    /// Who connects from `peer` with these values of the header, in their order.
    pub(super) fn client<'a>(
        &self,
        peer: IpAddr,
        values: impl DoubleEndedIterator<Item = &'a str>,
    ) -> Client {
        let mut nearest = peer;
        if !self.trusts(nearest) {
            return Client::At(nearest);
        }
        for hop in values.rev().flat_map(|value| value.rsplit(',')) {
            // An empty element of a list counts for nothing (RFC 9110, section 5.6.1).
            if hop.trim().is_empty() {
                continue;
            }
            let Some(address) = self.header.address_in(hop) else {
                break;
            };
            nearest = address;
            if !self.trusts(nearest) {
                return Client::At(nearest);
            }
        }
        if nearest == peer {
            Client::NamelessBehind(peer)
        } else {
            Client::At(nearest)
        }
    }
}

/// With or without a port, in brackets or without.
fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(header: ForwardedHeader) -> ProxySettings {
        ProxySettings {
            trusted: ["10.0.0.0/8", "fd00::/8", "192.0.2.9/32"]
                .map(|network| network.parse().unwrap())
                .to_vec(),
            header,
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Promise 43: forwarded headers are believed only from proxies that are set.
    #[test]
    fn only_what_a_trusted_proxy_wrote_is_believed() {
        let cases: &[(&str, &[&str], &str)] = &[
            // Nobody is believed who is not named.
            ("198.51.100.1", &["203.0.113.5"], "198.51.100.1"),
            ("127.0.0.1", &["203.0.113.5"], "127.0.0.1"),
            // The proxy's own word comes last, forgeries before it.
            ("10.0.0.1", &["203.0.113.5"], "203.0.113.5"),
            ("10.0.0.1", &["6.6.6.6, 203.0.113.5"], "203.0.113.5"),
            ("10.0.0.1", &["6.6.6.6", "203.0.113.5"], "203.0.113.5"),
            (
                "10.0.0.1",
                &["10.6.6.6,6.6.6.6 ,203.0.113.5,"],
                "203.0.113.5",
            ),
            // Through several proxies.
            (
                "10.0.0.1",
                &["6.6.6.6, 203.0.113.5, 192.0.2.9, 10.3.3.3"],
                "203.0.113.5",
            ),
            ("::ffff:10.0.0.1", &["203.0.113.5"], "203.0.113.5"),
            ("fd12::1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]:443"], "2001:db8::7"),
            ("10.0.0.1", &["203.0.113.5:1234"], "203.0.113.5"),
            // A client inside the operator's own network.
            ("10.0.0.1", &["10.9.9.9"], "10.9.9.9"),
            // What cannot be read ends the list.
            ("10.0.0.1", &["203.0.113.5, unknown, 10.3.3.3"], "10.3.3.3"),
        ];
        let proxies = proxies(ForwardedHeader::XForwardedFor);
        for (peer, values, expected) in cases {
            assert_eq!(
                proxies.client(ip(peer), values.iter().copied()),
                Client::At(ip(expected)),
                "{peer} {values:?}"
            );
        }
        for values in [&[] as &[&str], &[""], &["unknown"], &["203.0.113.5, x"]] {
            assert_eq!(
                proxies.client(ip("10.0.0.1"), values.iter().copied()),
                Client::NamelessBehind(ip("10.0.0.1")),
                "{values:?}"
            );
        }
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_set() {
        let proxies = proxies(ForwardedHeader::Forwarded);
        for (value, expected) in [
            ("for=203.0.113.5;proto=https;by=10.0.0.1", "203.0.113.5"),
            (
                "For=6.6.6.6, proto=https;FOR=\"203.0.113.5:99\"",
                "203.0.113.5",
            ),
            ("for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
            // A quote that the client left open swallows nothing.
            ("for=\"x, for=203.0.113.5", "203.0.113.5"),
            ("for=\"\\, for=\"[2001:db8::7]\"", "2001:db8::7"),
        ] {
            assert_eq!(
                proxies.client(ip("10.0.0.1"), [value].into_iter()),
                Client::At(ip(expected)),
                "{value}"
            );
        }
        for value in [
            "for=_hidden",
            "for=unknown",
            "by=203.0.113.5",
            "203.0.113.5",
        ] {
            assert_eq!(
                proxies.client(ip("10.0.0.1"), [value].into_iter()),
                Client::NamelessBehind(ip("10.0.0.1")),
                "{value}"
            );
        }
    }
}
