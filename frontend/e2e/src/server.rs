//! The real server with the real app, on a port of its own.

use std::{
    env,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{patience::eventually, process_tree};

/// A running server; killed when dropped. Its log is shown when the test fails.
#[derive(Debug)]
pub struct Server {
    host: String,
    port: u16,
    flags: Vec<String>,
    log: tempfile::NamedTempFile,
    process: Option<Child>,
}

impl Server {
    /// Starts a server with its defaults.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with these flags besides `--addr`.
    pub fn start_with(flags: &[&str]) -> Self {
        Self::start_on("127.0.0.1", free_port(), flags)
    }

    /// Starts a server that others than this machine reach too.
    pub fn start_for_everybody(flags: &[&str]) -> Self {
        Self::start_on("0.0.0.0", free_port(), flags)
    }

    fn start_on(host: &str, port: u16, flags: &[&str]) -> Self {
        let mut server = Self {
            host: host.to_owned(),
            port,
            flags: flags.iter().map(ToString::to_string).collect(),
            log: tempfile::NamedTempFile::new().unwrap(),
            process: None,
        };
        server.start_again();
        server
    }

    /// Starts a server whose WebSocket pages of other origins may use besides its own.
    pub fn start_for_origins(origins: &[&str]) -> Self {
        let port = free_port();
        let own = format!("http://127.0.0.1:{port}");
        let allowed = [&[own.as_str()], origins].concat().join(",");
        Self::start_on(
            "127.0.0.1",
            port,
            &["--allowed-origins", &allowed, "--rate-limit", "off"],
        )
    }

    /// Starts the server again after [`Server::kill`] or [`Server::terminate`], on the same port.
    pub fn start_again(&mut self) {
        assert!(self.process.is_none(), "the server is running already");
        let (binary, folder) = program();
        let log = File::options().append(true).open(self.log.path()).unwrap();
        let process = Command::new(&binary)
            .args(["--addr", &format!("{}:{}", self.host, self.port)])
            .args(&self.flags)
            // A flag of the test's own counts before it.
            .envs(folder.map(|folder| ("BANTER_APP_DIR", folder)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot start {}: {error}; `make test` builds it",
                    binary.display()
                )
            });
        self.process = Some(process);
        let health = format!("{}/health", self.origin());
        eventually(|| ureq::get(&health).call().ok())
            .unwrap_or_else(|_| panic!("the server did not come up; its log:\n{}", self.log()));
    }

    /// Ends the server at once (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Asks the server to end (SIGTERM) and waits until it has, at most the 15 s that the contract gives it.
    pub fn terminate(&mut self) {
        let mut process = self.process.take().expect("the server is running");
        process_tree::signal("TERM", &[process.id()]);
        let end = crate::within(Duration::from_secs(15), || process.try_wait().unwrap());
        let status = end.unwrap_or_else(|_| {
            let _ = process.kill();
            panic!(
                "the server did not end within 15 s of SIGTERM; its log:\n{}",
                self.log()
            );
        });
        assert!(
            status.success(),
            "the server ended with {status}; its log:\n{}",
            self.log()
        );
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The folder with the web app that the server serves.
    fn web_folder() -> PathBuf {
        target().join(if Self::is_release() {
            "web"
        } else {
            "web-test"
        })
    }

    /// Whether tests run what `make build` makes.
    pub fn is_release() -> bool {
        env::var_os("BANTER_BIN").is_some()
    }

    /// Copies the web app into a folder that a server can read at each request (`--app-dir`).
    pub fn copy_app(folder: &Path) {
        copy(&Self::web_folder(), folder);
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything that the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!(
                "--- log of the server on port {} ---\n{}",
                self.port,
                self.log()
            );
        }
    }
}

/// A port that nobody listens on. Another process could take it before the caller does; tests that run side by
/// side ask the kernel, which hands out ports in turn.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("frontend/e2e lies two folders deep")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// `$BANTER_BIN` with the app that is inside it, or the development build with the app of `banter-bundler build --test`:
/// the same sources without the long optimisation at the end.
fn program() -> (PathBuf, Option<PathBuf>) {
    let built = || (target().join("debug/banter"), Some(Server::web_folder()));
    env::var_os("BANTER_BIN").map_or_else(built, |given| (given.into(), None))
}

/// Where cargo and the bundler put what they make.
pub(crate) fn target() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    repository().join(target)
}
