//! A `nats-server` of a test's own.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::harness::PATIENCE;

/// Ended when dropped.
pub(crate) struct Nats {
    address: SocketAddr,
    arguments: Vec<String>,
    server: Option<Child>,
}

impl Nats {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// With these arguments besides.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut nats = Self::not_yet();
        nats.arguments = arguments.iter().map(ToString::to_string).collect();
        nats.begin();
        nats
    }

    /// An address at which nobody listens until [`Self::begin`].
    pub(crate) fn not_yet() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            address: free.local_addr().unwrap(),
            arguments: Vec::new(),
            server: None,
        }
    }

    /// Starts it, again if it ran before, and waits until it listens.
    pub(crate) fn begin(&mut self) {
        let port = self.address.port().to_string();
        let server = Command::new(program())
            .args(["--addr", "127.0.0.1", "--port", &port])
            .args(&self.arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server can be started; `make test` installs it");
        self.server = Some(server);
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < deadline, "nats-server does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// From one moment to the next it is not there.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// For `--backplane`.
    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Debian has it where only root looks.
fn program() -> &'static Path {
    let debian = Path::new("/usr/sbin/nats-server");
    if debian.exists() {
        debian
    } else {
        Path::new("nats-server")
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}
