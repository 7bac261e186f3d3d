//! What browsers are told about this server's relay (RFC 7064, RFC 7065).

use std::net::{IpAddr, SocketAddr};

/// Addresses for `iceServers`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RelayUrls {
    pub(crate) stun: Vec<String>,
    pub(crate) turn: Vec<String>,
}

/// Whether clients may speak TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    Off,
    On,
}

/// The addresses of a relay that listens at `listening`, and is reached at `public` or by its name.
pub(super) fn urls(
    listening: &[SocketAddr],
    public: &[IpAddr],
    name: Option<&str>,
    tls: Tls,
) -> RelayUrls {
    let mut servers: Vec<String> = Vec::new();
    for address in listening {
        let of_its_family = public.iter().find(|ip| ip.is_ipv4() == address.is_ipv4());
        let host = match (name, of_its_family) {
            (Some(name), _) => name.to_owned(),
            (None, Some(IpAddr::V4(ip))) => ip.to_string(),
            (None, Some(IpAddr::V6(ip))) => format!("[{ip}]"),
            // A NAT that translates between the families.
            (None, None) => match public.first() {
                Some(IpAddr::V4(ip)) => ip.to_string(),
                Some(IpAddr::V6(ip)) => format!("[{ip}]"),
                None => continue,
            },
        };
        let server = format!("{host}:{}", address.port());
        if !servers.contains(&server) {
            servers.push(server);
        }
    }
    let stun = servers
        .iter()
        .map(|server| format!("stun:{server}"))
        .collect();
    let turn = servers.iter().flat_map(|server| {
        // No browser takes a certificate for a bare address.
        let tls =
            (tls == Tls::On && name.is_some()).then(|| format!("turns:{server}?transport=tcp"));
        [
            Some(format!("turn:{server}?transport=udp")),
            Some(format!("turn:{server}?transport=tcp")),
            tls,
        ]
    });
    RelayUrls {
        stun,
        turn: turn.flatten().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(listening: &[&str], public: &[&str], name: Option<&str>, tls: Tls) -> RelayUrls {
        let listening: Vec<_> = listening.iter().map(|text| text.parse().unwrap()).collect();
        let public: Vec<_> = public.iter().map(|text| text.parse().unwrap()).collect();
        urls(&listening, &public, name, tls)
    }

    #[test]
    fn each_public_address_is_given_over_both_transports() {
        let urls = given(
            &["0.0.0.0:3478", "[::]:3479"],
            &["2001:db8::7", "203.0.113.7"],
            None,
            Tls::On,
        );
        assert_eq!(
            urls.stun,
            ["stun:203.0.113.7:3478", "stun:[2001:db8::7]:3479"]
        );
        assert_eq!(
            urls.turn,
            [
                "turn:203.0.113.7:3478?transport=udp",
                "turn:203.0.113.7:3478?transport=tcp",
                "turn:[2001:db8::7]:3479?transport=udp",
                "turn:[2001:db8::7]:3479?transport=tcp",
            ]
        );
    }

    #[test]
    fn a_name_is_given_once_and_with_tls() {
        let listening = ["0.0.0.0:3478", "[::]:3478"];
        let urls = given(&listening, &["203.0.113.7"], Some("a.example"), Tls::On);
        assert_eq!(urls.stun, ["stun:a.example:3478"]);
        assert_eq!(
            urls.turn,
            [
                "turn:a.example:3478?transport=udp",
                "turn:a.example:3478?transport=tcp",
                "turns:a.example:3478?transport=tcp",
            ]
        );
        let urls = given(&listening, &["203.0.113.7"], Some("a.example"), Tls::Off);
        assert_eq!(urls.turn.len(), 2);
    }
}
