//! What an operator can set, typed and checked once at the start.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use banter_protocol::{limits, token_bucket::Rate};

use crate::{
    admission::{AddressLimits, AdmissionSettings},
    connection::origin::AllowedOrigins,
    tls::Tls,
};

mod admission;
mod args;
mod backplane;
mod file;
mod headings;
mod parse;
mod reading;
mod summary;
mod tls;
mod turn;
mod turn_server;

pub use crate::turn::TurnLimits;
pub use backplane::{BackplaneSettings, Credentials, NatsSettings};
pub use turn::{TurnSecret, TurnSettings};
pub use turn_server::TurnServerSettings;

/// Everything that can be set. [`Settings::default`] is what a server does that nobody has configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; a name may stand for several addresses.
    pub addresses: Vec<SocketAddr>,
    /// The server's own certificate; without one it speaks plain HTTP, as behind a proxy.
    pub tls: Option<Arc<Tls>>,
    /// Seats in one room.
    pub max_room_peers: usize,
    /// Messages from one socket. Off lifts the limits for each address too.
    pub rate_limit: RateLimit,
    /// Bytes from one socket, where its messages are limited.
    pub byte_rate: Rate,
    /// Sockets, from one address and in all.
    pub admission: AdmissionSettings,
    /// Whose pages may open a socket.
    pub allowed_origins: AllowedOrigins,
    /// `stun:` addresses that browsers are given. With none, no third party is contacted.
    pub stun: Vec<String>,
    /// Through whom browsers reach each other that cannot do so directly.
    pub turn: TurnSettings,
    /// How several servers share rooms.
    pub backplane: BackplaneSettings,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Serve the web app from this folder, read at each request, instead of the one inside the program.
    pub app_dir: Option<PathBuf>,
    /// Spans that only tests change.
    pub timings: Timings,
}

impl Settings {
    /// Who may connect, and how many.
    pub(crate) fn admission(&self) -> AdmissionSettings {
        let mut admission = self.admission.clone();
        if self.rate_limit == RateLimit::Off {
            admission.per_address = AddressLimits::OFF;
        }
        admission
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            addresses: vec![SocketAddr::from(([127, 0, 0, 1], 8080))],
            tls: None,
            max_room_peers: 64,
            rate_limit: RateLimit::default(),
            byte_rate: BYTES_OF_A_SOCKET,
            admission: AdmissionSettings::default(),
            allowed_origins: AllowedOrigins::Own,
            stun: Vec::new(),
            turn: TurnSettings::default(),
            backplane: BackplaneSettings::default(),
            log_format: LogFormat::Text,
            app_dir: None,
            timings: Timings::default(),
        }
    }
}

impl Settings {
    /// What the server itself speaks.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

/// How many messages one socket may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// As many as it likes.
    Off,
    /// So many.
    On {
        /// Over any longer time.
        per_second: u32,
        /// At once, after a pause.
        burst: u32,
    },
}

/// Bytes of one socket, where nothing else is set. Whoever joins a room of 64 sends 63 descriptions of at most 24 KiB,
/// sealed and in base64, and answers as many when all others mend their links at the same moment, with their candidates:
/// 6 MiB. Real descriptions are a tenth of that.
pub const BYTES_OF_A_SOCKET: Rate = Rate {
    per_second: 512 * 1024,
    burst: 8 * 1024 * 1024,
};

impl Default for RateLimit {
    /// Whoever joins a room of 64 sends 63 offers with perhaps 20 candidates each, and answers as many when
    /// all others lose and mend their links at the same moment: 2,709 messages. That never meets the limit.
    fn default() -> Self {
        Self::On {
            per_second: 200,
            burst: 4_000,
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object in each line.
    Json,
}

/// How long the server waits for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// Between two pings of a socket.
    pub ping_every: Duration,
    /// A socket from which nothing came for so long is dead. Found at the next ping, so at the latest after
    /// `silent_after + ping_every`.
    pub silent_after: Duration,
    /// A client that takes nothing of what waits for it for so long does not read any more. Found at the next ping
    /// too.
    pub write_within: Duration,
    /// A socket must be in a room this soon. A page opens its socket only to join, and does so at once.
    pub join_within: Duration,
    /// How often the server looks whether its certificate has changed.
    pub read_certificate_every: Duration,
    /// A closed socket may take so long to take its last bytes.
    pub close_within: Duration,
    /// How long a seat is kept after its socket is gone.
    pub seat_kept: Duration,
    /// After SIGTERM the server goes on answering for so long that it is not ready, so that whoever asks
    /// learns of it.
    pub drain_at_least: Duration,
    /// After so long it no longer waits for open sockets.
    pub drain_at_most: Duration,
    /// Clients are told to come back between the first and the second of these.
    pub come_back: (Duration, Duration),
}

impl Timings {
    /// When at the latest a client is given up from which nothing is heard.
    pub fn given_up_after(&self) -> Duration {
        self.silent_after + self.ping_every
    }
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(10),
            silent_after: Duration::from_secs(25),
            write_within: Duration::from_secs(20),
            join_within: Duration::from_secs(5),
            read_certificate_every: Duration::from_secs(60),
            close_within: Duration::from_secs(3),
            seat_kept: limits::SEAT_KEPT,
            drain_at_least: Duration::from_secs(2),
            drain_at_most: Duration::from_secs(8),
            come_back: (Duration::from_millis(500), Duration::from_secs(10)),
        }
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Command {
    /// Run with these settings.
    Run(Box<Settings>),
    /// They are fine; say this and be done.
    Checked(String),
    /// Ask the server that runs with these settings how it is.
    AskHealth(Box<Settings>),
    /// Print this and be done: `--help` and `--version`.
    Print(String),
}

/// A setting that cannot be. Its words name the setting and say what to write instead, in one line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}; {fix}")]
pub struct SettingError {
    setting: String,
    problem: String,
    fix: String,
}

/// Reads the command line, the environment and the file that they name. Flags come before the environment, the
/// environment before the file, the file before the defaults.
///
/// # Errors
///
/// The first setting that is wrong.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, SettingError> {
    let (mut given, action) = match args::read(arguments)? {
        args::Outcome::Given(given, action) => (given, action),
        args::Outcome::Print(text) => return Ok(Command::Print(text)),
    };
    if let Some(path) = given.take("config") {
        given.add_defaults(file::read(&path)?);
    }
    let settings = parse::settings(&given)?;
    Ok(match action {
        None => Command::Run(Box::new(settings)),
        Some(args::Action::CheckConfig) => Command::Checked(summary::of(&settings, &given)),
        Some(args::Action::Health) => Command::AskHealth(Box::new(settings)),
    })
}

/// Settings as text, with the place that each came from, in the words of the person who wrote it.
#[derive(Debug, Default)]
struct Given(std::collections::BTreeMap<String, Sourced>);

/// One setting as text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sourced {
    /// As it is written where it came from: `--addr`, `BANTER_ADDR`, `addr in banter.toml`.
    source: String,
    text: String,
}

impl Sourced {
    fn error(&self, problem: &str, fix: &str) -> SettingError {
        SettingError {
            setting: self.source.clone(),
            problem: format!("{:?} {problem}", self.shown()),
            fix: fix.to_owned(),
        }
    }
}

impl Given {
    fn add(&mut self, key: &str, source: String, text: String) {
        self.0.insert(key.to_owned(), Sourced { source, text });
    }

    fn get(&self, key: &str) -> Option<&Sourced> {
        self.0.get(key)
    }

    fn take(&mut self, key: &str) -> Option<Sourced> {
        self.0.remove(key)
    }

    fn add_defaults(&mut self, weaker: Self) {
        for (key, value) in weaker.0 {
            self.0.entry(key).or_insert(value);
        }
    }
}
