//! Flags and environment.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, error::ErrorKind, parser::ValueSource};

use super::{Given, SettingError, Sourced, turn::TurnArgs};

/// Every value is text here: what is wrong with one is said in one line, wherever it came from.
#[derive(Debug, Parser)]
#[command(
    name = "banter",
    version,
    about = "Introduces browsers to each other and serves the Banter web app",
    after_help = "Flags come before the environment, the environment before the --config file, the file before \
                  the defaults.\nRUST_LOG=banter_backend=debug logs more, then with rooms and peers by their ids."
)]
struct Args {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "BANTER_ADDR", value_name = "HOST:PORT")]
    addr: Option<String>,

    /// How many people one room holds [default: 64]
    #[arg(
        long,
        env = "BANTER_MAX_ROOM_PEERS",
        value_name = "NUMBER",
        allow_negative_numbers = true
    )]
    max_room_peers: Option<String>,

    /// Messages a second from one socket, or "off" [default: 200, with bursts of 4000]
    #[arg(
        long,
        env = "BANTER_RATE_LIMIT",
        value_name = "NUMBER|off",
        allow_negative_numbers = true
    )]
    rate_limit: Option<String>,

    /// Whose pages may connect, with commas between them [default: only the server's own]
    #[arg(long, env = "BANTER_ALLOWED_ORIGINS", value_name = "https://HOST,…")]
    allowed_origins: Option<String>,

    /// STUN servers that browsers are given, with commas between them [default: none]
    #[arg(long, env = "BANTER_STUN", value_name = "stun:HOST:PORT,…")]
    stun: Option<String>,

    /// A TOML file; its keys are the flags with _ for -
    #[arg(long, env = "BANTER_CONFIG", value_name = "FILE")]
    config: Option<String>,

    /// How log lines look: text or json [default: text]
    #[arg(long, env = "BANTER_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<String>,

    /// Serve the web app from this folder, read anew at each request; for development
    #[arg(long, env = "BANTER_APP_DIR", value_name = "FOLDER")]
    app_dir: Option<String>,

    #[command(flatten)]
    turn: TurnArgs,
}

/// What the command line asks for.
pub(super) enum Outcome {
    Given(Given),
    Print(String),
}

/// Reads flags and environment.
pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Outcome, SettingError> {
    let command = Args::command().mut_args(|argument| argument.hide_env_values(true));
    let matches = match command.clone().try_get_matches_from(arguments) {
        Ok(matches) => matches,
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
    Ok(Outcome::Given(given))
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
