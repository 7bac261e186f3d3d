//! A browser with a fresh profile, and what it complained about.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{
    page::Page,
    process_tree,
    remote::{Chromium, Firefox, Record, Remote},
};

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

/// A browser of one's own, as far as anybody in it can tell: a fresh profile. Clones are the same browser; the last one to
/// go puts it away. Those of one kind share their processes, also with other tests, since starting them takes longer than most
/// tests; what must be killed or weighed gets processes of its own with [`Browser::alone`].
///
/// Every test holds for every browser that it used: no error on the console, no violation of the content
/// security policy, no request to anybody but the test's own servers. That is looked at when the browser is put
/// away, and fails the test there; what a test provokes is excused with [`Browser::excuse`].
///
/// Nothing excuses a secret on the console, at whatever level: see [`Browser::guards`].
#[derive(Clone, Debug)]
pub struct Browser(Arc<Running>);

#[derive(Debug)]
struct Running {
    kind: Kind,
    remote: Arc<dyn Remote>,
    context: String,
    is_alone: bool,
    excused: Mutex<Vec<String>>,
    /// What nobody may read on the console.
    guarded: Mutex<BTreeSet<String>>,
    killed: AtomicBool,
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
        Self::in_processes(kind, shared(kind), scripts, false)
    }

    /// Starts a browser with processes of its own.
    pub fn alone(kind: Kind) -> Self {
        Self::alone_with(kind, &[])
    }

    /// The same with scripts that run in every page, before the page's own.
    pub fn alone_with(kind: Kind, scripts: &[&str]) -> Self {
        Self::in_processes(kind, processes(kind), scripts, true)
    }

    fn in_processes(kind: Kind, remote: Arc<dyn Remote>, scripts: &[&str], is_alone: bool) -> Self {
        let scripts: Vec<String> = [PROBE]
            .iter()
            .chain(scripts)
            .map(ToString::to_string)
            .collect();
        let context = remote.make_context(&scripts);
        let context = context.unwrap_or_else(|error| panic!("no fresh profile in {kind}: {error}"));
        Self(Arc::new(Running {
            kind,
            remote,
            context,
            is_alone,
            excused: Mutex::default(),
            guarded: Mutex::default(),
            killed: AtomicBool::new(false),
        }))
    }

    /// Which browser this is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Opens a window. Windows share the browser's local storage; each has a session storage of its own.
    pub fn open_window(&self) -> Page {
        let window = self.0.remote.open_window(&self.0.context);
        Page::new(
            self,
            &window.unwrap_or_else(|error| panic!("no new window: {error}")),
        )
    }

    /// Ends every process of the browser at once (SIGKILL).
    pub fn kill(&self) {
        assert!(
            self.0.is_alone,
            "others live in these processes too: start it with `Browser::alone`"
        );
        self.0.killed.store(true, Ordering::Relaxed);
        self.0.remote.process().kill();
    }

    /// Whether any process of the browser is alive.
    pub fn is_running(&self) -> bool {
        !self.0.remote.process().all().is_empty()
    }

    /// The memory of each process that shows pages, its share of what it shares with others included
    /// (`Pss` of `proc(5)`, smaps); Chromium only.
    pub fn renderer_memory_bytes(&self) -> Vec<u64> {
        assert!(
            self.0.is_alone,
            "others live in these processes too: start it with `Browser::alone`"
        );
        let all = self.0.remote.process().all().into_iter();
        all.filter(|pid| process_tree::command_line(*pid).contains("--type=renderer"))
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
        self.0.record().requests
    }

    /// What the browser has complained about so far, but for what is excused.
    pub fn complaints(&self) -> Vec<String> {
        self.0.complaints()
    }

    /// The windows that are open, also those that a page opened.
    pub(crate) fn windows(&self) -> Vec<String> {
        self.0.remote.windows(&self.0.context)
    }

    /// What can be done to its windows.
    pub(crate) fn remote(&self) -> &dyn Remote {
        &*self.0.remote
    }
}

impl Running {
    fn record(&self) -> Record {
        self.remote.record(&self.context)
    }

    fn complaints(&self) -> Vec<String> {
        let record = self.record();
        let excused = self.excused.lock().unwrap_or_else(PoisonError::into_inner);
        let strangers = record
            .requests
            .iter()
            .filter(|address| !is_our_own(address));
        let strangers = strangers.map(|address| format!("request to a third party: {address}"));
        let complaints = record.complaints.iter().cloned().chain(strangers);
        complaints
            .filter(|complaint| !excused.iter().any(|part| complaint.contains(part)))
            .chain(self.leaks(&record))
            .collect()
    }

    /// Lines of the console with something in them that is guarded.
    fn leaks(&self, record: &Record) -> Vec<String> {
        let guarded = self.guarded.lock().unwrap_or_else(PoisonError::into_inner);
        let leaking = |line: &&String| guarded.iter().any(|secret| has_word(line, secret));
        let lines = record.said.iter().filter(leaking);
        lines
            .map(|line| format!("a secret on the console: {line}"))
            .collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let complaints = if self.killed.load(Ordering::Relaxed) {
            Vec::new()
        } else {
            self.complaints()
        };
        self.remote.remove_context(&self.context);
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

/// The processes of a kind that all tests of this program share; they end with it. New ones where somebody's test broke them.
fn shared(kind: Kind) -> Arc<dyn Remote> {
    static SHARED: [Mutex<Option<Arc<dyn Remote>>>; 2] = [Mutex::new(None), Mutex::new(None)];
    let place = match kind {
        Kind::Chromium => &SHARED[0],
        Kind::Firefox => &SHARED[1],
    };
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    match place.as_ref().filter(|running| running.is_answering()) {
        Some(running) => Arc::clone(running),
        None => Arc::clone(place.insert(processes(kind))),
    }
}

fn processes(kind: Kind) -> Arc<dyn Remote> {
    match kind {
        Kind::Chromium => Arc::new(Chromium::start()),
        Kind::Firefox => Arc::new(Firefox::start()),
    }
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
