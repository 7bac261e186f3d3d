//! Who is measured: the release binary and the bare relay, each as a process of its own on a core of its own.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::{CpuSet, sched_setaffinity},
};

/// Measured, or the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    Banter,
    Bare,
}

/// A running server, ended when dropped.
pub(crate) struct Server {
    pub(crate) contender: Contender,
    pub(crate) address: SocketAddr,
    process: Child,
}

const SERVERS_CORE: usize = 0;
const LOADS_CORE: usize = 1;

/// Keeps this process on its core, and lets it and the servers open as many sockets as the system allows.
pub(crate) fn pin_the_load() {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, most).unwrap();
    if thread::available_parallelism().unwrap().get() > LOADS_CORE {
        let mut core = CpuSet::new();
        core.set(LOADS_CORE);
        sched_setaffinity(None, &core).unwrap();
    } else {
        println!("  one core only: load and server share it, which hides what the server could do");
    }
}

impl Server {
    pub(crate) fn start(contender: Contender) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .unwrap()
            .port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", &SERVERS_CORE.to_string()]);
        match contender {
            Contender::Banter => {
                command
                    .arg(banter())
                    .args(["--addr", &address.to_string(), "--rate-limit", "off"])
            }
            Contender::Bare => command.arg(beside_this("bare-relay")).arg(port.to_string()),
        };
        let process = command
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("taskset (util-linux) starts");
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "{contender:?} does not listen");
            thread::sleep(Duration::from_millis(5));
        }
        Self {
            contender,
            address,
            process,
        }
    }

    /// Processor time used so far, in seconds (proc_pid_stat(5), fields 14 and 15).
    pub(crate) fn processor_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<f64>().unwrap())
            .sum();
        // Linux gives user space a hundred ticks a second on every architecture (time(7)).
        ticks / 100.0
    }

    /// Memory in use, in bytes.
    pub(crate) fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let kibibytes = line.trim().trim_end_matches(" kB");
        kibibytes.parse::<f64>().unwrap() * 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `$BANTER_BIN`, or the release that lies beside this program.
fn banter() -> PathBuf {
    env::var_os("BANTER_BIN").map_or_else(|| beside_this("banter"), PathBuf::from)
}

fn beside_this(name: &str) -> PathBuf {
    let path = env::current_exe().unwrap().with_file_name(name);
    assert!(
        path.exists(),
        "{} is missing: run make bench",
        path.display()
    );
    path
}
