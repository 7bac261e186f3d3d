//! What the driver does without the engine: the person and the tab, their storage, the address and the looks.

mod entering;
mod profile;
mod tab_id;

use banter_protocol::{
    engine::{Input, Intent, PathPolicy, Persist, SignalingStatus, ViewEvent},
    ids::{PeerId, RoomId},
};
use futures_util::future::join;
use gloo::timers::callback::Timeout;
use yewdux::Dispatch;

use self::{
    entering::{Joined, Unlocking},
    profile::{Profile, Standing},
};
use crate::{
    event::{EventSender, JoinRequest, PageEvent, push},
    notice::PageNotice,
    platform::{
        address,
        build::{self, BuildWatch},
        capability,
        preferences::Preferences,
        storage::{StorageArea, StorageRefused},
        tab_lock::TabClaim,
        tab_storage::TabStorage,
        theme::{self, ThemeChoice},
    },
    route::Route,
    store::{ApplyAll, ChatStore, LobbyForm, PageChange, Phase},
};

/// The page around the chat.
#[derive(Debug)]
pub struct Page {
    dispatch: Dispatch<ChatStore>,
    events: EventSender,
    preferences: Preferences,
    tab: TabStorage,
    profile: Profile,
    /// The tab's id, and the proof that it is its own.
    tab_id: Option<(PeerId, TabClaim)>,
    /// The room that was asked for last.
    joined: Option<Joined>,
    unlocking: Option<Unlocking>,
    /// Whoever asked for a room before the storage was open.
    waiting: Option<JoinRequest>,
    /// The room is being entered by a new invite of the one before.
    moved: bool,
    /// The room whose secret a server has seen.
    exposed: Option<RoomId>,
    /// Changes of the view that are not drawn yet, and when they will be.
    undrawn: Vec<ViewEvent>,
    drawing: Option<Timeout>,
    /// The page's own build, and the question for the server's until it is another.
    build: String,
    watch: Option<BuildWatch>,
}

impl Page {
    /// Shows what is known before anything happens, and returns to the room where the tab was before a reload.
    pub async fn open(dispatch: Dispatch<ChatStore>, events: EventSender) -> Self {
        let preferences = Preferences::new(StorageArea::local());
        let tab = TabStorage::new(StorageArea::session());
        let choice = preferences.theme();
        theme::apply(choice);
        dispatch.apply(PageChange::Theme(choice));
        let policy = preferences.paths();
        dispatch.apply(PageChange::Paths(policy));
        // Before any room is entered.
        push(&events, Input::Intent(Intent::UsePaths(policy)));
        let build = build::own();
        dispatch.apply(PageChange::Build(build.clone()));
        let (profile, claimed) = join(
            Profile::open(events.clone(), &preferences),
            tab_id::claim_stored(&tab),
        )
        .await;
        let page = Self {
            dispatch,
            preferences,
            watch: Some(BuildWatch::new(events.clone())),
            events,
            build,
            tab,
            profile,
            tab_id: None,
            joined: None,
            unlocking: None,
            waiting: None,
            moved: false,
            exposed: None,
            undrawn: Vec::new(),
            drawing: None,
        };
        let mut page = Self {
            tab_id: page.read(claimed),
            ..page
        };
        if page.profile.standing() == Standing::Settled {
            page.mark_identity();
        }
        page.show_lobby();
        if let Some(request) = page.room_to_return_to() {
            push(&page.events, PageEvent::Join(request));
        }
        page
    }

    /// Keeps what the engine asks to keep.
    pub fn keep(&mut self, persist: Persist) {
        if let Persist::Person(person) = persist {
            self.profile.keep(person);
            return;
        }
        if let Persist::Seat { peer_id, .. } = persist {
            self.take_id(peer_id);
        }
        self.report(self.tab.keep(persist));
    }

    /// Shows a change of the engine's view, and lets the address follow it.
    ///
    /// Drawing takes milliseconds, during which no frame and no description of a peer is taken in; so it is put
    /// off until the browser has handed over what has arrived, and done once for all of it.
    pub fn show(&mut self, event: ViewEvent) {
        match &event {
            ViewEvent::Joining(room) => {
                self.draw();
                self.show_address(room);
                self.show_notice(capability::missing());
            }
            ViewEvent::Left => {
                self.draw();
                // Who was not let in stays at the invite's address, to try again.
                if let Phase::InRoom(seat) = &self.dispatch.get().phase {
                    address::leave(&seat.room);
                    self.report(self.tab.forget_passphrase(&seat.room));
                }
                self.show_lobby();
            }
            ViewEvent::InviteRenewed { invite, .. } => self.move_to(invite),
            // It may have been restarted with another build.
            ViewEvent::Signaling(SignalingStatus::Connected) => self.ask_for_build(),
            ViewEvent::Entered { room, .. } => {
                let is_exposed = self.exposed.take().as_ref() == Some(room);
                if std::mem::take(&mut self.moved) {
                    self.show_notice(Some(PageNotice::RoomMoved));
                } else if is_exposed {
                    self.show_notice(Some(PageNotice::SecretSeen));
                }
            }
            ViewEvent::Renamed(_)
            | ViewEvent::MessageAdded(_)
            | ViewEvent::MessagesDropped(_)
            | ViewEvent::Gaps(_)
            | ViewEvent::MessageChanged(_)
            | ViewEvent::Peers(_)
            | ViewEvent::PeersChanged(_)
            | ViewEvent::Typing(_)
            | ViewEvent::Unconfirmed(_)
            | ViewEvent::Verified(_)
            | ViewEvent::Lock(_)
            | ViewEvent::Person(_)
            | ViewEvent::Moves(_)
            | ViewEvent::RelayOffered(_)
            | ViewEvent::Signaling(_)
            | ViewEvent::Notice(_) => {}
        }
        // Nothing waits for the first two, and a reloaded page must not show the form that it is about to leave. The person's own
        // words stand in no queue behind what others send.
        let is_own = matches!(&event, ViewEvent::MessageAdded(message) if message.own);
        let at_once = is_own || matches!(event, ViewEvent::Joining(_) | ViewEvent::Left);
        self.undrawn.push(event);
        if at_once {
            self.draw();
        } else if self.drawing.is_none() {
            let events = self.events.clone();
            let due = Timeout::new(0, move || push(&events, PageEvent::DrawingDue));
            self.drawing = Some(due);
        }
    }

    /// Draws what was put off.
    pub fn draw(&mut self) {
        self.drawing = None;
        if !self.undrawn.is_empty() {
            self.dispatch
                .apply(ApplyAll(std::mem::take(&mut self.undrawn)));
        }
    }

    /// Follows Back and Forward: in the lobby to another room's name, in a room out of it.
    pub fn handle_address_changed(&mut self) -> Option<Intent> {
        self.draw();
        match &self.dispatch.get().phase {
            Phase::Lobby => {
                self.show_lobby();
                None
            }
            Phase::Opening => {
                self.waiting = None;
                self.dispatch.apply(PageChange::Opening(false));
                self.show_lobby();
                None
            }
            Phase::Unlocking => {
                self.give_up_unlocking();
                self.show_lobby();
                None
            }
            Phase::Joining(_) | Phase::InRoom(_) => {
                let here = self.joined.as_ref();
                let is_here = here.is_some_and(|it| address::route() == it.route());
                (!is_here).then_some(Intent::Leave)
            }
        }
    }

    /// Looks as the person chose, now and on later visits.
    pub fn handle_theme_chosen(&self, choice: ThemeChoice) {
        theme::apply(choice);
        self.report(self.preferences.keep_theme(choice));
        self.dispatch.apply(PageChange::Theme(choice));
    }

    /// Lets connections take the ways that the person chose, now and on later visits.
    pub fn handle_paths_chosen(&self, policy: PathPolicy) {
        self.report(self.preferences.keep_paths(policy));
        self.dispatch.apply(PageChange::Paths(policy));
    }

    /// Asks the server for its build, unless it is known to be another.
    pub fn ask_for_build(&self) {
        if let Some(watch) = &self.watch {
            watch.ask();
        }
    }

    /// Promises an update where the server has another build than this page. Nothing is replaced by itself.
    pub fn handle_build(&mut self, servers: &str) {
        let is_other = !(self.build.is_empty() || self.build == servers.trim());
        if is_other && self.watch.take().is_some() {
            self.dispatch.apply(PageChange::UpdateReady);
        }
    }

    /// Tells the person something, or nothing any more.
    pub fn show_notice(&self, notice: Option<PageNotice>) {
        self.dispatch.apply(PageChange::Notice(notice));
    }

    fn show_lobby(&mut self) {
        let route = address::route();
        if let Route::Exposed(invite) = &route {
            self.exposed = Some(invite.room().clone());
        }
        // What others put into the address goes; above all a secret that a reload would send once more.
        address::tidy();
        let name = self.preferences.name();
        self.dispatch.apply(PageChange::Lobby(LobbyForm {
            name: name
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
            room: route.typed(),
        }));
        let notice = capability::missing().or_else(|| self.profile.notice());
        self.show_notice(notice.or(route.notice()));
    }

    /// What the tab or the profile kept, where it was not refused.
    fn read<T>(&self, kept: Result<Option<T>, StorageRefused>) -> Option<T> {
        kept.unwrap_or_else(|refused| {
            self.report(Err(refused));
            None
        })
    }

    fn report(&self, result: Result<(), StorageRefused>) {
        if result.is_err() {
            push(&self.events, Input::StorageFailed);
        }
    }
}
