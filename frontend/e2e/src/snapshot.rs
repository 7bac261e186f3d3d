//! What a page shows at one moment, read through the contract's hooks.

use serde::Deserialize;

/// The script that reads it.
pub(crate) const SCRIPT: &str = include_str!("snapshot.js");

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The room, while in one.
    pub room: Option<String>,
    /// `true` or `false`, while in a room.
    pub private: Option<String>,
    /// Whether the lobby is there.
    pub lobby: bool,
    /// The code of the error that is shown.
    pub error: Option<String>,
    /// Its words.
    pub error_text: Option<String>,
    /// How the page and the server stand.
    pub signaling: Option<String>,
    /// The number of open connections to peers.
    pub links: usize,
    /// The typing line.
    pub typing: Option<String>,
    /// The list of peers.
    pub peers: Vec<Peer>,
    /// The messages, as they stand in the page.
    pub messages: Vec<Message>,
}

/// One entry of the list of peers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Peer {
    /// The peer's id.
    pub id: String,
    /// How the link stands.
    pub state: String,
    /// The last round trip in milliseconds.
    pub latency: Option<f64>,
    /// The way that the link takes, `direct` or `relayed`; empty while it is unknown.
    pub path: String,
    /// Why there is no link, in one word; empty while there is one or it is on its way.
    pub obstacle: String,
    /// `true` or `false`; empty in the benchmark's plain page, which knows nothing of keys.
    pub verified: String,
    /// What is known of who they are.
    pub standing: String,
    /// Whether what they say is heard: `heard`, `slowed` or `muted`.
    pub hearing: String,
    /// All words of the entry, the name among them.
    pub label: String,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Message {
    /// The same on every side.
    pub id: String,
    /// The author's peer id.
    pub from: String,
    /// Whether this page's person said it.
    pub own: bool,
    /// How far it has come.
    pub status: String,
    /// What was said.
    pub text: String,
    /// The author's name, where it is shown with this message.
    pub sender: Option<String>,
    /// When, in words.
    pub time: Option<String>,
}

impl Snapshot {
    /// The messages' texts, in the order of the page.
    pub fn texts(&self) -> Vec<&str> {
        self.messages
            .iter()
            .map(|message| message.text.as_str())
            .collect()
    }

    /// The message with this text, where there is exactly one.
    pub fn message(&self, text: &str) -> Option<&Message> {
        let mut found = self.messages.iter().filter(|message| message.text == text);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// How many peers are connected.
    pub fn connected(&self) -> usize {
        self.peers
            .iter()
            .filter(|peer| peer.state == "connected")
            .count()
    }
}

/// What the harness's probe has seen since the page was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Violations of the content security policy.
    pub violations: Vec<String>,
    /// Errors that nobody caught.
    pub errors: Vec<String>,
    /// `RTCPeerConnection`s made.
    pub made: usize,
    /// `RTCPeerConnection`s made and not closed.
    pub open: usize,
    /// The ICE servers they were given.
    pub ice_servers: Vec<String>,
}
