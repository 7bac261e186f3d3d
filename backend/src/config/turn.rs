//! Settings of relaying (TURN).

use std::{fmt, time::Duration};

use super::{
    Given, SettingError, Sourced, headings,
    reading::{is_host_and_port, list},
    turn_server::{self, TurnServerSettings},
};

/// How long credentials hold unless the operator says otherwise, and the longest that they may.
const LONGEST_TTL: Duration = Duration::from_secs(3_600);
/// Renewed at half of this and at the next heartbeat; a page must then still have the time to use them.
const SHORTEST_TTL: Duration = Duration::from_secs(60);

/// Every value is text here; see [`settings`].
#[derive(Debug, clap::Args)]
pub(super) struct TurnArgs {
    /// TURN for browsers, as turn:HOST:PORT,turns:HOST:PORT,… [default: none]
    #[arg(long, env = "BANTER_TURN", value_name = "URLS", help_heading = headings::TRAVERSAL)]
    turn: Option<String>,

    /// What --turn shares with this server (coturn: static-auth-secret)
    #[arg(long, env = "BANTER_TURN_SECRET", value_name = "SECRET", help_heading = headings::TRAVERSAL)]
    turn_secret: Option<String>,

    /// How long credentials for TURN hold [default: 3600, the most]
    #[arg(long, env = "BANTER_TURN_TTL", value_name = "SECONDS", allow_negative_numbers = true, help_heading = headings::TRAVERSAL)]
    turn_ttl: Option<String>,
}

/// Through whom browsers reach each other that cannot do so directly.
#[derive(Clone, Debug)]
pub struct TurnSettings {
    /// Other TURN servers, as browsers are given them (RFC 7065).
    pub urls: Vec<String>,
    /// What they and this server make credentials with.
    pub secret: Option<TurnSecret>,
    /// How long credentials hold.
    pub ttl: Duration,
    /// Whether and how this server relays itself.
    pub server: Option<TurnServerSettings>,
}

impl Default for TurnSettings {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            secret: None,
            ttl: LONGEST_TTL,
            server: None,
        }
    }
}

/// A secret that several servers share. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct TurnSecret(String);

impl TurnSecret {
    /// Any text but the empty one.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        Some(text.into()).filter(|text| !text.is_empty()).map(Self)
    }

    /// A new one, from random bits.
    pub(crate) fn from_random(bits: [u8; 32]) -> Self {
        Self(bits.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for TurnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TurnSecret(…)")
    }
}

/// Checks what was given about relaying.
pub(super) fn settings(given: &Given) -> Result<TurnSettings, SettingError> {
    let mut settings = TurnSettings::default();
    if let Some(value) = given.get("turn") {
        settings.urls = urls(value)?;
    }
    if let Some(value) = given.get("turn_secret") {
        settings.secret = TurnSecret::new(value.text.clone());
    }
    if let Some(value) = given.get("turn_ttl") {
        settings.ttl = ttl(value)?;
    }
    settings.server = turn_server::settings(given)?;
    check_together(given, &settings)?;
    Ok(settings)
}

fn check_together(given: &Given, settings: &TurnSettings) -> Result<(), SettingError> {
    if let Some(turn) = given.get("turn")
        && !settings.urls.is_empty()
        && settings.secret.is_none()
    {
        return Err(turn.error(
            "needs a secret to make credentials with",
            "set --turn-secret to the server's static-auth-secret",
        ));
    }
    if let Some(secret) = given.get("turn_secret")
        && settings.urls.is_empty()
        && settings.server.is_none()
    {
        // The secret's own text must not be shown, so `Sourced::error` cannot be used.
        return Err(SettingError {
            setting: secret.source.clone(),
            problem: "there is no TURN server to use the secret with".to_owned(),
            fix: "set --turn to turn:HOST:PORT or --turn-listen to ADDRESS:PORT, or leave the secret out"
                .to_owned(),
        });
    }
    Ok(())
}

fn urls(value: &Sourced) -> Result<Vec<String>, SettingError> {
    let urls: Option<Vec<Vec<String>>> = list(&value.text).map(urls_of).collect();
    urls.map(|urls| urls.concat()).ok_or_else(|| {
        value.error(
            "is no list of TURN servers",
            "write them as turn:turn.example.org:3478 or turns:turn.example.org:5349, with commas between them",
        )
    })
}

/// An address as browsers are given it: over both transports, unless it names one. TLS is always over TCP.
fn urls_of(address: &str) -> Option<Vec<String>> {
    let (server, transport) = match address.split_once("?transport=") {
        Some((server, transport)) => (server, Some(transport)),
        None => (address, None),
    };
    let (rest, offered): (_, &[&str]) = match server.split_once(':')? {
        ("turn", rest) => (rest, &["udp", "tcp"]),
        ("turns", rest) => (rest, &["tcp"]),
        _ => return None,
    };
    let is_offered = transport.is_none_or(|transport| offered.contains(&transport));
    (is_host_and_port(rest) && is_offered).then(|| {
        let chosen = offered
            .iter()
            .filter(|offered| transport.is_none_or(|transport| transport == **offered));
        chosen
            .map(|transport| format!("{server}?transport={transport}"))
            .collect()
    })
}

fn ttl(value: &Sourced) -> Result<Duration, SettingError> {
    let ttl = value.text.parse().ok().map(Duration::from_secs);
    ttl.filter(|ttl| (SHORTEST_TTL..=LONGEST_TTL).contains(ttl))
        .ok_or_else(|| {
            value.error(
                "is no time that credentials may hold",
                "write a number of seconds from 60 to 3600",
            )
        })
}
