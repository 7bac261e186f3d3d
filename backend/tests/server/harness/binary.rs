//! The program itself, as an operator starts it.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStderr, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::PATIENCE;

/// A running `banter`, killed when dropped.
pub(crate) struct Binary {
    pub(crate) address: SocketAddr,
    child: Child,
    log: mpsc::Receiver<String>,
}

/// The command, without the settings of whoever runs the tests.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banter"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BANTER_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command
}

impl Binary {
    /// Starts it on a free port with these arguments besides.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", arguments)
    }

    /// Starts it at this address with these arguments besides.
    pub(crate) fn start_at(address: &str, arguments: &[&str]) -> Self {
        let mut command = command();
        command.args(["--addr", address]).args(arguments);
        Self::run(command)
    }

    /// Starts it in this folder, which it is told is its home and for temporary files too.
    pub(crate) fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command();
        command.args(["--addr", "127.0.0.1:0"]).args(arguments);
        // Where the test itself writes to is nothing of the program's.
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
            command.env(name, folder);
        }
        Self::run(command)
    }

    fn run(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let address = listening_address(&mut stderr);
        let (lines, log) = mpsc::channel();
        thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            address,
            child,
            log,
        }
    }

    /// Asks it to shut down.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it this signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let signal = format!("-{name}");
        let sent = Command::new("kill").args([&signal, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it logs a line with these words.
    pub(crate) fn logs(&self, words: &str) {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            let line = self.log.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("it never logs {words:?}"));
            if line.contains(words) {
                return;
            }
        }
    }

    /// How many files and sockets it has open.
    #[cfg(target_os = "linux")]
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count()
    }

    /// Waits until it has ended; gives its exit code.
    pub(crate) async fn exit_code(&mut self) -> Option<i32> {
        self.exit_code_within(PATIENCE).await
    }

    pub(crate) async fn exit_code_within(&mut self, within: Duration) -> Option<i32> {
        let poll = async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status.code();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(within, poll)
            .await
            .expect("it does not end")
    }

    /// Every line that it has logged after it began to listen; it must have ended.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.iter().collect()
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listening_address(stderr: &mut BufReader<ChildStderr>) -> SocketAddr {
    let mut read = String::new();
    loop {
        let before = read.len();
        assert_ne!(
            stderr.read_line(&mut read).unwrap(),
            0,
            "it does not listen: {read}"
        );
        if let Some((_, address)) = read[before..].split_once("://") {
            let is_address = |c: char| c.is_ascii_digit() || matches!(c, '.' | ':');
            let end = address.find(|c| !is_address(c)).unwrap_or(address.len());
            return address[..end].parse().unwrap();
        }
    }
}

/// Runs it where it must end by itself at once.
pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut child = command()
        .args(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = std::time::Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        if std::time::Instant::now() > deadline {
            child.kill().unwrap();
            let mut log = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut log)
                .unwrap();
            panic!("it does not end: {log}");
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}
