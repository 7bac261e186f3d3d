//! What the driver does without the engine: the tab's identity, its storage, its address and its looks.

use banter_protocol::{
    crypto::{Identity, Invite},
    engine::{Input, Intent, JoinIntent, Persist, ViewEvent},
    ids::{PeerId, RoomId},
    names::PersonName,
};
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yewdux::Dispatch;

use crate::{
    event::{EventSender, PageEvent, push},
    notice::PageNotice,
    platform::{
        address, capability,
        preferences::Preferences,
        random,
        storage::{StorageArea, StorageRefused},
        tab_lock::{self, TabClaim},
        tab_storage::{Seat, TabStorage},
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
    /// The tab's id, and the proof that it is its own.
    identity: Option<(PeerId, TabClaim)>,
    /// Changes of the view that are not drawn yet, and when they will be.
    undrawn: Vec<ViewEvent>,
    drawing: Option<Timeout>,
}

impl Page {
    /// Shows what is known before anything happens, and returns to the room where the tab was before a reload.
    pub async fn open(dispatch: Dispatch<ChatStore>, events: EventSender) -> Self {
        let mut page = Self {
            dispatch,
            events,
            preferences: Preferences::new(StorageArea::local()),
            tab: TabStorage::new(StorageArea::session()),
            identity: None,
            undrawn: Vec::new(),
            drawing: None,
        };
        let choice = page.preferences.theme();
        theme::apply(choice);
        page.dispatch.apply(PageChange::Theme(choice));
        page.claim_tab().await;
        page.show_lobby();
        if let Some((room, name)) = page.room_to_return_to() {
            push(&page.events, PageEvent::Join(room, name));
        }
        page
    }

    /// Everything that the engine needs to enter a room.
    pub fn join(&self, room: RoomId, name: PersonName) -> Option<Intent> {
        self.preferences.keep_name(&name);
        let history = self.tab.history(&room);
        let seat = self.seat();
        let peer_id = seat.as_ref().map(|seat| seat.peer_id);
        let resume = seat
            .filter(|seat| seat.room == room)
            .and_then(|seat| seat.resume);
        let history = history.unwrap_or_else(|refused| {
            self.report(Err(refused));
            Vec::new()
        });
        let invite = Invite::open(room)?;
        Some(Intent::Join(Box::new(JoinIntent {
            invite,
            passphrase: None,
            name,
            identity: Identity::from_seed(&random::bytes_32()?),
            people: Vec::new(),
            keys: None,
            lock: None,
            peer_id,
            resume,
            history,
        })))
    }

    /// Keeps what the engine asks to keep.
    pub fn keep(&mut self, persist: Persist) {
        if let Persist::Seat { peer_id, .. } = persist {
            self.take_identity(peer_id);
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
                address::enter(room);
                self.dispatch
                    .apply(PageChange::Notice(capability::missing()));
            }
            ViewEvent::Left => {
                self.draw();
                // Who was not let in stays at the invite's address, to try again.
                if let Phase::InRoom(seat) = &self.dispatch.get().phase {
                    address::leave(&seat.room);
                }
                self.show_lobby();
            }
            ViewEvent::Entered { .. }
            | ViewEvent::Renamed(_)
            | ViewEvent::MessageAdded(_)
            | ViewEvent::MessageChanged(_)
            | ViewEvent::Peers(_)
            | ViewEvent::Typing(_)
            | ViewEvent::Unconfirmed(_)
            | ViewEvent::Verified(_)
            | ViewEvent::Lock(_)
            | ViewEvent::Person(_)
            | ViewEvent::InviteRenewed { .. }
            | ViewEvent::Signaling(_)
            | ViewEvent::Notice(_) => {}
        }
        // Nothing waits for these two, and a reloaded page must not show the form that it is about to leave.
        let at_once = matches!(event, ViewEvent::Joining(_) | ViewEvent::Left);
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
        let store = self.dispatch.get();
        let here = match &store.phase {
            Phase::Lobby => {
                self.show_lobby();
                return None;
            }
            Phase::Joining(room) => room,
            Phase::InRoom(seat) => &seat.room,
        };
        (address::route() != Route::Room(here.clone())).then_some(Intent::Leave)
    }

    /// Looks as the person chose, now and on later visits.
    pub fn handle_theme_chosen(&self, choice: ThemeChoice) {
        theme::apply(choice);
        self.preferences.keep_theme(choice);
        self.dispatch.apply(PageChange::Theme(choice));
    }

    /// Tells the person something, or nothing any more.
    pub fn show_notice(&self, notice: Option<PageNotice>) {
        self.dispatch.apply(PageChange::Notice(notice));
    }

    /// Takes in whose the tab's id is. Who learns here that it is another tab's goes on: the server will refuse it.
    pub fn handle_claimed(&mut self, id: PeerId, claim: TabClaim) {
        if let Some((own, held)) = &mut self.identity
            && *own == id
        {
            *held = claim;
        }
    }

    /// Lets go of the tab's lock before a reload asks for it.
    pub fn handle_hidden(&mut self) {
        if let Some((_, claim)) = &mut self.identity {
            *claim = TabClaim::Unknown;
        }
    }

    /// Takes the tab's lock again after the page had been put away.
    pub fn handle_shown(&mut self) {
        if let Some((id, _)) = self.identity.take() {
            self.take_identity(id);
        }
    }

    /// Finds out whether the stored seat is this tab's own.
    async fn claim_tab(&mut self) {
        let Some(seat) = self.seat() else { return };
        let claim = tab_lock::claim(seat.peer_id).await;
        if matches!(claim, TabClaim::Taken) {
            // A copy of another tab, whose seat and history these are; the person is asked where to go.
            self.report(self.tab.forget_tab());
        } else {
            self.identity = Some((seat.peer_id, claim));
        }
    }

    fn take_identity(&mut self, id: PeerId) {
        if self.identity.as_ref().is_some_and(|(own, _)| *own == id) {
            return;
        }
        self.identity = Some((id, TabClaim::Unknown));
        let events = self.events.clone();
        spawn_local(async move {
            let claim = tab_lock::claim(id).await;
            push(&events, PageEvent::TabClaimed(id, claim));
        });
    }

    fn show_lobby(&self) {
        let route = address::route();
        let name = self.preferences.name();
        self.dispatch.apply(PageChange::Lobby(LobbyForm {
            name: name
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
            room: route.typed().to_owned(),
        }));
        self.show_notice(capability::missing().or(route.notice()));
    }

    /// The room of the address, where the tab was in it before a reload and the person's name is known.
    fn room_to_return_to(&self) -> Option<(RoomId, PersonName)> {
        let Route::Room(room) = address::route() else {
            return None;
        };
        let seat = self.seat()?;
        let was_there = seat.room == room && seat.resume.is_some();
        let able = capability::missing().is_none();
        (was_there && able).then_some((room, self.preferences.name()?))
    }

    fn seat(&self) -> Option<Seat> {
        self.tab.seat().unwrap_or_else(|refused| {
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
