//! A network of a test's own, in which this machine gets whatever addresses it likes: a namespace of Linux's, in which the
//! test runs once more, with a neighbour in another one that sends back what it gets.

use std::{
    env,
    net::UdpSocket,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use crate::harness::PATIENCE;

/// At which the neighbour, and whatever else in here, sends back what it gets.
pub(crate) const ECHO_PORT: u16 = 3_480;

/// Tells the program which part it plays.
const PART: &str = "BANTER_TEST_PART";

/// Has `host` run in a network of its own, and pass there. `test` is the name of the test that calls this.
pub(crate) fn within(test: &str, host: impl FnOnce()) {
    match env::var(PART).as_deref() {
        Ok("host") => {
            ip("link set lo up");
            host();
        }
        Ok("neighbour") => be_the_neighbour(),
        Ok(other) => panic!("no part: {other}"),
        Err(_) => play_the_host(test),
    }
}

/// Where nobody but root may make networks, that is said and nothing is shown.
fn play_the_host(test: &str) {
    let is_root = rustix::process::geteuid().is_root();
    let flags: &[&str] = match is_root {
        true => &["--net"],
        false => &["--net", "--map-root-user"],
    };
    let try_out = Command::new("unshare").args(flags).arg("true").output();
    if !is_root && !try_out.expect("unshare, of util-linux").status.success() {
        eprintln!("not tried: this system lets only root make network namespaces");
        return;
    }
    let played = part("host", test, flags).status().unwrap();
    assert!(played.success(), "{test}, in a network of its own");
}

fn part(part: &str, test: &str, flags: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(flags).arg(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(PART, part);
    command
}

/// Runs `ip` with these words.
pub(crate) fn ip(words: &str) {
    assert!(try_ip(words), "ip {words}");
}

/// Debian keeps it where only root looks.
fn try_ip(words: &str) -> bool {
    let path = env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let mut command = Command::new("ip");
    let status = command.args(words.split(' ')).env("PATH", path).status();
    status.expect("ip: .ci/test-tools.sh installs it").success()
}

/// Another machine, at the other end of a cable. Killed when dropped.
pub(crate) struct Neighbour(Child);

impl Neighbour {
    pub(crate) const IPV4: &str = "203.0.113.2";
    pub(crate) const IPV6: &str = "2001:db8:113::2";

    /// This machine then has 203.0.113.1 and 2001:db8:113::1.
    pub(crate) fn start(test: &str) -> Self {
        let neighbour = Self(part("neighbour", test, &["--net"]).spawn().unwrap());
        let id = neighbour.0.id();
        let network = |process: &str| {
            std::fs::read_link(PathBuf::from("/proc").join(process).join("ns/net")).ok()
        };
        wait_until("it has a network of its own", || {
            network(&id.to_string()).is_some_and(|its| Some(its) != network("self"))
        });
        ip(&format!(
            "link add cable type veth peer name cable netns {id}"
        ));
        ip("address add 203.0.113.1/24 dev cable");
        ip("address add 2001:db8:113::1/64 dev cable nodad");
        ip("link set cable up");
        neighbour
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn be_the_neighbour() {
    ip("link set lo up");
    wait_until("the cable is there", || {
        Path::new("/proc/self/net/dev_snmp6/cable").exists()
    });
    ip("address add 203.0.113.2/24 dev cable");
    ip("address add 2001:db8:113::2/64 dev cable nodad");
    ip("link set cable up");
    echo_everywhere().join().unwrap();
}

/// Sends back whatever arrives at [`ECHO_PORT`] of any address of this machine's.
pub(crate) fn echo_everywhere() -> thread::JoinHandle<()> {
    let socket = UdpSocket::bind(("::", ECHO_PORT)).unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 2_048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..length], from);
        }
    })
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
