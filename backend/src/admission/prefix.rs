//! Who counts as one client.

use std::net::{IpAddr, Ipv4Addr};

/// An IPv4 address, or the first 64 bits of an IPv6 address: a household or a rented machine has a whole /64, and may
/// take another of its addresses for each connection (RFC 4941).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AddressPrefix {
    V4(Ipv4Addr),
    V6([u16; 4]),
}

impl From<IpAddr> for AddressPrefix {
    /// An IPv4 address in the clothes of IPv6 (`::ffff:192.0.2.1`), as a socket for both shows it, counts as IPv4.
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [first, second, third, fourth, ..] = address.segments();
                Self::V6([first, second, third, fourth])
            }
        }
    }
}

/// Never shows an address.
impl std::fmt::Debug for AddressPrefix {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::V4(_) => "V4(..)",
            Self::V6(_) => "V6(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> AddressPrefix {
        text.parse::<IpAddr>().unwrap().into()
    }

    /// Promise 43.
    #[test]
    fn one_ipv4_address_or_one_64_of_ipv6_is_one_client() {
        assert_ne!(prefix("192.0.2.1"), prefix("192.0.2.2"));
        assert_eq!(prefix("192.0.2.1"), prefix("::ffff:192.0.2.1"));
        assert_eq!(prefix("2001:db8:1:2::1"), prefix("2001:db8:1:2:ffff::9"));
        assert_ne!(prefix("2001:db8:1:2::1"), prefix("2001:db8:1:3::1"));
        assert_ne!(prefix("::1"), prefix("127.0.0.1"));
    }
}
