//! Flags and environment.

use std::ffi::OsString;

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind, parser::ValueSource,
};

use super::{
    Given, SettingError, Sourced, backplane::BackplaneArgs, headings, tls::TlsArgs, turn::TurnArgs,
    turn_server::TurnServerArgs,
};

/// Every value is text here: what is wrong with one is said in one line, wherever it came from.
//
// Each has one line of help and no second paragraph, here too: with one, clap spreads all of the help over several
// lines each. The variables are not listed, since one rule names them all.
#[derive(Debug, Parser)]
#[command(
    name = "banter",
    version,
    about = "Introduces browsers to each other and serves the Banter web app",
    disable_help_subcommand = true,
    after_help = "\
Every setting can stand in three places; the first one counts:
  a flag                --max-room-peers 8
  the environment       BANTER_MAX_ROOM_PEERS=8
  the --config file     max_room_peers = 8
Then come the defaults. RUST_LOG=banter_backend=debug logs more.

Examples:
  banter                                           try it on this machine, http://127.0.0.1:8080
  banter --addr 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
                                                   serve https:// without a proxy
  banter --config /etc/banter.toml check-config    say whether a start would work
  banter --config /etc/banter.toml health          ask the running server how it is"
)]
struct Args {
    #[command(subcommand)]
    action: Option<Action>,

    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "BANTER_ADDR", value_name = "HOST:PORT", help_heading = headings::SERVING)]
    addr: Option<String>,

    /// Whose pages may connect, as https://HOST,… [default: its own]
    #[arg(long, env = "BANTER_ALLOWED_ORIGINS", value_name = "ORIGINS", help_heading = headings::SERVING)]
    allowed_origins: Option<String>,

    #[command(flatten)]
    tls: TlsArgs,

    /// How many people one room holds [default: 64]
    #[arg(long, env = "BANTER_MAX_ROOM_PEERS", value_name = "NUMBER", allow_negative_numbers = true, help_heading = headings::LIMITS)]
    max_room_peers: Option<String>,

    /// Messages a second of a socket [default: 200, bursts of 4000]
    #[arg(long, env = "BANTER_RATE_LIMIT", value_name = "N|off", allow_negative_numbers = true, help_heading = headings::LIMITS)]
    rate_limit: Option<String>,

    /// STUN for browsers, as stun:HOST:PORT,… [default: none]
    #[arg(long, env = "BANTER_STUN", value_name = "URLS", help_heading = headings::TRAVERSAL)]
    stun: Option<String>,

    #[command(flatten)]
    admission: super::admission::AdmissionArgs,

    #[command(flatten)]
    turn: TurnArgs,

    #[command(flatten)]
    turn_server: TurnServerArgs,

    #[command(flatten)]
    backplane: BackplaneArgs,

    /// A TOML file; its keys are the flags with _ for - [default: none]
    #[arg(long, env = "BANTER_CONFIG", value_name = "FILE", help_heading = headings::OPERATION)]
    config: Option<String>,

    /// How log lines look: text or json [default: text]
    #[arg(long, env = "BANTER_LOG_FORMAT", value_name = "FORMAT", help_heading = headings::OPERATION)]
    log_format: Option<String>,

    /// Serve the web app from here, read at each request; for development
    #[arg(long, env = "BANTER_APP_DIR", value_name = "FOLDER", help_heading = headings::OPERATION)]
    app_dir: Option<String>,
}

/// What to do; without a word, serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub(super) enum Action {
    /// Say whether a start with these settings would work, and end
    CheckConfig,
    /// Ask the server that runs with these settings how it is, and end
    Health,
}

/// What the command line asks for.
pub(super) enum Outcome {
    Given(Given, Option<Action>),
    Print(String),
}

/// Reads flags and environment. Flags may stand before the action or behind it.
pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Outcome, SettingError> {
    let command = Args::command().mut_args(|argument| argument.hide_env(true).global(true));
    let matches = match command.clone().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return outcome_of(&error),
    };
    let action = match Args::from_arg_matches(&matches) {
        Ok(args) => args.action,
        Err(error) => return outcome_of(&error),
    };
    let mut given = Given::default();
    for argument in command.get_arguments() {
        let key = argument.get_id().as_str();
        let Ok(Some(text)) = matches.try_get_one::<String>(key) else {
            continue;
        };
        let variable = argument
            .get_env()
            .map(|name| name.to_string_lossy().into_owned());
        match (matches.value_source(key), variable) {
            // Whoever writes `BANTER_STUN=` means to set nothing.
            (Some(ValueSource::EnvVariable), Some(_)) if text.is_empty() => {}
            (Some(ValueSource::EnvVariable), Some(name)) => given.add(key, name, text.clone()),
            _ => given.add(key, format!("--{}", key.replace('_', "-")), text.clone()),
        }
    }
    Ok(Outcome::Given(given, action))
}

fn outcome_of(error: &clap::Error) -> Result<Outcome, SettingError> {
    let text = error.to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return Ok(Outcome::Print(text));
    }
    let first = text.lines().next().unwrap_or_default();
    Err(SettingError {
        setting: "command line".to_owned(),
        problem: first.strip_prefix("error: ").unwrap_or(first).to_owned(),
        fix: "see banter --help".to_owned(),
    })
}

/// Every key that a file may hold.
pub(super) fn keys() -> Vec<String> {
    let command = Args::command();
    let keys = command
        .get_arguments()
        .map(|argument| argument.get_id().to_string());
    keys.filter(|key| key != "config").collect()
}

impl Sourced {
    /// The path of the settings file.
    pub(super) fn path(&self) -> &std::path::Path {
        std::path::Path::new(&self.text)
    }
}
