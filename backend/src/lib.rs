//! The signaling server of Banter: it introduces browsers to each other, and serves the web app.
//!
//! The rules are in `banter_protocol::signaling`; here they get sockets, actors, clocks and randomness. One task
//! owns each WebSocket, one actor runs each room, one registry makes and drops the rooms.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod admission;
mod backplane;
mod clock;
pub mod config;
pub mod connection;
#[cfg(test)]
mod fault;
pub mod health_check;
mod http;
mod ice_servers;
mod listening;
pub mod logging;
pub mod metrics;
pub mod open_files;
mod random;
mod room;
pub mod server;
mod shared;
pub mod tls;
mod turn;
mod wire;

pub use server::Server;

use config::Settings;

/// Serves until SIGTERM or SIGINT, then drains. A second signal ends it at once.
///
/// # Errors
///
/// The address cannot be had, or the listener failed later.
pub async fn run(mut settings: Settings) -> Result<(), RunError> {
    let warning = settings.admission.caps.fit_into(open_files::raise_limit());
    let (scheme, tls) = (settings.scheme(), settings.tls.clone());
    let server = Server::bind(settings)?;
    if let Some(warning) = warning {
        tracing::warn!("{warning}");
    }
    for address in server.addresses() {
        tracing::info!("listening on {scheme}://{address}");
    }
    #[cfg(unix)]
    if let Some(tls) = tls {
        actix_web::rt::spawn(tls::reload_at_hangup(tls));
    }
    let drain = server.drain();
    actix_web::rt::spawn(async move {
        if signal().await.is_ok() {
            drain.start();
        }
        if signal().await.is_ok() {
            tracing::warn!("stopped by a second signal");
            std::process::exit(1);
        }
    });
    Ok(server.serve().await?)
}

/// Why a server ended before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It never began.
    #[error(transparent)]
    Bind(#[from] server::BindError),
    /// It failed later.
    #[error("the server failed: {0}")]
    Serve(#[from] std::io::Error),
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
