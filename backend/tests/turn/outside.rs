//! Programs of coturn's: the server, and the client that tries servers.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::harness::PATIENCE;

/// A port that is free for TCP and UDP just now.
pub(crate) fn free_port() -> u16 {
    loop {
        let tcp = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = tcp.local_addr().unwrap().port();
        if std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A running `turnserver`, killed when dropped.
pub(crate) struct Coturn {
    pub(crate) port: u16,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Coturn {
    /// With this configuration file, on loopback, and with this secret.
    pub(crate) fn start(configuration: &str, secret: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let child = Command::new("turnserver")
            .args(["-c", configuration, "--static-auth-secret", secret])
            .args(["--listening-ip=127.0.0.1", "--listening-ip=::1"])
            .args(["--relay-ip=127.0.0.1", "--relay-ip=::1"])
            .arg(format!("--listening-port={port}"))
            .arg(format!("--tls-listening-port={}", free_port()))
            .args(["--pidfile", &path("pid"), "--userdb", &path("db")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("coturn: .ci/test-tools.sh installs it");
        let server = Self {
            port,
            child,
            _folder: folder,
        };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        let deadline = std::time::Instant::now() + PATIENCE;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        while std::net::TcpStream::connect(address).is_err() {
            assert!(
                std::time::Instant::now() < deadline,
                "coturn does not listen"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A name and its password.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) username: String,
    pub(crate) password: String,
}

/// Made by openssl, which knows nothing of this project's code; ends so many seconds from now.
pub(crate) fn credentials(secret: &str, seconds_from_now: i64) -> Credentials {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let expiry = i64::try_from(now.as_secs()).unwrap() + seconds_from_now;
    let username = format!("{expiry}:outside");
    let script = "printf %s \"$1\" | openssl dgst -sha1 -hmac \"$2\" -binary | openssl base64 -A";
    let output = Command::new("sh")
        .args(["-c", script, "sh", &username, secret])
        .output()
        .unwrap();
    Credentials {
        username,
        password: String::from_utf8(output.stdout).unwrap(),
    }
}

/// What a relay is asked to do.
pub(crate) struct Client<'a> {
    pub(crate) server: SocketAddr,
    pub(crate) credentials: &'a Credentials,
    /// More of turnutils_uclient's flags: `-t` for TCP, `-y` for two clients that talk to each other.
    pub(crate) flags: &'a [&'a str],
}

/// How far it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No relay: these credentials do not let it in, or there are too many.
    NoAllocation,
    /// A relay, but this peer is forbidden (403).
    Forbidden,
    /// A relay that may talk to the peer, which did not answer.
    Silent,
    /// Everything came back.
    Echoed,
}

impl Client<'_> {
    /// Asks for a relay, has it talk to this peer, and says how far that went.
    pub(crate) async fn talk_to(&self, peer: SocketAddr) -> Outcome {
        let (ip, port) = (peer.ip().to_string(), peer.port().to_string());
        self.run(&["-e", &ip, "-r", &port], "20").await
    }

    /// The same, but whether the peer answers does not matter.
    pub(crate) async fn reach_for(&self, peer: IpAddr) -> Outcome {
        self.run(&["-e", &peer.to_string()], "5").await
    }

    /// Asks for relays that talk to each other.
    pub(crate) async fn talk_to_itself(&self) -> Outcome {
        self.run(&["-y"], "20").await
    }

    /// It begins after up to five seconds, and waits for silent peers for minutes.
    async fn run(&self, more: &[&str], seconds: &str) -> Outcome {
        let output = tokio::process::Command::new("timeout")
            .args([seconds, "turnutils_uclient", "-c", "-n", "3"])
            .args(["-u", &self.credentials.username])
            .args(["-w", &self.credentials.password])
            .args(["-p", &self.server.port().to_string()])
            .args(["-m", "1"])
            .args(self.flags)
            .args(more)
            .arg(self.server.ip().to_string())
            .output()
            .await
            .expect("coturn's tools: .ci/test-tools.sh installs them");
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        outcome(&said)
    }
}

fn outcome(said: &str) -> Outcome {
    let has = |words: &str| said.contains(words);
    if has("Cannot complete Allocation") || has("error 486") {
        Outcome::NoAllocation
    } else if has("error 403") {
        Outcome::Forbidden
    } else if has("Total lost packets 0 (0.000000%)") {
        Outcome::Echoed
    } else if has("tot_send_msgs=") {
        // For whoever expected an answer.
        eprintln!("{said}");
        Outcome::Silent
    } else {
        panic!("neither let in nor refused: {said}")
    }
}

/// A peer that sends back whatever it gets, for as long as the test runs. Its port is none of those of relays, since
/// at the relays' own address these are only for relays.
pub(crate) async fn echo() -> SocketAddr {
    let ports = std::iter::repeat_with(free_port);
    let port = ports.take(100).find(|port| *port < 49_152).unwrap();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let socket = tokio::net::UdpSocket::bind(address).await.unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 2_048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let _ = socket.send_to(&buffer[..length], from).await;
        }
    });
    address
}
