//! What values are made of: numbers, lists, hosts, networks.

use std::{net::IpAddr, num::NonZeroU32};

use ipnet::IpNet;

use super::{SettingError, Sourced};

/// A number from 1, or `off`, which is `None`.
pub(super) fn number_or_off(
    value: &Sourced,
    problem: &str,
    fix: &str,
) -> Result<Option<NonZeroU32>, SettingError> {
    if value.text == "off" {
        return Ok(None);
    }
    let number = value.text.parse().map_err(|_| value.error(problem, fix))?;
    Ok(Some(number))
}

/// A host, perhaps a port, as addresses of STUN and TURN servers have them.
pub(super) fn is_host_and_port(text: &str) -> bool {
    let host = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            if port.parse::<u16>().is_err() {
                return false;
            }
            host
        }
        _ => text,
    };
    let is_host_character =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    !host.is_empty() && host.chars().all(is_host_character)
}

/// Networks in CIDR notation (RFC 4632, RFC 4291), as in `10.0.0.0/8`; an address alone stands for itself.
pub(super) fn networks(text: &str) -> Option<Vec<IpNet>> {
    let network = |text: &str| {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address.ok().or_else(|| text.parse().ok())
    };
    list(text).map(network).collect()
}

/// The parts between commas; white space around them and empty ones do not count.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        let networks = networks(network).unwrap();
        assert_eq!(networks.len(), 1);
        networks[0].contains(&address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_network_ends_where_its_bits_say() {
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
    fn what_is_no_network_is_none() {
        for text in [
            "10.0.0.0/33",
            "::/129",
            "10/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "a/8",
        ] {
            assert_eq!(networks(text), None, "{text}");
        }
        assert_eq!(networks(""), Some(vec![]), "as in every list");
    }
}
