//! Ranges of IP addresses.

use std::{net::IpAddr, str::FromStr};

/// All addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    base: IpAddr,
    bits: u32,
}

impl IpRange {
    /// From CIDR notation (RFC 4632, RFC 4291), as in `10.0.0.0/8`; an address alone stands for itself.
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().ok()?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        (bits <= longest).then_some(Self { base, bits })
    }

    /// Whether the address is in it. One of the other family never is, not even an IPv4 one as IPv6 writes it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differing = base.to_bits() ^ address.to_bits();
                differing.checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differing = base.to_bits() ^ address.to_bits();
                differing.checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Not CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no range of addresses")]
pub struct NoRange;

impl FromStr for IpRange {
    type Err = NoRange;

    fn from_str(text: &str) -> Result<Self, NoRange> {
        Self::parse(text).ok_or(NoRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(range: &str, address: &str) -> bool {
        IpRange::parse(range)
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn a_range_ends_where_its_bits_say() {
        assert!(contains("10.0.0.0/8", "10.255.255.255"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0"));
        assert!(contains("100.64.0.0/10", "100.127.255.255"));
        assert!(!contains("100.64.0.0/10", "100.128.0.0"));
        assert!(contains("0.0.0.0/0", "203.0.113.1"));
        assert!(contains("192.0.2.1", "192.0.2.1"));
        assert!(!contains("192.0.2.1", "192.0.2.2"));
        assert!(contains("fe80::/10", "febf::1"));
        assert!(!contains("fe80::/10", "fec0::1"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(!contains("0.0.0.0/0", "::ffff:1.2.3.4"));
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "a/8",
        ] {
            assert_eq!(IpRange::parse(text), None, "{text}");
        }
    }
}
