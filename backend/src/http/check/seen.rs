//! The parts of a request that proxies get wrong.

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::{Version, header},
};
use serde::Serialize;

/// What arrived of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestSeen {
    /// `1.0` or `1.1`: what the nearest hop speaks to this server.
    http: &'static str,
    host: Option<String>,
    origin: Option<String>,
    /// Whether `Upgrade: websocket` is there.
    upgrade: bool,
    /// Whether `Connection` names it, without which it does not count (RFC 9110, section 7.8).
    connection: bool,
    /// Whether somebody on the way says for whom they ask.
    forwarded: bool,
    /// `X-Forwarded-Proto`, if it is one of the two schemes.
    scheme: Option<&'static str>,
    peer: PeerKind,
}

/// Where the connection came from, told no more precisely than an operator needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum PeerKind {
    /// This machine.
    Loopback,
    /// 10.0.0.0/8
    #[serde(rename = "10.0.0.0/8")]
    Private10,
    /// 172.16.0.0/12
    #[serde(rename = "172.16.0.0/12")]
    Private172,
    /// 192.168.0.0/16
    #[serde(rename = "192.168.0.0/16")]
    Private192,
    /// fc00::/7
    #[serde(rename = "fc00::/7")]
    UniqueLocal,
    /// Anywhere else.
    Public,
}

const FORWARDED: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];

/// More of a header is not repeated.
const LONGEST_TEXT: usize = 255;

impl RequestSeen {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let names = |name: &str, token: &str| {
            let mut values = request.headers().get_all(name);
            values.any(|value| {
                let value = value.to_str().unwrap_or_default();
                value
                    .split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case(token))
            })
        };
        let proto = text(request, "x-forwarded-proto");
        Self {
            http: match request.version() {
                Version::HTTP_10 => "1.0",
                Version::HTTP_11 => "1.1",
                _ => "other",
            },
            host: text(request, header::HOST.as_str()),
            origin: text(request, header::ORIGIN.as_str()),
            upgrade: names("upgrade", "websocket"),
            connection: names("connection", "upgrade"),
            forwarded: FORWARDED
                .iter()
                .any(|name| request.headers().contains_key(*name)),
            scheme: ["http", "https"]
                .into_iter()
                .find(|scheme| proto.as_deref() == Some(scheme)),
            peer: request
                .peer_addr()
                .map_or(PeerKind::Public, |address| PeerKind::of(address.ip())),
        }
    }
}

/// The address that the nearest hop says it was asked from: the last one, since every hop adds its own behind.
pub(super) fn last_forwarded_for(request: &HttpRequest) -> Option<String> {
    let all = request.headers().get_all("x-forwarded-for").last()?;
    let last = all.to_str().ok()?.rsplit(',').next()?.trim();
    last.parse::<IpAddr>()
        .ok()
        .map(|address| address.to_string())
}

impl PeerKind {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address if address.is_loopback() => Self::Loopback,
            IpAddr::V4(address) => match address.octets() {
                [10, ..] => Self::Private10,
                [172, 16..32, ..] => Self::Private172,
                [192, 168, ..] => Self::Private192,
                _ => Self::Public,
            },
            IpAddr::V6(address) if address.segments()[0] & 0xfe00 == 0xfc00 => Self::UniqueLocal,
            IpAddr::V6(_) => Self::Public,
        }
    }
}

fn text(request: &HttpRequest, name: &str) -> Option<String> {
    let value = request.headers().get(name)?.to_str().ok()?;
    Some(value.chars().take(LONGEST_TEXT).collect())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_handshake_is_seen_whole() {
        let request = TestRequest::default()
            .insert_header(("host", "chat.example:8443"))
            .insert_header(("origin", "https://chat.example:8443"))
            .insert_header(("connection", "keep-alive, Upgrade"))
            .insert_header(("upgrade", "WebSocket"))
            .insert_header(("x-forwarded-for", "198.51.100.7, 203.0.113.9"))
            .insert_header(("x-forwarded-proto", "https"))
            .peer_addr(([172, 18, 0, 3], 9).into())
            .to_http_request();
        let seen = serde_json::to_value(RequestSeen::of(&request)).unwrap();
        assert_eq!(
            seen,
            serde_json::json!({
                "http": "1.1",
                "host": "chat.example:8443",
                "origin": "https://chat.example:8443",
                "upgrade": true,
                "connection": true,
                "forwarded": true,
                "scheme": "https",
                "peer": "172.16.0.0/12",
            })
        );
        let last = last_forwarded_for(&request);
        assert_eq!(last.as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn what_a_proxy_drops_is_seen_as_missing() {
        let request = TestRequest::default()
            .version(Version::HTTP_10)
            .insert_header(("connection", "close"))
            .insert_header(("x-forwarded-for", "unknown"))
            .insert_header(("x-forwarded-proto", "gopher"))
            .to_http_request();
        let seen = RequestSeen::of(&request);
        assert_eq!(
            (seen.http, seen.upgrade, seen.connection),
            ("1.0", false, false)
        );
        assert_eq!((seen.scheme, seen.host), (None, None));
        assert_eq!(last_forwarded_for(&request), None);
    }

    #[test]
    fn addresses_are_told_by_their_kind_alone() {
        for (address, kind) in [
            ("127.0.0.1", PeerKind::Loopback),
            ("::1", PeerKind::Loopback),
            ("::ffff:127.0.0.1", PeerKind::Loopback),
            ("10.1.2.3", PeerKind::Private10),
            ("172.31.0.1", PeerKind::Private172),
            ("172.32.0.1", PeerKind::Public),
            ("192.168.1.1", PeerKind::Private192),
            ("fd00::1", PeerKind::UniqueLocal),
            ("fe80::1", PeerKind::Public),
            ("198.51.100.7", PeerKind::Public),
            ("2001:db8::1", PeerKind::Public),
        ] {
            assert_eq!(PeerKind::of(address.parse().unwrap()), kind, "{address}");
        }
    }
}
