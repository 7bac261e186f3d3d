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
    /// No relay: these credentials do not let it in.
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
    pub(crate) fn talk_to(&self, peer: IpAddr, port: u16) -> Outcome {
        let (peer, port) = (peer.to_string(), port.to_string());
        self.run(&["-e", &peer, "-r", &port])
    }

    /// Asks for relays that talk to each other.
    pub(crate) fn talk_to_itself(&self) -> Outcome {
        self.run(&["-y"])
    }

    fn run(&self, more: &[&str]) -> Outcome {
        let output = Command::new("timeout")
            // It goes on asking a silent server for minutes.
            .args(["8", "turnutils_uclient", "-c", "-n", "3", "-m", "1"])
            .args(["-u", &self.credentials.username])
            .args(["-w", &self.credentials.password])
            .args(["-p", &self.server.port().to_string()])
            .args(self.flags)
            .args(more)
            .arg(self.server.ip().to_string())
            .output()
            .expect("coturn's tools: .ci/test-tools.sh installs them");
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        outcome(&said)
    }
}

fn outcome(said: &str) -> Outcome {
    let has = |words: &str| said.contains(words);
    if has("Cannot complete Allocation") {
        Outcome::NoAllocation
    } else if has("error 403") {
        Outcome::Forbidden
    } else if has("Total lost packets 0 (0.000000%)") && !has("tot_recv_msgs=0\n0: : Total") {
        Outcome::Echoed
    } else if has("tot_send_msgs=") {
        Outcome::Silent
    } else {
        panic!("neither let in nor refused: {said}")
    }
}
