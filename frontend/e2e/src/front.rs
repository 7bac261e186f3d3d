//! The proxies that operators put before the server, run with the very files of `docs/hosting/`.

use std::{
    env, fmt,
    fs::{self, File},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use crate::{
    patience::eventually,
    process_tree,
    server::{free_port, repository},
};

/// Which proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontKind {
    /// nginx, with `docs/hosting/nginx.conf`.
    Nginx,
    /// Caddy, with `docs/hosting/Caddyfile`.
    Caddy,
    /// HAProxy, with `docs/hosting/haproxy.cfg`.
    HaProxy,
}

impl FrontKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nginx, Self::Caddy, Self::HaProxy];
}

impl fmt::Display for FrontKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// A running proxy with TLS before a server on this machine. Ended when dropped.
#[derive(Debug)]
pub struct Front {
    port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

impl Front {
    /// Starts one before the server on this port.
    pub fn start(kind: FrontKind, backend: u16) -> Self {
        Self::start_edited(kind, backend, |text| text)
    }

    /// The same, with a mistake in its configuration.
    pub fn start_edited(
        kind: FrontKind,
        backend: u16,
        edit: impl FnOnce(String) -> String,
    ) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("banter-front-")
            .tempdir()
            .unwrap();
        let port = free_port();
        let places = Places {
            folder: folder.path(),
            backend,
            port,
            plain_port: free_port(),
        };
        places.write_certificate();
        let command = match kind {
            FrontKind::Nginx => places.nginx(edit),
            FrontKind::Caddy => places.caddy(edit),
            FrontKind::HaProxy => places.haproxy(edit),
        };
        let log = File::create(folder.path().join("log")).unwrap();
        let process = places.spawn(kind, command, log);
        let front = Self {
            port,
            folder,
            process,
        };
        let listens = eventually(|| TcpStream::connect(("127.0.0.1", port)).ok());
        assert!(listens.is_ok(), "{kind} does not listen:\n{}", front.log());
        front
    }

    /// `https://127.0.0.1:PORT`, with a certificate that nobody trusts.
    pub fn origin(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        process_tree::signal("TERM", &[self.process.id()]);
        if eventually(|| self.process.try_wait().unwrap()).is_err() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
        if thread::panicking() {
            eprintln!("--- log of the proxy ---\n{}", self.log());
        }
    }
}

/// What stands in a test instead of an operator's ports and paths.
struct Places<'a> {
    folder: &'a Path,
    backend: u16,
    port: u16,
    plain_port: u16,
}

impl Places<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write_certificate(&self) {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        fs::write(self.path("both.pem"), format!("{certificate}{key}")).unwrap();
        fs::write(self.path("cert.pem"), certificate).unwrap();
        fs::write(self.path("key.pem"), key).unwrap();
    }

    /// A file of `docs/hosting/` with each of these replaced, which must all be there.
    fn configuration(&self, name: &str, replacements: &[(&str, String)]) -> String {
        let file = repository().join("docs/hosting").join(name);
        let mut text = fs::read_to_string(file).unwrap();
        let backend = ("127.0.0.1:8080", format!("127.0.0.1:{}", self.backend));
        for (from, to) in replacements.iter().chain([&backend]) {
            assert!(text.contains(from), "{name} has no {from:?} any more");
            text = text.replace(from, to);
        }
        text
    }

    fn nginx(&self, edit: impl FnOnce(String) -> String) -> Vec<String> {
        let (port, plain) = (self.port, self.plain_port);
        let path = |name: &str| self.path(name).display().to_string();
        let site = self.configuration(
            "nginx.conf",
            &[
                ("listen 80;", format!("listen 127.0.0.1:{plain};")),
                ("listen [::]:80;", format!("listen [::1]:{plain};")),
                ("listen 443 ssl;", format!("listen 127.0.0.1:{port} ssl;")),
                ("listen [::]:443 ssl;", format!("listen [::1]:{port} ssl;")),
                (
                    "/etc/letsencrypt/live/chat.example.org/fullchain.pem",
                    path("cert.pem"),
                ),
                (
                    "/etc/letsencrypt/live/chat.example.org/privkey.pem",
                    path("key.pem"),
                ),
            ],
        );
        fs::write(self.path("site.conf"), edit(site)).unwrap();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {};\n", path(name)))
            .concat();
        let whole = format!(
            "daemon off;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\n{temporary}include {};\n}}\n",
            path("pid"),
            path("site.conf")
        );
        fs::write(self.path("nginx.conf"), whole).unwrap();
        ["nginx", "-e", "stderr", "-c", &path("nginx.conf")]
            .map(str::to_owned)
            .to_vec()
    }

    fn caddy(&self, edit: impl FnOnce(String) -> String) -> Vec<String> {
        let site = self.configuration(
            "Caddyfile",
            &[(
                "chat.example.org {",
                format!(
                    "https://127.0.0.1:{} {{\n\ttls {} {}",
                    self.port,
                    self.path("cert.pem").display(),
                    self.path("key.pem").display()
                ),
            )],
        );
        // Without these a test would write to the system's store of certificates and take its ports.
        let own = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n";
        let file = self.path("Caddyfile");
        fs::write(&file, format!("{own}{}", edit(site))).unwrap();
        let file = file.display().to_string();
        ["caddy", "run", "--adapter", "caddyfile", "--config", &file]
            .map(str::to_owned)
            .to_vec()
    }

    fn haproxy(&self, edit: impl FnOnce(String) -> String) -> Vec<String> {
        let certificate = self.path("both.pem").display().to_string();
        let text = self.configuration(
            "haproxy.cfg",
            &[
                (
                    "bind :80\n",
                    format!("bind 127.0.0.1:{}\n", self.plain_port),
                ),
                ("bind :443 ", format!("bind 127.0.0.1:{} ", self.port)),
                ("/etc/haproxy/certs/chat.example.org.pem", certificate),
            ],
        );
        let file = self.path("haproxy.cfg");
        fs::write(&file, edit(text)).unwrap();
        ["haproxy", "-db", "-f", &file.display().to_string()]
            .map(str::to_owned)
            .to_vec()
    }

    fn spawn(&self, kind: FrontKind, command: Vec<String>, log: File) -> Child {
        let mut words = command.into_iter();
        // Debian keeps servers where users do not look.
        let search = env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
        Command::new(words.next().expect("a program"))
            .args(words)
            .env("PATH", search)
            .env("HOME", self.folder)
            .env("XDG_DATA_HOME", self.folder)
            .env("XDG_CONFIG_HOME", self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {kind}: {error}; `make test` installs it"))
    }
}
