//! The engine of a peer: every decision of the browser's side, without a browser.
//!
//! ```
//! use banter_protocol::{
//!     crypto::{Identity, Invite},
//!     engine::{Effect, Engine, Input, Intent, JoinIntent, Persist, RoomEvent, ViewEvent},
//!     time::Timestamp,
//! };
//!
//! let mut engine = Engine::new(/* 32 random bytes */ [42; 32]);
//! let intent = JoinIntent::new(
//!     Invite::open("tea".parse()?).ok_or("a private room")?,
//!     "Ada".parse()?,
//!     Identity::from_seed(/* 32 random bytes, kept in the browser profile */ &[1; 32]),
//! );
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
//! // What the person is told names its room.
//! let tea = "tea".parse()?;
//! assert!(matches!(
//!     &effects[2],
//!     Effect::Notify(ViewEvent::Room(room, RoomEvent::Joining)) if *room == tea
//! ));
//!
//! // 3. Set a timer that hands in `Input::Wake` unless something else happens before.
//! assert!(engine.poll_timeout() > Some(now));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod backoff;
mod context;
mod dropped;
pub mod effect;
pub mod input;
mod io;
mod link;
pub mod paths;
mod random;
mod rehearsal;
mod room;
mod rooms;
pub mod stored;
pub mod view;

use std::{collections::VecDeque, mem, time::Duration};

use self::{
    context::Context,
    io::Io,
    room::{Device, Room, RoomInput, Verdict},
    rooms::{Entered, Rooms},
};
pub use self::{
    dropped::{DropCause, Dropped},
    effect::{Effect, Persist},
    input::{Input, Intent, JoinIntent, RoomIntent, RtcEvent, SocketEvent},
    link::sdp,
    paths::{ConnectionSettings, LinkPath, Obstacle, PathPolicy, SelectedPair},
    rehearsal::Rehearsal,
    stored::{KnownPerson, LockRecord, MoveInvite, Presence, TabKeys},
    view::{
        Arriving, ChatMessage, DeliveryStatus, EmojiView, Gap, Hearing, LinkState, LockView,
        MoveView, Notice, PeerView, PersonView, Privacy, RoomEvent, SignalingStatus, Standing,
        StoredMessage, ViewEvent,
    },
};
use crate::{crypto::SecureRandom, ids::RoomId, names::NormalForm, time::Timestamp};

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
    secure: SecureRandom,
    normal_form: NormalForm,
    device: Device,
    put_away: bool,
    /// The browser keeps nothing.
    storage_failed: bool,
    rooms: Rooms,
    /// Connections of rooms that were left, which wait for their last words to arrive.
    closing: Vec<(Timestamp, ConnectionId)>,
    effects: VecDeque<Effect>,
    told: VecDeque<ViewEvent>,
    /// What was dropped in rooms that were left.
    dropped: Dropped,
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
            secure: SecureRandom::new(seed),
            normal_form: str::to_owned,
            device: Device {
                online: true,
                hidden: false,
                policy: PathPolicy::default(),
            },
            put_away: false,
            storage_failed: false,
            rooms: Rooms::default(),
            closing: Vec::new(),
            effects: VecDeque::new(),
            told: VecDeque::new(),
            dropped: Dropped::default(),
            last_now: Timestamp::default(),
            wall: None,
            last_wall: Timestamp::default(),
            due: None,
        }
    }

    /// The same with the browser's own way to bring names of others into form NFKC; without it they stay as they were sent.
    #[must_use]
    pub fn with_normal_form(self, normal_form: NormalForm) -> Self {
        Self {
            normal_form,
            ..self
        }
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
            self.rooms.handle_woken(now, wall);
        }
        self.dispatch(input);
        for id in self.rooms.due(now) {
            self.tell_room(&id, RoomInput::Wake);
        }
        self.close_due();
        let closing = self.closing.iter().map(|&(close_at, _)| close_at);
        self.due = closing.chain(self.rooms.poll_timeout()).min();
    }

    /// The next thing to do outside; call until `None` after each [`Engine::handle`]. What the person is told
    /// comes last.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        let told = || self.told.pop_front().map(Effect::Notify);
        self.effects.pop_front().or_else(told)
    }

    /// When to hand in [`Input::Wake`] unless something else happens before; always later than the last `now`.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.due
    }

    /// How many messages of peers and of the server were dropped, by cause; for reports and tests.
    pub fn dropped_messages(&self) -> Dropped {
        let mut dropped = self.rooms.dropped();
        dropped += self.dropped;
        dropped
    }

    fn dispatch(&mut self, input: Input) {
        match input {
            Input::Intent(Intent::Join(join)) => self.join(*join),
            Input::Intent(Intent::Room(id, intent)) => {
                self.tell_room(&id, RoomInput::Intent(intent));
            }
            Input::Intent(Intent::UsePaths(policy)) => {
                if mem::replace(&mut self.device.policy, policy) != policy {
                    self.tell_rooms(|| RoomInput::UsePaths(policy));
                }
            }
            Input::Socket(socket, event) => {
                self.tell_owner(socket.0, RoomInput::Socket(socket, event));
            }
            Input::Rtc(connection, event) => {
                self.tell_owner(connection.0, RoomInput::Rtc(connection, event));
            }
            Input::OpDone { op, result } => self.tell_owner(op.0, RoomInput::OpDone(op, result)),
            Input::Online(online) => {
                self.device.online = online;
                self.tell_rooms(|| RoomInput::Online(online));
            }
            Input::Visible(visible) => {
                self.device.hidden = !visible;
                self.tell_rooms(|| RoomInput::Visible(visible));
            }
            Input::PageHidden => {
                self.put_away = true;
                self.tell_rooms(|| RoomInput::PageHidden);
            }
            Input::PageShown(kept) => {
                if mem::take(&mut self.put_away) {
                    for id in self.rooms.all() {
                        let keys = kept.iter().find(|(room, _)| *room == id);
                        let keys = keys.map(|(_, keys)| keys.clone());
                        self.tell_room(&id, RoomInput::PageShown(keys));
                    }
                }
            }
            Input::StorageFailed => {
                if !mem::replace(&mut self.storage_failed, true) {
                    self.told.push_back(ViewEvent::StorageFailed);
                }
            }
            Input::Wake => {}
        }
    }

    fn join(&mut self, intent: JoinIntent) {
        let id = intent.invite.room().clone();
        self.leave(&id);
        let (now, wall, device) = (self.last_now, self.last_wall, self.device);
        let io = Io::new(self.secure.bytes()).with_normal_form(self.normal_form);
        self.rooms.enter(id.clone(), io, |io| {
            Room::enter(intent, device, &mut Context { now, wall, io })
        });
        self.tell_room(&id, RoomInput::Wake);
    }

    fn leave(&mut self, id: &RoomId) {
        if let Some(Entered { room, mut io, .. }) = self.rooms.remove(id) {
            let close_at = self.last_now + LAST_WORDS;
            let connections = room.leave(&mut io).into_iter();
            self.closing
                .extend(connections.map(|connection| (close_at, connection)));
            io.notify(RoomEvent::Left);
            Self::take_over(&mut self.effects, &mut self.told, id, &mut io);
            self.dropped += io.dropped;
        }
    }

    fn tell_rooms(&mut self, input: impl Fn() -> RoomInput) {
        for id in self.rooms.all() {
            self.tell_room(&id, input());
        }
    }

    fn tell_owner(&mut self, id: u64, input: RoomInput) {
        match self.rooms.owner_of(id) {
            Some(room) => self.tell_room(&room, input),
            None if input.is_frame() => self.dropped.count(DropCause::Untimely),
            None => {}
        }
    }

    fn tell_room(&mut self, id: &RoomId, input: RoomInput) {
        let Some(entered) = self.rooms.get_mut(id) else {
            return;
        };
        let verdict = entered.handle(self.last_now, self.last_wall, input);
        let judged = mem::take(&mut entered.io.judged);
        match verdict {
            Verdict::Stays => {
                Self::take_over(&mut self.effects, &mut self.told, id, &mut entered.io);
            }
            Verdict::Leaves => self.leave(id),
        }
        for person in judged {
            for other in self.rooms.all().iter().filter(|other| *other != id) {
                self.tell_room(other, RoomInput::Judged(person.clone()));
            }
        }
    }

    fn close_due(&mut self) {
        let (now, effects) = (self.last_now, &mut self.effects);
        self.closing.retain(|&(close_at, connection)| {
            let due = close_at <= now;
            if due {
                effects.push_back(Effect::CloseConnection(connection));
            }
            !due
        });
    }

    /// What a room wants done and told is done and told after all else.
    fn take_over(
        effects: &mut VecDeque<Effect>,
        told: &mut VecDeque<ViewEvent>,
        id: &RoomId,
        io: &mut Io,
    ) {
        effects.extend(std::iter::from_fn(|| io.poll_effect()));
        let events = std::iter::from_fn(|| io.poll_told());
        told.extend(events.map(|event| ViewEvent::Room(id.clone(), event)));
    }
}
