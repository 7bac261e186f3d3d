//! The engine of a peer (in the making).
pub mod effect;
pub mod input;
pub mod view;

pub use effect::{Effect, Persist};
pub use input::{Input, Intent, RtcEvent, SocketEvent};
pub use view::{ChatMessage, DeliveryStatus, LinkState, Notice, PeerView, SignalingStatus, ViewEvent};

/// Names one WebSocket of this engine; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// Names one `RTCPeerConnection` of this engine; never used twice. What arrives for one that is no longer
/// current changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// Names one asynchronous call of the browser's; its result comes back as [`Input::OpDone`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpId(pub u64);

use crate::time::Timestamp;

/// The engine of a peer. Feed it with [`Engine::handle`], then carry out every effect of
/// [`Engine::poll_effect`], then set a timer for [`Engine::poll_timeout`].
#[derive(Debug)]
pub struct Engine {
    effects: std::collections::VecDeque<Effect>,
}

impl Engine {
    /// A new engine. `seed` is 64 random bits from the browser.
    pub fn new(_seed: u64) -> Self {
        Self { effects: std::collections::VecDeque::new() }
    }

    /// Takes in what happened; `now` never goes back.
    pub fn handle(&mut self, _now: Timestamp, _input: Input) {}

    /// The next thing to do outside; call until `None` after each `handle`.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to hand in [`Input::Wake`], if nothing else happens before.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        None
    }
}
