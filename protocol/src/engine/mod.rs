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

mod absence;
mod admission;
mod audit;
mod backoff;
mod clocks;
mod comparing;
mod conversation;
pub mod effect;
pub mod input;
mod inspected;
mod io;
pub mod kept;
mod link;
mod member;
mod moving;
mod numbers;
mod outbox;
mod pace;
mod people;
mod projection;
mod random;
pub mod reach;
mod regard;
mod session;
mod shelf;
mod stay;
mod stay_events;
mod stay_hearing;
mod stay_messages;
mod stay_people;
mod stay_reach;
mod stay_settling;
mod stay_signals;
mod typing;
mod vault;
pub mod view;

use std::{mem, time::Duration};

pub use self::{
    effect::{Effect, Persist},
    input::{Input, Intent, JoinIntent, RtcEvent, SocketEvent},
    kept::{KnownPerson, LockRecord, MoveInvite, Presence, TabKeys},
    link::gate,
    reach::{ConnectionSettings, LinkPath, Obstacle, PathPolicy, SelectedPair},
    view::{
        Arriving, ChatMessage, DeliveryStatus, EmojiView, Gap, Hearing, LinkState, LockView,
        MoveView, Notice, PeerView, PersonView, Privacy, SignalingStatus, Standing, StoredMessage,
        ViewEvent,
    },
};
use self::{
    io::Io,
    projection::Projection,
    stay::{Stay, StayContext, Verdict},
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
    page: u64,
    offers: u64,
    online: bool,
    hidden: bool,
    put_away: bool,
    policy: PathPolicy,
    stay: Option<Stay>,
    /// Connections that wait for their last words to arrive.
    closing: Vec<(Timestamp, ConnectionId)>,
    projection: Projection,
    last_now: Timestamp,
    /// The wall clock, where it was told.
    wall: Option<Timestamp>,
    last_wall: Timestamp,
    due: Option<Timestamp>,
}

impl Engine {
    /// An engine in the lobby. `seed` is 32 random bytes that nobody can guess, new for each load of the page.
    pub fn new(seed: [u8; 32]) -> Self {
        let mut io = Io::new(seed);
        Self {
            page: io.random.next_u64(),
            io,
            offers: 0,
            online: true,
            hidden: false,
            put_away: false,
            policy: PathPolicy::default(),
            stay: None,
            closing: Vec::new(),
            projection: Projection::default(),
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
            self.with_stay(|stay, cx| {
                stay.excuse(cx);
                stay.absence.handle_woken(cx.wall);
            });
        }
        let verdict = self.dispatch(input);
        self.obey(verdict);
        let verdict = self.with_stay(Stay::handle_timeout);
        self.obey(verdict);
        self.close_due();
        // Time alone changes what is shown: a link goes silent.
        let woke = self.due.is_some_and(|due| due <= now);
        self.projection
            .refresh((now, woke), self.policy, self.stay.as_mut(), &mut self.io);
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
                self.with_stay(|stay, cx| stay.handle_socket(socket, event, cx))
            }
            Input::Rtc(connection, event) => {
                self.with_stay(|stay, cx| stay.handle_rtc(connection, event, cx));
                None
            }
            Input::OpDone { op, result } => {
                self.with_stay(|stay, cx| stay.handle_op(op, &result, cx));
                None
            }
            Input::Online(online) => {
                self.online = online;
                self.with_stay(|stay, cx| stay.session.handle_online(cx.now, online, cx.io));
                None
            }
            Input::Visible(visible) => {
                self.hidden = !visible;
                self.with_stay(|stay, cx| {
                    stay.excuse(cx);
                    if visible {
                        stay.session.hurry(cx.now, cx.io);
                    } else {
                        // A hidden page may end without another word.
                        stay.conversation.save(cx.io);
                        stay.keep_presence(cx.io);
                    }
                });
                None
            }
            Input::PageHidden => {
                self.put_away = true;
                self.with_stay(|stay, cx| stay.say_bye(cx.io));
                None
            }
            Input::PageShown(kept) => {
                if mem::take(&mut self.put_away) {
                    self.with_stay(|stay, cx| stay.return_from_bye(kept.as_deref(), cx));
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
                let online = self.online;
                let mut cx = self.context();
                self.stay = Some(Stay::enter(*join, online, &mut cx));
            }
            Intent::Leave => {
                self.io.notify(ViewEvent::Notice(None));
                self.leave();
            }
            Intent::Send { text, timestamp } => {
                self.with_stay(|stay, cx| {
                    if stay.is_entered() {
                        stay.say(text, timestamp, cx);
                    }
                });
            }
            Intent::Typing(holds_text) => {
                self.with_stay(|stay, cx| stay.handle_own_typing(holds_text, cx));
            }
            Intent::UsePaths(policy) => {
                if mem::replace(&mut self.policy, policy) != policy {
                    self.with_stay(Stay::handle_policy);
                }
            }
            Intent::DismissNotice => self.io.notify(ViewEvent::Notice(None)),
            Intent::Inspect(_)
            | Intent::CloseInspection
            | Intent::CompareEmoji(_)
            | Intent::JudgeEmoji { .. }
            | Intent::SetVerified { .. }
            | Intent::JudgeKey { .. }
            | Intent::Lock(_)
            | Intent::AnswerMove { .. }
            | Intent::RenewInvite { .. }
            | Intent::ListenAgain(_) => {
                self.with_stay(|stay, cx| stay.handle_people_intent(intent, cx));
            }
        }
    }

    fn leave(&mut self) {
        if let Some(stay) = self.stay.take() {
            let close_at = self.last_now + LAST_WORDS;
            let connections = stay.leave(&mut self.io);
            self.closing.extend(
                connections
                    .into_iter()
                    .map(|connection| (close_at, connection)),
            );
            self.io.notify(ViewEvent::Left);
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
        let stay = self
            .stay
            .as_ref()
            .map(|stay| stay.poll_timeout(self.last_now));
        let closing = self.closing.iter().map(|&(close_at, _)| close_at);
        let telling = self.projection.poll_timeout();
        stay.into_iter().chain(closing).chain(telling).min()
    }

    fn with_stay<T>(
        &mut self,
        act: impl FnOnce(&mut Stay, &mut StayContext<'_>) -> T,
    ) -> Option<T> {
        let mut stay = self.stay.take()?;
        let done = act(&mut stay, &mut self.context());
        self.stay = Some(stay);
        Some(done)
    }

    fn context(&mut self) -> StayContext<'_> {
        StayContext {
            now: self.last_now,
            wall: self.wall.unwrap_or(self.last_now),
            hidden: self.hidden,
            policy: self.policy,
            page: self.page,
            offers: &mut self.offers,
            io: &mut self.io,
        }
    }
}
