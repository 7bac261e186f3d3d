//! A browser with a fresh profile, and what it complained about.

use std::{
    collections::BTreeSet,
    env, fmt,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use crate::{
    page::Page,
    process_tree,
    webdriver::{Bidi, DriverProcess, Session, WebDriverError},
};

/// Bursts and soaks run for a while in one script.
const SCRIPT_TIMEOUT_MS: u32 = 110_000;

const PROBE: &str = include_str!("probe.js");

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, or a browser built on it.
    Chromium,
    /// Firefox.
    Firefox,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// A running browser. Clones are the same browser; the last one to go puts it away.
///
/// Every test holds for every browser that it used: no error on the console, no violation of the content
/// security policy, no request to anybody but the test's own servers. That is looked at when the browser is put
/// away, and fails the test there; what a test provokes is excused with [`Browser::excuse`].
///
/// Nothing excuses a secret on the console, at whatever level: see [`Browser::guards`].
#[derive(Clone, Debug)]
pub struct Browser(Arc<Running>);

/// What a browser complained about and whom it talked to.
#[derive(Clone, Debug, Default)]
struct Record {
    /// Everything on the console, also what is no error.
    said: Vec<String>,
    complaints: Vec<String>,
    requests: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Running {
    kind: Kind,
    session: Session,
    /// The window that the browser began with. It stays empty, so that the browser outlives every other.
    first: String,
    /// The window that commands go to now.
    current: Mutex<Option<String>>,
    scripts: Vec<String>,
    bidi: Option<Bidi>,
    record: Mutex<Record>,
    excused: Mutex<Vec<String>>,
    /// What nobody may read on the console.
    guarded: Mutex<BTreeSet<String>>,
    killed: AtomicBool,
    profile: tempfile::TempDir,
    _driver: DriverProcess,
}

impl Browser {
    /// Starts a browser.
    pub fn start(kind: Kind) -> Self {
        Self::start_with(kind, &[])
    }

    /// Starts Chromium.
    pub fn chromium() -> Self {
        Self::start(Kind::Chromium)
    }

    /// Starts Firefox.
    pub fn firefox() -> Self {
        Self::start(Kind::Firefox)
    }

    /// Starts a browser in which these scripts run in every page, before the page's own.
    pub fn start_with(kind: Kind, scripts: &[&str]) -> Self {
        let profile = tempfile::Builder::new()
            .prefix("banter-browser-")
            .tempdir()
            .unwrap();
        let path = profile
            .path()
            .to_str()
            .expect("a temporary folder in plain letters");
        let scripts: Vec<String> = [PROBE]
            .iter()
            .chain(scripts)
            .map(ToString::to_string)
            .collect();
        let (driver, capabilities) = match kind {
            Kind::Chromium => (DriverProcess::chromedriver(), chromium_capabilities(path)),
            Kind::Firefox => (DriverProcess::geckodriver(), firefox_capabilities(path)),
        };
        let session = Session::new(&driver.address(), &capabilities)
            .unwrap_or_else(|error| panic!("cannot start {kind}: {error}"));
        let first = session
            .get("/window")
            .expect("a browser begins with a window");
        let bidi = session.capabilities["webSocketUrl"]
            .as_str()
            .map(|address| Bidi::start(address, &scripts));
        Self(Arc::new(Running {
            kind,
            session,
            first: first.as_str().expect("a handle").to_owned(),
            current: Mutex::default(),
            scripts,
            bidi,
            record: Mutex::default(),
            excused: Mutex::default(),
            guarded: Mutex::default(),
            killed: AtomicBool::new(false),
            profile,
            _driver: driver,
        }))
    }

    /// Which browser this is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Opens a window. Windows share the browser's local storage; each has a session storage of its own.
    pub fn open_window(&self) -> Page {
        let made = self.in_window(&self.0.first, |session| {
            session.post("/window/new", &json!({ "type": "window" }))
        });
        let made = made.unwrap_or_else(|error| panic!("no new window: {error}"));
        let page = Page::new(
            self,
            made["handle"].as_str().expect("a window has a handle"),
        );
        if self.kind() == Kind::Chromium {
            for script in &self.0.scripts {
                page.devtools(
                    "Page.addScriptToEvaluateOnNewDocument",
                    &json!({ "source": script }),
                );
            }
        }
        page
    }

    /// Ends every process of the browser at once (SIGKILL).
    pub fn kill(&self) {
        self.0.killed.store(true, Ordering::Relaxed);
        process_tree::kill_all_naming(&self.0.profile.path().to_string_lossy());
    }

    /// Whether any process of the browser is alive.
    pub fn is_running(&self) -> bool {
        !process_tree::all_naming(&self.0.profile.path().to_string_lossy()).is_empty()
    }

    /// The memory of each process that shows pages, its share of what it shares with others included
    /// (`Pss` of `proc(5)`, smaps); Chromium only.
    pub fn renderer_memory_bytes(&self) -> Vec<u64> {
        process_tree::all_naming(&self.0.profile.path().to_string_lossy())
            .into_iter()
            .filter(|pid| process_tree::command_line(*pid).contains("--type=renderer"))
            .filter_map(process_tree::proportional_memory_bytes)
            .collect()
    }

    /// Excuses complaints that contain `part`, since the test provokes them.
    pub fn excuse(&self, part: &str) {
        self.0.excused.lock().unwrap().push(part.to_owned());
    }

    /// Has the console searched for something that only people in a private room may know: what they say and are called, the
    /// room's secret, keys. It counts where it stands as a word of its own.
    pub fn guards(&self, secret: &str) {
        if !secret.trim().is_empty() {
            self.0.guarded.lock().unwrap().insert(secret.to_owned());
        }
    }

    /// Forgets what is guarded, for a test of this very search.
    pub fn forgives_leaks(&self) {
        self.0.guarded.lock().unwrap().clear();
    }

    /// Excuses what a browser itself writes on the console when a server is not there.
    pub fn excuse_unreachable_server(&self) {
        match self.kind() {
            Kind::Chromium => self.excuse("WebSocket connection to 'ws://127.0.0.1"),
            Kind::Firefox => self.excuse("ws://127.0.0.1"),
        }
        self.excuse("net::ERR_CONNECTION_REFUSED");
    }

    /// The addresses that the browser has requested so far.
    pub fn requests(&self) -> Vec<String> {
        self.0.read_logs();
        self.0.record.lock().unwrap().requests.clone()
    }

    /// What the browser has complained about so far, but for what is excused.
    pub fn complaints(&self) -> Vec<String> {
        self.0.read_logs();
        self.0.complaints()
    }

    /// The windows that are open, also those that a page opened.
    pub(crate) fn windows(&self) -> Vec<String> {
        let handles = self
            .0
            .session
            .get("/window/handles")
            .expect("the browser lists its windows");
        serde_json::from_value(handles).expect("handles are strings")
    }

    /// Runs commands against one window.
    pub(crate) fn in_window<T>(
        &self,
        handle: &str,
        run: impl FnOnce(&Session) -> Result<T, WebDriverError>,
    ) -> Result<T, WebDriverError> {
        let mut current: MutexGuard<'_, _> = self.0.current.lock().unwrap();
        if current.as_deref() != Some(handle) {
            *current = None;
            self.0
                .session
                .post("/window", &json!({ "handle": handle }))?;
            *current = Some(handle.to_owned());
        }
        run(&self.0.session)
    }
}

impl Running {
    fn read_logs(&self) {
        if self.killed.load(Ordering::Relaxed) {
            return;
        }
        let mut record = self.record.lock().unwrap();
        if let Some(bidi) = &self.bidi {
            for event in bidi.take_events() {
                if event.method == "network.beforeRequestSent" {
                    let address = event.params["request"]["url"].as_str().unwrap_or_default();
                    record.requests.push(address.to_owned());
                    continue;
                }
                // Where it stands is the browser's to say, and may be the page's own address.
                let said = [&event.params["text"], &event.params["args"]];
                record.said.push(said.map(Value::to_string).join(" "));
                if event.params["level"] == "error" {
                    record.complaints.push(event.params["text"].to_string());
                }
            }
            return;
        }
        for entry in self.session.log("browser").unwrap_or_default() {
            let message = entry["message"].as_str().unwrap_or_default().to_owned();
            if entry["level"] == "SEVERE" {
                record.complaints.push(message.clone());
            }
            // Likewise: an entry begins with an address.
            let said = message.split_once(' ').map_or(&*message, |(_, said)| said);
            record.said.push(said.to_owned());
        }
        for entry in self.session.log("performance").unwrap_or_default() {
            record.requests.extend(requested_address(&entry));
        }
    }

    fn complaints(&self) -> Vec<String> {
        let record = self.record.lock().unwrap();
        let excused = self.excused.lock().unwrap();
        let strangers = record
            .requests
            .iter()
            .filter(|address| !is_our_own(address));
        let complaints = record.complaints.iter().cloned();
        complaints
            .chain(strangers.map(|address| format!("request to a third party: {address}")))
            .filter(|complaint| !excused.iter().any(|part| complaint.contains(part)))
            .chain(self.leaks(&record))
            .collect()
    }

    /// Lines of the console with something in them that is guarded.
    fn leaks(&self, record: &Record) -> Vec<String> {
        let guarded = self.guarded.lock().unwrap();
        let leaking = |line: &&String| guarded.iter().any(|secret| has_word(line, secret));
        let lines = record.said.iter().filter(leaking);
        lines
            .map(|line| format!("a secret on the console: {line}"))
            .collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.read_logs();
        process_tree::kill_all_naming(&self.profile.path().to_string_lossy());
        let complaints = self.complaints();
        // A second panic would end the whole process and hide the first.
        if !thread::panicking() {
            assert!(
                complaints.is_empty(),
                "{} complained: {complaints:#?}",
                self.kind
            );
        }
    }
}

fn chromium_capabilities(profile: &str) -> Value {
    let mut options = json!({ "args": [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--window-size=1280,800", format!("--user-data-dir={profile}"),
    ] });
    if let Ok(binary) = env::var("CHROMIUM") {
        options["binary"] = binary.into();
    }
    json!({
        "browserName": "chrome",
        // Those of the tests' own proxies.
        "acceptInsecureCerts": true,
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        "timeouts": { "script": SCRIPT_TIMEOUT_MS },
    })
}

fn firefox_capabilities(profile: &str) -> Value {
    json!({
        "browserName": "firefox",
        "acceptInsecureCerts": true,
        "webSocketUrl": true,
        "timeouts": { "script": SCRIPT_TIMEOUT_MS },
        "moz:firefoxOptions": { "args": ["-headless", "-profile", profile] },
    })
}

/// The address in an entry of Chromium's performance log, where it tells of a request.
fn requested_address(entry: &Value) -> Option<String> {
    let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    let address = match message["method"].as_str()? {
        "Network.requestWillBeSent" => &message["params"]["request"]["url"],
        "Network.webSocketCreated" => &message["params"]["url"],
        _ => return None,
    };
    address.as_str().map(str::to_owned)
}

/// Whether a text stands somewhere without more letters of names or keys (base64url) around it.
fn has_word(line: &str, word: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    line.match_indices(word).any(|(place, _)| {
        let (before, after) = (&line[..place], &line[place + word.len()..]);
        !before.ends_with(is_letter) && !after.starts_with(is_letter)
    })
}

/// Whether an address stays in the browser or on this machine's loopback.
fn is_our_own(address: &str) -> bool {
    let inside = [
        "about:",
        "blob:",
        "chrome:",
        "data:",
        "moz-extension:",
        "resource:",
    ];
    let loopback = ["http", "https", "ws", "wss"].map(|scheme| format!("{scheme}://127.0.0.1:"));
    let loopback = loopback.iter().map(String::as_str);
    inside
        .into_iter()
        .chain(loopback)
        .any(|start| address.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_at_edges_and_not_within_others() {
        for (line, found) in [
            ("Ada", true),
            ("\"Ada\": 1", true),
            ("http://x/r/p_1#Ada - failed", true),
            ("xAda Ada-2 _Ada Ada9", false),
            ("Adam, Ada.", true),
            ("", false),
        ] {
            assert_eq!(has_word(line, "Ada"), found, "{line:?}");
        }
    }
}
