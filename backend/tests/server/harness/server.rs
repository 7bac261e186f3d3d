//! A server inside the test's process, on a thread of its own.

use std::{net::SocketAddr, sync::Arc, sync::mpsc, thread, time::Duration};

use banter_backend::{
    Server,
    admission::{AddressLimits, AdmissionSettings},
    config::{Settings, Timings},
    metrics::Metrics,
    server::Drain,
};

/// Shut down when dropped.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) drain: Drain,
    thread: Option<thread::JoinHandle<()>>,
}

/// As an operator who has set nothing gets it, on a free port, and quick to shut down. Everybody in a test comes from the
/// same address, so that its limits are lifted.
pub(crate) fn settings() -> Settings {
    let timings = Timings {
        drain_at_least: Duration::ZERO,
        ..Timings::default()
    };
    Settings {
        addresses: vec![([127, 0, 0, 1], 0).into()],
        timings,
        admission: AdmissionSettings {
            per_address: AddressLimits::OFF,
            ..AdmissionSettings::default()
        },
        ..Settings::default()
    }
}

impl TestServer {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// With some settings changed.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = Server::bind(settings).unwrap();
                started
                    .send((server.addresses()[0], server.metrics(), server.drain()))
                    .unwrap();
                server.serve().await.unwrap();
            });
        });
        let (address, metrics, drain) = start.recv().unwrap();
        Self {
            address,
            metrics,
            drain,
            thread: Some(thread),
        }
    }

    /// Its own origin.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until it has shut down.
    pub(crate) fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.drain.start();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
