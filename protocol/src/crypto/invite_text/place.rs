//! Which server a link leads to.

/// Whose room it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// This server's, or no server is named.
    Here,
    /// Another's.
    Elsewhere(OtherServer),
}

/// Another server, as a link names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherServer {
    host: String,
    is_plain: bool,
}

impl OtherServer {
    /// Its name, with the port where the link has one; ASCII in lower case, and never with a person's name before an `@`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What its addresses begin with: `https://` unless the link says otherwise.
    pub fn origin(&self) -> String {
        let scheme = if self.is_plain { "http" } else { "https" };
        format!("{scheme}://{}", self.host)
    }
}

/// Reads the server's name before the path of a room; `None` where that is no such path.
pub(super) fn before(text: &str, own_origin: &str) -> Option<Place> {
    let authority = authority(text);
    let before = text.strip_suffix(authority)?;
    let (scheme, is_whole) = match before.strip_suffix("//") {
        Some(before) => (scheme(before), true),
        None => (None, !before.ends_with('/')),
    };
    // A room's path is never below another one.
    if !is_whole {
        return None;
    }
    if authority.is_empty() {
        return scheme.is_none().then_some(Place::Here);
    }
    let is_plain = scheme == Some(Scheme::Plain);
    let host = host(authority, scheme)?;
    let own = own_origin
        .split_once("//")
        .map_or(own_origin, |(_, own)| own);
    let own_scheme = own_origin
        .split_once("//")
        .and_then(|(before, _)| self::scheme(before));
    if own == host || self::host(own, own_scheme).is_some_and(|own| own == host) {
        return Some(Place::Here);
    }
    // A word before a slash is no server.
    let is_server = scheme.is_some() || host.contains(['.', ':']) || host == "localhost";
    is_server.then_some(Place::Elsewhere(OtherServer { host, is_plain }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Plain,
    Secure,
}

/// The scheme at the end of what comes before `//`; a word may be glued to it, where a line break got lost.
fn scheme(before: &str) -> Option<Scheme> {
    let before = before.strip_suffix(':')?;
    let ends_with = |scheme: &str| {
        let start = before.len().checked_sub(scheme.len());
        let end = start.and_then(|start| before.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    };
    if ends_with("https") {
        Some(Scheme::Secure)
    } else {
        ends_with("http").then_some(Scheme::Plain)
    }
}

/// The end of the text that may be a server's name, with what may stand before an `@` and a port.
fn authority(text: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || ".-:[]@_~%!$+".contains(letter);
    let start = text
        .char_indices()
        .rev()
        .take_while(|&(_, letter)| is_part(letter))
        .last()
        .map_or(text.len(), |(start, _)| start);
    let authority = text.get(start..).unwrap_or_default();
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    // Brackets belong to an address of IPv6, or are those of a text.
    match (authority.rfind('['), authority.rfind(']')) {
        (Some(open), Some(close)) if open < close => authority.get(open..).unwrap_or_default(),
        (Some(open), _) => authority.get(open + 1..).unwrap_or_default(),
        (None, Some(close)) => authority.get(close + 1..).unwrap_or_default(),
        (None, None) => authority,
    }
}

/// A host as it is compared: ASCII in lower case, without a dot at its end and without the port that goes without saying. Other
/// letters stay as they are: no origin has them, and browsers know which capitals are the same in a name.
fn host(authority: &str, scheme: Option<Scheme>) -> Option<String> {
    let lower = authority.to_ascii_lowercase();
    let is_known = |port: &str| match scheme {
        Some(Scheme::Plain) => port == "80",
        Some(Scheme::Secure) => port == "443",
        None => port == "443" || port == "80",
    };
    let (name, port) = match lower.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (name, (!(port.is_empty() || is_known(port))).then_some(port))
        }
        _ => (&*lower, None),
    };
    let name = name.trim_end_matches('.');
    // "Here:chat.example" is a word and a server.
    let name = match name.rsplit_once(':') {
        Some((_, after)) if !name.starts_with('[') => after,
        _ => name,
    };
    let name = name.trim_start_matches(['.', '-', '!', '$', '+', '~', '%']);
    let is_name = name
        .chars()
        .all(|letter| letter.is_alphanumeric() || ".-_".contains(letter));
    let is_literal = name.starts_with('[')
        && name.ends_with(']')
        && name
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || "[]:.".contains(letter));
    let is_host = name.contains(char::is_alphanumeric) && (is_name || is_literal);
    is_host.then(|| match port {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(before: &str) -> Option<String> {
        super::before(before, "https://chat.example").map(|place| match place {
            Place::Here => "here".to_owned(),
            Place::Elsewhere(server) => server.origin(),
        })
    }

    #[test]
    fn a_link_leads_to_the_server_that_it_names() {
        for here in [
            "",
            "https://chat.example",
            "http://chat.example",
            "HTTPS://Chat.EXAMPLE",
            "https://chat.example.",
            "https://chat.example:443",
            "chat.example",
            "//chat.example",
            "see (chat.example",
            "see [chat.example",
            "[tea](https://chat.example",
            "Join ushttps://chat.example",
            "https://ada@chat.example",
            "https://evil.example@chat.example",
        ] {
            assert_eq!(place(here).as_deref(), Some("here"), "{here}");
        }
        for (before, there) in [
            ("https://other.example", "https://other.example"),
            ("http://Other.example", "http://other.example"),
            ("https://chat.example:8443", "https://chat.example:8443"),
            (
                "https://chat.example.evil.test",
                "https://chat.example.evil.test",
            ),
            ("https://notchat.example", "https://notchat.example"),
            ("https://chat.example@evil.test", "https://evil.test"),
            ("https://[2001:db8::1]:8080", "https://[2001:db8::1]:8080"),
            ("see other.example", "https://other.example"),
            ("localhost:8080", "https://localhost:8080"),
            ("https://bücher.example", "https://bücher.example"),
            ("https://BÜCHER.Example", "https://bÜcher.example"),
            ("https:.other.example", "https://other.example"),
            ("see:-other.example", "https://other.example"),
        ] {
            assert_eq!(place(before).as_deref(), Some(there), "{before}");
        }
        for none in [
            "and",
            "https://chat.example/forum",
            "https://",
            "../..",
            "https://:80",
        ] {
            assert_eq!(place(none), None, "{none}");
        }
    }

    #[test]
    fn a_server_on_a_port_is_another_than_the_one_beside_it() {
        let own = "http://127.0.0.1:8080";
        assert_eq!(before("http://127.0.0.1:8080", own), Some(Place::Here));
        assert_eq!(before("127.0.0.1:8080", own), Some(Place::Here));
        for other in [
            "http://127.0.0.1",
            "http://127.0.0.1:8081",
            "http://localhost:8080",
        ] {
            assert_ne!(before(other, own), Some(Place::Here), "{other}");
        }
    }
}
