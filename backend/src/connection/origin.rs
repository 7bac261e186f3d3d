//! Whose pages may open a socket. Browsers send `Origin` with every WebSocket handshake and no page can change
//! it, so this keeps other sites from using a visitor's browser (RFC 6455, section 10.2).

/// Whose pages may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Those that this server served, as the `Host` header names it; behind a proxy nobody here knows which of
    /// the two schemes the browser used.
    Own,
    /// The same where the server itself speaks TLS, so that its pages can only be `https://` ones.
    OwnOverTls,
    /// Those, and no others.
    Listed(Vec<Origin>),
}

/// An origin of the web (RFC 6454): scheme, host and port, in lower case and with the port always there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Origin {
    /// Reads an origin as it stands in the header: `https://HOST` or `https://HOST:PORT`, and nothing more.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = if let Some(rest) = text.strip_prefix("https://") {
            (Scheme::Https, rest)
        } else {
            (Scheme::Http, text.strip_prefix("http://")?)
        };
        let (host, port) = split_authority(authority)?;
        Some(Self {
            scheme,
            host: host.to_owned(),
            port: port.unwrap_or_else(|| scheme.default_port()),
        })
    }

    /// Whether a server that is asked for as `host` (the `Host` header) is of this origin.
    fn is_of_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        split_authority(&host).is_some_and(|(host, port)| {
            self.host == host && self.port == port.unwrap_or_else(|| self.scheme.default_port())
        })
    }
}

impl AllowedOrigins {
    /// Judges a handshake by its `Origin` and `Host` headers. A missing or opaque (`null`) origin never may.
    pub fn allow(&self, origin: Option<&str>, host: Option<&str>) -> bool {
        let Some(origin) = origin.and_then(Origin::parse) else {
            return false;
        };
        match self {
            Self::Own => host.is_some_and(|host| origin.is_of_host(host)),
            Self::OwnOverTls => {
                origin.scheme == Scheme::Https && host.is_some_and(|host| origin.is_of_host(host))
            }
            Self::Listed(listed) => listed.contains(&origin),
        }
    }
}

/// Host and port of `HOST`, `HOST:PORT` or `[IPv6]:PORT`; `None` where there is anything else, such as a path or
/// a user.
fn split_authority(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            (host, Some(port.parse().ok().filter(|_| is_number)?))
        }
        _ => (authority, None),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_valid = match host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(is_name),
    };
    is_valid.then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise 37.
    #[test]
    fn the_own_origin_is_the_host_with_either_scheme() {
        for (origin, host, allowed) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("https://chat.example", "chat.example", true),
            ("https://chat.example", "chat.example:443", true),
            ("https://chat.example:443", "chat.example", true),
            ("http://chat.example", "chat.example", true),
            ("https://Chat.Example", "chat.example", true),
            ("https://chat.example", "CHAT.EXAMPLE", true),
            ("http://[::1]:8080", "[::1]:8080", true),
            ("https://chat.example", "chat.example:8443", false),
            ("https://chat.example:8443", "chat.example", false),
            ("http://chat.example", "chat.example:443", false),
            ("https://chat.example.evil.org", "chat.example", false),
            ("https://evilchat.example", "chat.example", false),
            ("https://sub.chat.example", "chat.example", false),
            ("https://chat.example.", "chat.example", false),
            ("https://chat.example/", "chat.example", false),
            ("https://chat.example@evil.org", "chat.example", false),
            ("https://evil.org#chat.example", "chat.example", false),
            (
                "https://chat.example https://evil.org",
                "chat.example",
                false,
            ),
            ("ws://chat.example", "chat.example", false),
            ("file://", "chat.example", false),
            ("chrome-extension://chat.example", "chat.example", false),
            ("chat.example", "chat.example", false),
            ("null", "chat.example", false),
            ("null", "null", false),
            ("", "chat.example", false),
            ("https://", "", false),
            ("https://chat.example:", "chat.example", false),
            ("https://chat.example:+443", "chat.example", false),
            ("https://chat.example:99999", "chat.example", false),
        ] {
            let verdict = AllowedOrigins::Own.allow(Some(origin), Some(host));
            assert_eq!(verdict, allowed, "{origin} at {host}");
        }
        assert!(!AllowedOrigins::Own.allow(None, Some("chat.example")));
        assert!(!AllowedOrigins::Own.allow(Some("https://chat.example"), None));
    }

    /// Promise 37.
    #[test]
    fn a_server_with_a_certificate_has_no_plain_pages() {
        for (origin, host, allowed) in [
            ("https://chat.example", "chat.example", true),
            ("https://chat.example:8443", "chat.example:8443", true),
            ("http://chat.example", "chat.example", false),
            ("http://chat.example:8443", "chat.example:8443", false),
            ("https://evil.example", "chat.example", false),
        ] {
            let verdict = AllowedOrigins::OwnOverTls.allow(Some(origin), Some(host));
            assert_eq!(verdict, allowed, "{origin} at {host}");
        }
    }

    /// Promise 37.
    #[test]
    fn listed_origins_take_the_place_of_the_own_one() {
        let listed = ["https://chat.example", "http://localhost:3000"];
        let listed = listed.map(|text| Origin::parse(text).unwrap());
        let allowed = AllowedOrigins::Listed(listed.to_vec());
        let host = Some("api.example");
        assert!(allowed.allow(Some("https://chat.example"), host));
        assert!(allowed.allow(Some("https://chat.example:443"), host));
        assert!(allowed.allow(Some("http://localhost:3000"), host));
        assert!(!allowed.allow(Some("http://chat.example"), host));
        assert!(
            !allowed.allow(Some("https://api.example"), host),
            "not even the own one"
        );
        assert!(!allowed.allow(None, host));
    }
}
