//! What `banter check-config` says when nothing is wrong: what the server would do, and where each setting came
//! from. No secret is among it.

use std::fmt::Write as _;

use super::{Given, RateLimit, Settings, Sourced};
use crate::connection::origin::AllowedOrigins;

/// Several lines, the verdict first.
pub(super) fn of(settings: &Settings, given: &Given) -> String {
    let mut text = String::from("configuration is fine\n");
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name:<16}{value}");
    };
    line("listens on", &addresses(settings));
    if let Some(tls) = &settings.tls {
        line("certificate", &tls.to_string());
    }
    if let Some(relay) = &settings.turn.server {
        let texts = |addresses: Vec<String>| addresses.join(", ");
        let at = texts(relay.listen.iter().map(ToString::to_string).collect());
        let public = texts(relay.public.iter().map(ToString::to_string).collect());
        line("relays at", &format!("{at}, reached at {public}"));
    }
    line(
        "pages of",
        match &settings.allowed_origins {
            AllowedOrigins::Own => "its own address, with http:// or https://",
            AllowedOrigins::OwnOverTls => "its own address, with https://",
            AllowedOrigins::Listed(_) => "the listed origins only",
        },
    );
    line(
        "a room holds",
        &format!("{} people", settings.max_room_peers),
    );
    line(
        "a socket sends",
        &match settings.rate_limit {
            RateLimit::Off => "as much as it likes".to_owned(),
            RateLimit::On { per_second, burst } => {
                format!("{per_second} messages a second, {burst} at once")
            }
        },
    );
    if given.0.is_empty() {
        text.push_str("everything is at its default\n");
        return text;
    }
    text.push_str("set\n");
    for value in given.0.values() {
        let _ = writeln!(text, "  {} = {}", value.source, value.shown());
    }
    text
}

fn addresses(settings: &Settings) -> String {
    let scheme = settings.scheme();
    let addresses = settings.addresses.iter();
    let addresses: Vec<_> = addresses
        .map(|address| format!("{scheme}://{address}"))
        .collect();
    addresses.join(", ")
}

/// Instead of a secret.
const HIDDEN: &str = "(not shown)";

impl Sourced {
    /// Its text, unless that is a secret; of an address that holds a password, the rest.
    pub(super) fn shown(&self) -> String {
        // `--turn-secret`, `BANTER_TURN_SECRET` or `turn_secret in FILE`.
        let name = self.source.split(' ').next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if ["secret", "password", "token"]
            .iter()
            .any(|word| name.ends_with(word))
        {
            return HIDDEN.to_owned();
        }
        let parts: Vec<_> = self.text.split(',').map(without_user).collect();
        parts.join(",")
    }
}

/// `scheme://user:password@host` without the part before the `@`.
fn without_user(address: &str) -> String {
    match address
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1)))
    {
        Some((scheme, host)) => format!("{scheme}://{HIDDEN}@{host}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let sourced = |source: &str, text: &str| Sourced {
            source: source.to_owned(),
            text: text.to_owned(),
        };
        for source in [
            "--turn-secret",
            "BANTER_TURN_SECRET",
            "turn_secret in x.toml",
        ] {
            let secret = sourced(source, "canary");
            assert_eq!(secret.shown(), HIDDEN);
            let error = secret
                .error("is too short", "write a longer one")
                .to_string();
            assert!(
                !error.contains("canary") && error.contains(source),
                "{error}"
            );
        }
        let backplane = "nats://ann:canary@a:1,nats://canary@b:2,nats://c:3";
        let backplane = sourced("--backplane", backplane);
        let shown = backplane.shown() + &backplane.error("is wrong", "mend it").to_string();
        assert!(
            !shown.contains("canary") && !shown.contains("ann"),
            "{shown}"
        );
        assert!(shown.contains("b:2,nats://c:3"), "{shown}");
        assert_eq!(sourced("--addr", "[::1]:80").shown(), "[::1]:80");
    }
}
