//! When the certificate is read again: at SIGHUP, and when its files have changed.
//!
//! Tools that renew certificates replace files, links or whole folders. Looking at the content now and then sees
//! all of that, where a notice of the file system sees the one or the other.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use super::{Reload, Tls};

/// Looks for ever. To be spawned.
pub(crate) async fn reload_when_changed(tls: Arc<Tls>, every: Duration) {
    let mut looks = interval(every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    looks.tick().await;
    loop {
        looks.tick().await;
        reload(&tls).await;
    }
}

/// Reads it again at every SIGHUP, for ever. To be spawned.
#[cfg(unix)]
pub(crate) async fn reload_at_hangup(tls: Arc<Tls>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        return;
    };
    while hangup.recv().await.is_some() {
        if reload(&tls).await == Some(Reload::Unchanged) {
            info!("the certificate has not changed");
        }
    }
}

async fn reload(tls: &Arc<Tls>) -> Option<Reload> {
    let reading = Arc::clone(tls);
    match actix_web::web::block(move || reading.reload()).await.ok()? {
        Ok(Reload::Replaced) => {
            let until = tls.valid_until().map(|time| time.to_string());
            info!(
                until = until.unwrap_or_default(),
                "a new certificate is in use"
            );
            Some(Reload::Replaced)
        }
        Ok(Reload::Unchanged) => Some(Reload::Unchanged),
        Err(error) => {
            warn!("the certificate stays as it is: {error}");
            None
        }
    }
}
