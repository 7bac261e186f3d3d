//! Log lines: one at INFO for each change in a connection's life, none with a name, an address or a payload.

use std::{io, panic};

use tracing::{Level, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::config::LogFormat;

/// `RUST_LOG` is not a list of targets and levels.
#[derive(Debug, thiserror::Error)]
#[error("RUST_LOG: {0:?} is no list of levels; write it as banter_backend=debug")]
pub struct FilterError(String);

/// Writes log lines to standard error from now on, a panic as one of them.
///
/// # Errors
///
/// See [`FilterError`].
pub fn start(format: LogFormat) -> Result<(), FilterError> {
    let targets = targets()?;
    let plain = fmt::layer().with_writer(io::stderr).with_target(false);
    let layer = match format {
        LogFormat::Text => plain.with_ansi(false).boxed(),
        LogFormat::Json => plain.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(targets))
        .init();
    // The words of a panic may quote what a client sent; its place does not.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a task panicked; the others go on");
    }));
    Ok(())
}

/// Whether a start could.
///
/// # Errors
///
/// See [`FilterError`].
pub fn check() -> Result<(), FilterError> {
    targets().map(drop)
}

fn targets() -> Result<Targets, FilterError> {
    let rust_log = std::env::var("RUST_LOG").ok();
    match rust_log.filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|_| FilterError(text)),
        None => Ok(Targets::new()
            .with_default(Level::WARN)
            .with_target(env!("CARGO_CRATE_NAME"), Level::INFO)
            // What matters of the connection to NATS is said in our own words.
            .with_target("async_nats", LevelFilter::OFF)
            // They call every malformed request an error or a warning, and anyone can send those.
            .with_target("actix_http", LevelFilter::OFF)
            .with_target("stun_types", LevelFilter::OFF)
            .with_target("turn_types", LevelFilter::OFF)),
    }
}
