//! The engine of a peer: every decision of the browser's side, without a browser.
//!
//! ```
//! use banter_protocol::{
//!     crypto::{Identity, Invite},
//!     engine::{Effect, Engine, Input, Intent, JoinIntent, Persist, ViewEvent},
//!     time::Timestamp,
//! };
//!
//! let mut engine = Engine::new(/* 32 random bytes */ [42; 32]);
//! let intent = JoinIntent {
//!     invite: Invite::open("tea".parse()?).ok_or("a private room")?,
//!     passphrase: None,
//!     name: "Ada".parse()?,
//!     identity: Identity::from_seed(/* 32 random bytes, kept in the browser profile */ &[1; 32]),
//!     people: Vec::new(),
//!     keys: None,
//!     lock: None,
//!     moves: Vec::new(),
//!     peer_id: None,
//!     resume: None,
//!     presence: None,
//!     history: Vec::new(),
//! };
//!
//! // 1. Hand in what happened, with the time.
//! let now = Timestamp::from_millis(1_000);
//! engine.handle(now, Input::Intent(Intent::Join(Box::new(intent))));
//!
//! // 2. Carry out every effect, in order.
//! let mut effects = Vec::new();
//! while let Some(effect) = engine.poll_effect() {
//!     effects.push(effect);
//! }
//! assert!(matches!(effects[0], Effect::Persist(Persist::Keys(..))));
//! assert!(matches!(effects[1], Effect::OpenSocket(_)));
//! assert!(matches!(effects[2], Effect::Notify(ViewEvent::Notice(None))));
//! assert!(matches!(effects[3], Effect::Notify(ViewEvent::Joining(_))));
//!
//! // 3. Set a timer that hands in `Input::Wake` unless something else happens before.
//! assert!(engine.poll_timeout() > Some(now));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod backoff;
mod context;
pub mod effect;
pub mod input;
mod io;
pub mod kept;
mod link;
pub mod paths;
mod random;
mod room;
pub mod view;

use std::{mem, time::Duration};

use self::{
    context::Context,
    io::Io,
    room::{Device, Room, Verdict},
};
pub use self::{
    effect::{Effect, Persist},
    input::{Input, Intent, JoinIntent, RtcEvent, SocketEvent},
    kept::{KnownPerson, LockRecord, MoveInvite, Presence, TabKeys},
    link::sdp,
    paths::{ConnectionSettings, LinkPath, Obstacle, PathPolicy, SelectedPair},
    view::{
        Arriving, ChatMessage, DeliveryStatus, EmojiView, Gap, Hearing, LinkState, LockView,
        MoveView, Notice, PeerView, PersonView, Privacy, SignalingStatus, Standing, StoredMessage,
        ViewEvent,
    },
};
use crate::{names::NormalForm, time::Timestamp};

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

/// How long a connection stays open after the last word on it.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A timer so late means that the machine slept or the page was frozen.
const SLEPT: Duration = Duration::from_secs(4);

/// The engine of a peer; see the module for the order of calls.
///
/// There are three kinds of methods: [`Engine::handle`] takes the outside in, `poll_*` hands work out, the
/// rest only tells. Whatever comes in, in whatever order, the engine never panics.
#[derive(Debug)]
pub struct Engine {
    io: Io,
    device: Device,
    put_away: bool,
    room: Option<Room>,
    /// Connections that wait for their last words to arrive.
    closing: Vec<(Timestamp, ConnectionId)>,
    last_now: Timestamp,
    /// The wall clock, where it was told.
    wall: Option<Timestamp>,
    last_wall: Timestamp,
    due: Option<Timestamp>,
}

impl Engine {
    /// An engine in the lobby. `seed` is 32 random bytes that nobody can guess, new for each load of the page.
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            io: Io::new(seed),
            device: Device {
                online: true,
                hidden: false,
                policy: PathPolicy::default(),
            },
            put_away: false,
            room: None,
            closing: Vec::new(),
            last_now: Timestamp::default(),
            wall: None,
            last_wall: Timestamp::default(),
            due: None,
        }
    }

    /// The same with the browser's own way to bring names of others into form NFKC; without it they stay as they were sent.
    #[must_use]
    pub fn with_normal_form(mut self, normal_form: NormalForm) -> Self {
        self.io.normal_form = normal_form;
        self
    }

    /// Tells what people call the time now, before each [`Engine::handle`]: people set that clock, and a machine that sleeps stops
    /// the other one. Untold, it is the other one.
    pub fn set_wall_clock(&mut self, wall: Timestamp) {
        self.wall = Some(wall);
    }

    /// Takes in what happened. `now` is milliseconds of a clock that never goes back.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        let now = now.max(self.last_now);
        let wall = self.wall.unwrap_or(now);
        // While the machine sleeps, the clock that never goes back may stand still.
        let is_late = |due: Timestamp| {
            let asked = due.since(self.last_now);
            now.since(due) >= SLEPT || wall.since(self.last_wall) >= asked + SLEPT
        };
        let slept = self.due.is_some_and(is_late);
        self.last_now = now;
        self.last_wall = wall;
        if slept {
            self.with_room(|room, cx| room.handle_woken(cx));
        }
        let verdict = self.dispatch(input);
        self.obey(verdict);
        let verdict = self.with_room(Room::handle_timeout);
        self.obey(verdict);
        self.close_due();
        // Time alone changes what is shown: a link goes silent.
        let woke = self.due.is_some_and(|due| due <= now);
        self.with_room(|room, cx| room.refresh(woke, cx));
        self.due = self.next_timeout();
    }

    /// The next thing to do outside; call until `None` after each [`Engine::handle`]. What the person is told
    /// comes last.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.io.pop()
    }

    /// When to hand in [`Input::Wake`] unless something else happens before; always later than the last `now`.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.due
    }

    /// How many messages of peers and of the server were dropped because nothing could be made of them.
    pub fn dropped_messages(&self) -> u64 {
        self.io.dropped
    }

    fn dispatch(&mut self, input: Input) -> Option<Verdict> {
        match input {
            Input::Intent(intent) => {
                self.handle_intent(intent);
                None
            }
            Input::Socket(socket, event) => {
                self.with_room(|room, cx| room.handle_socket(socket, event, cx))
            }
            Input::Rtc(connection, event) => {
                self.with_room(|room, cx| room.handle_rtc(connection, event, cx));
                None
            }
            Input::OpDone { op, result } => {
                self.with_room(|room, cx| room.handle_op(op, &result, cx));
                None
            }
            Input::Online(online) => {
                self.device.online = online;
                self.with_room(|room, cx| room.handle_online(online, cx));
                None
            }
            Input::Visible(visible) => {
                self.device.hidden = !visible;
                self.with_room(|room, cx| room.handle_visible(visible, cx));
                None
            }
            Input::PageHidden => {
                self.put_away = true;
                self.with_room(|room, cx| room.say_bye(cx.io));
                None
            }
            Input::PageShown(kept) => {
                if mem::take(&mut self.put_away) {
                    self.with_room(|room, cx| room.return_from_bye(kept.as_deref(), cx));
                }
                None
            }
            Input::StorageFailed => {
                if !mem::replace(&mut self.io.storage_failed, true) {
                    self.io.notify(ViewEvent::Notice(Some(Notice::NoStorage)));
                }
                None
            }
            Input::Wake => None,
        }
    }

    fn handle_intent(&mut self, intent: Intent) {
        match intent {
            Intent::Join(join) => {
                self.leave();
                // What was told about the last try is over; that nothing is stored is not.
                let still_true = self.io.storage_failed.then_some(Notice::NoStorage);
                self.io.notify(ViewEvent::Notice(still_true));
                let device = self.device;
                let room = Room::enter(*join, device, &mut self.context());
                self.room = Some(room);
            }
            Intent::Leave => {
                self.io.notify(ViewEvent::Notice(None));
                self.leave();
            }
            Intent::UsePaths(policy) => {
                if mem::replace(&mut self.device.policy, policy) != policy {
                    self.with_room(|room, cx| room.handle_policy(policy, cx));
                }
            }
            Intent::DismissNotice => self.io.notify(ViewEvent::Notice(None)),
            Intent::Send { .. }
            | Intent::Typing(_)
            | Intent::Inspect(_)
            | Intent::CloseInspection
            | Intent::CompareEmoji(_)
            | Intent::JudgeEmoji { .. }
            | Intent::SetVerified { .. }
            | Intent::JudgeKey { .. }
            | Intent::Lock(_)
            | Intent::AnswerMove { .. }
            | Intent::RenewInvite { .. }
            | Intent::ListenAgain(_) => {
                self.with_room(|room, cx| room.handle_intent(intent, cx));
            }
        }
    }

    fn leave(&mut self) {
        if let Some(room) = self.room.take() {
            let close_at = self.last_now + LAST_WORDS;
            let connections = room.leave(&mut self.io);
            self.closing.extend(
                connections
                    .into_iter()
                    .map(|connection| (close_at, connection)),
            );
            self.io.notify(ViewEvent::Left);
            self.io.notify(ViewEvent::Signaling(SignalingStatus::Idle));
        }
    }

    fn obey(&mut self, verdict: Option<Verdict>) {
        if let Some(Verdict::Refused(code)) = verdict {
            self.io
                .notify(ViewEvent::Notice(Some(Notice::Server(code))));
            self.leave();
        }
    }

    fn close_due(&mut self) {
        let now = self.last_now;
        let io = &mut self.io;
        self.closing.retain(|&(close_at, connection)| {
            let due = close_at <= now;
            if due {
                io.push(Effect::CloseConnection(connection));
            }
            !due
        });
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        let room = self
            .room
            .as_ref()
            .map(|room| room.poll_timeout(self.last_now));
        let closing = self.closing.iter().map(|&(close_at, _)| close_at);
        room.into_iter().chain(closing).min()
    }

    fn with_room<T>(&mut self, act: impl FnOnce(&mut Room, &mut Context<'_>) -> T) -> Option<T> {
        let mut room = self.room.take()?;
        let done = act(&mut room, &mut self.context());
        self.room = Some(room);
        Some(done)
    }

    fn context(&mut self) -> Context<'_> {
        Context {
            now: self.last_now,
            wall: self.wall.unwrap_or(self.last_now),
            io: &mut self.io,
        }
    }
}
