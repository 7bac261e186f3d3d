//! Who may open a socket now, and whose join is taken.
//!
//! What is there goes on in any case: nothing here ends a socket, and `/health` and `/metrics` are never refused. Then
//! comes who returns to a seat that is kept, then everybody else. Above [`CapSettings::connections`] a part of as many
//! again is left for those who return; who opens a socket there and asks for a new seat is told so (`server_busy`, 1013),
//! which a page can read other than the 503 of a handshake.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use banter_protocol::time::Timestamp;

use crate::{metrics::handshakes::RefusedHandshake, open_files};

use self::{
    addresses::{AddressRefusal, AddressTable},
    forwarded::Client,
    queued::QueuedBytes,
};

mod addresses;
mod forwarded;
mod handshake;
mod prefix;
pub(crate) mod queued;

pub use addresses::AddressLimits;
pub use forwarded::{ForwardedHeader, ProxySettings};
pub(crate) use prefix::AddressPrefix;

/// What all sockets together may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapSettings {
    /// Sockets. `None` is 20,000, or as many as the system has files for where that is less.
    pub connections: Option<usize>,
    /// Rooms.
    pub rooms: usize,
    /// Bytes that wait for sockets to take them.
    pub queued_bytes: usize,
}

impl Default for CapSettings {
    fn default() -> Self {
        Self {
            connections: None,
            rooms: 20_000,
            queued_bytes: 256 * 1024 * 1024,
        }
    }
}

/// Sockets, where nothing is set and the system has files for them.
const DEFAULT_CONNECTIONS: usize = 20_000;

impl CapSettings {
    /// Where the system allows fewer open files than the sockets need, fewer sockets are better than a server that cannot
    /// even say that it is full. Gives what the operator should know, where more was asked for.
    pub(crate) fn fit_into(&mut self, files: Option<u64>) -> Option<String> {
        let files = files?;
        let most = open_files::sockets_within(files) * RETURNING_SHARE / (RETURNING_SHARE + 1);
        let asked = self.connections;
        if asked.unwrap_or(DEFAULT_CONNECTIONS) <= most {
            return None;
        }
        self.connections = Some(most.max(1));
        asked.map(|asked| {
            format!(
                "this system allows {files} open files, enough for {most} sockets: allow more (ulimit -n, LimitNOFILE=) \
                 or lower --max-connections, now {asked}"
            )
        })
    }

    /// How many sockets there may be, but for those of who returns.
    fn connections(&self) -> usize {
        self.connections.unwrap_or(DEFAULT_CONNECTIONS)
    }

    /// Connections for each worker, so that health and pages are answered though every socket is taken.
    pub(crate) fn connections_below(&self) -> usize {
        const FOR_HTTP: usize = 2_048;
        let returning = self.connections().div_ceil(RETURNING_SHARE);
        self.connections()
            .saturating_add(returning)
            .saturating_add(FOR_HTTP)
    }
}

/// Who may connect, and how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdmissionSettings {
    /// What one address may do.
    pub per_address: AddressLimits,
    /// Whose word about addresses is taken.
    pub proxies: ProxySettings,
    /// What all together may do.
    pub caps: CapSettings,
}

/// One of so many sockets above the cap is for who returns.
const RETURNING_SHARE: usize = 16;

/// Clients are told to come back between the first and the second of these.
const COME_BACK: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(15));

/// Counts who is there.
#[derive(Debug)]
pub(crate) struct Admission {
    settings: AdmissionSettings,
    addresses: Option<Mutex<AddressTable>>,
    sockets: AtomicUsize,
    has_warned: AtomicBool,
    /// What waits for all sockets.
    pub(crate) queued: Arc<QueuedBytes>,
}

/// A socket counts for as long as this lives.
#[derive(Debug)]
pub(crate) struct Admitted {
    admission: Arc<Admission>,
    prefix: Option<AddressPrefix>,
    admittance: Admittance,
    clock: crate::clock::Clock,
}

/// Which joins are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admittance {
    /// All.
    Everybody,
    /// Those with the `resume` of a seat that is kept.
    OnlyReturning,
}

/// No socket now; worth a try after so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    cause: RefusedHandshake,
    retry_after: Duration,
}

impl Admission {
    pub(crate) fn new(settings: AdmissionSettings) -> Self {
        let limits = settings.per_address;
        let addresses =
            (limits != AddressLimits::OFF).then(|| Mutex::new(AddressTable::new(limits)));
        Self {
            queued: Arc::new(QueuedBytes::new(settings.caps.queued_bytes)),
            settings,
            addresses,
            sockets: AtomicUsize::new(0),
            has_warned: AtomicBool::new(false),
        }
    }

    /// How many rooms there may be.
    pub(crate) fn most_rooms(&self) -> usize {
        self.settings.caps.rooms
    }

    /// How long a client is told to stay away for.
    pub(crate) fn come_back() -> Duration {
        crate::random::jitter(COME_BACK)
    }

    /// Counts one more socket, which must wait for so long before it is opened.
    fn admit(
        self: Arc<Self>,
        clock: crate::clock::Clock,
        address: Option<IpAddr>,
    ) -> Result<(Admitted, Duration), Refused> {
        let most = self.settings.caps.connections();
        let returning = most.div_ceil(RETURNING_SHARE);
        let before = self.sockets.fetch_add(1, Relaxed);
        // From here on it is counted, and dropping it takes it from the count.
        let mut admitted = Admitted {
            prefix: None,
            admittance: if before < most {
                Admittance::Everybody
            } else {
                Admittance::OnlyReturning
            },
            clock,
            admission: self,
        };
        if before >= most.saturating_add(returning) {
            return Err(Refused {
                cause: RefusedHandshake::Full,
                retry_after: Self::come_back(),
            });
        }
        let wait = admitted.count_address(clock.now(), address.map(AddressPrefix::from))?;
        Ok((admitted, wait))
    }

    /// Tells the operator once that a proxy is not set up as it should be.
    fn warn(&self, words: &str) {
        if !self.has_warned.swap(true, Relaxed) {
            tracing::warn!("{words}");
        }
    }
}

impl Admitted {
    /// Which joins are taken from this socket now.
    pub(crate) fn admittance(&self) -> Admittance {
        if self.admission.queued.is_over() {
            Admittance::OnlyReturning
        } else {
            self.admittance
        }
    }

    fn count_address(
        &mut self,
        now: Timestamp,
        prefix: Option<AddressPrefix>,
    ) -> Result<Duration, Refused> {
        let (Some(addresses), Some(prefix)) = (&self.admission.addresses, prefix) else {
            return Ok(Duration::ZERO);
        };
        let admitted = lock(addresses).admit(now, prefix);
        let (cause, retry_after) = match admitted {
            Ok(wait) => {
                self.prefix = Some(prefix);
                return Ok(wait);
            }
            Err(AddressRefusal::TooMany) => {
                (RefusedHandshake::AddressHasTooMany, Admission::come_back())
            }
            Err(AddressRefusal::TooFast(wait)) => (RefusedHandshake::AddressTooFast, wait),
            Err(AddressRefusal::TableFull) => {
                (RefusedHandshake::TooManyAddresses, Admission::come_back())
            }
        };
        Err(Refused { cause, retry_after })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.admission.sockets.fetch_sub(1, Relaxed);
        if let (Some(addresses), Some(prefix)) = (&self.admission.addresses, self.prefix) {
            lock(addresses).release(self.clock.now(), prefix);
        }
    }
}

/// A panic while it was held leaves counts that are off by one at most.
fn lock(addresses: &Mutex<AddressTable>) -> std::sync::MutexGuard<'_, AddressTable> {
    addresses.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    /// Promise 44.
    #[test]
    fn above_the_cap_only_who_returns_and_then_nobody() {
        let admission = Arc::new(Admission::new(AdmissionSettings {
            caps: CapSettings {
                connections: Some(32),
                ..CapSettings::default()
            },
            ..AdmissionSettings::default()
        }));
        let clock = Clock::start();
        let admit = || {
            Arc::clone(&admission)
                .admit(clock, None)
                .map(|(admitted, _)| admitted)
        };
        let mut inside: Vec<Admitted> = (0..34).map(|_| admit().unwrap()).collect();
        let returning = inside
            .iter()
            .filter(|admitted| admitted.admittance() == Admittance::OnlyReturning);
        assert_eq!(returning.count(), 2);
        assert_eq!(
            admit().map_err(|refused| refused.cause).unwrap_err(),
            RefusedHandshake::Full
        );
        inside.pop();
        assert!(admit().is_ok(), "who was refused does not count");
        inside.truncate(31);
        assert_eq!(admit().unwrap().admittance(), Admittance::Everybody);
    }
}
