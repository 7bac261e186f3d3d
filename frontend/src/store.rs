//! What the components read: a projection of the engine's view. Only the driver writes it.

mod room;

use std::rc::Rc;

use banter_protocol::{
    crypto::Invite,
    engine::{Notice, PathPolicy, RoomEvent, ViewEvent},
    ids::RoomId,
};
use yewdux::prelude::*;

use crate::notice::PageNotice;

pub use self::room::{RoomSeat, ShownRoom};
pub use crate::platform::theme::ThemeChoice;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Choosing a name and a room.
    #[default]
    Lobby,
    /// In the lobby, until the browser has opened its storage.
    Opening,
    /// In the lobby, while the passphrase is being stretched.
    Unlocking,
    /// A room; in the lobby, as long as the person waits to be let in.
    Room(RoomId),
}

/// What the lobby's inputs hold before the person types: the name of the last visit, the room of the address.
/// It changes with Back and Forward, and the inputs with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LobbyForm {
    /// For the name's input.
    pub name: String,
    /// For the room's input.
    pub room: String,
}

/// The whole state of the page. Cheap to clone: yewdux clones it for every event.
#[derive(Clone, Debug, Default, PartialEq, Store)]
pub struct ChatStore {
    /// What the page shows.
    pub phase: Phase,
    /// The rooms that the person is in or waits to be let into, shown or not.
    pub rooms: Vec<(RoomId, Rc<ShownRoom>)>,
    /// What is read of a room where none is shown: nothing.
    pub nowhere: Rc<ShownRoom>,
    /// Something to tell the person that has to do with no room, or with one that was left.
    pub notice: Option<Notice>,
    /// Whether the browser has refused to keep something.
    pub forgetful: bool,
    /// Something to tell the person that the page found by itself; it goes before every other notice.
    pub page_notice: Option<PageNotice>,
    /// What the lobby begins with.
    pub lobby: Rc<LobbyForm>,
    /// The page's own build.
    pub build: Rc<str>,
    /// Whether the server has another one.
    pub update_ready: bool,
    /// Which ways connections may take.
    pub policy: PathPolicy,
    /// Whether the server offers a relay; unknown before the first room.
    pub relay_offered: Option<bool>,
    /// How the page looks.
    pub theme: ThemeChoice,
}

impl ChatStore {
    /// Which room is shown.
    pub fn shown(&self) -> Option<&RoomId> {
        match &self.phase {
            Phase::Room(room) => Some(room),
            Phase::Lobby | Phase::Opening | Phase::Unlocking => None,
        }
    }

    /// The room that is shown; an empty one where none is.
    pub fn room(&self) -> &ShownRoom {
        let shown = self.shown().and_then(|room| self.room_of(room));
        shown.unwrap_or(&self.nowhere)
    }

    /// One of the rooms.
    pub fn room_of(&self, id: &RoomId) -> Option<&ShownRoom> {
        let mut rooms = self.rooms.iter();
        rooms.find(|(room, _)| room == id).map(|(_, room)| &**room)
    }

    /// One of the rooms, to be changed; a new one where the person is not in it yet.
    pub fn room_mut(&mut self, id: &RoomId) -> &mut ShownRoom {
        let place = self.rooms.iter().position(|(room, _)| room == id);
        let place = place.unwrap_or_else(|| {
            self.rooms.push((id.clone(), Rc::default()));
            self.rooms.len() - 1
        });
        match self.rooms.get_mut(place) {
            Some((_, room)) => Rc::make_mut(room),
            // Never: the place is one of a room.
            None => Rc::make_mut(&mut self.nowhere),
        }
    }

    /// What there is to tell the person of the room that is shown, or of none.
    pub fn told(&self) -> Option<Notice> {
        self.room().notice.or(self.notice)
    }

    /// That the browser keeps nothing is still true when something else is over.
    fn tell_what_lasts(&mut self) {
        self.notice = self.forgetful.then_some(Notice::NoStorage);
    }

    /// A room that had nothing to tell stays the same object, so that nothing of it is drawn again.
    fn withdraw_rooms_notices(&mut self) {
        for (_, room) in &mut self.rooms {
            if room.notice.is_some() {
                Rc::make_mut(room).notice = None;
            }
        }
    }

    fn apply(&mut self, event: ViewEvent) {
        let (id, event) = match event {
            ViewEvent::Room(id, event) => (id, event),
            ViewEvent::StorageFailed => {
                self.forgetful = true;
                self.tell_what_lasts();
                self.withdraw_rooms_notices();
                return;
            }
        };
        match event {
            RoomEvent::Joining => {
                self.tell_what_lasts();
                self.room_mut(&id);
                self.phase = Phase::Room(id);
            }
            RoomEvent::Left => {
                self.notice = self.room_of(&id).and_then(|room| room.notice);
                self.rooms.retain(|(room, _)| *room != id);
                if self.shown() == Some(&id) {
                    self.phase = Phase::Lobby;
                }
            }
            RoomEvent::RelayOffered(offered) => self.relay_offered = Some(offered),
            event => {
                if event == RoomEvent::Notice(None) {
                    self.tell_what_lasts();
                }
                self.room_mut(&id).apply(&id, event);
            }
        }
    }
}

/// Carries one change of the engine's view into the store.
#[derive(Clone, Debug)]
pub struct Apply(pub ViewEvent);

impl Reducer<ChatStore> for Apply {
    fn apply(self, mut store: Rc<ChatStore>) -> Rc<ChatStore> {
        Rc::make_mut(&mut store).apply(self.0);
        store
    }
}

/// Carries several changes into the store at once, so that they are drawn once.
#[derive(Clone, Debug)]
pub struct ApplyAll(pub Vec<ViewEvent>);

impl Reducer<ChatStore> for ApplyAll {
    fn apply(self, store: Rc<ChatStore>) -> Rc<ChatStore> {
        let events = self.0.into_iter();
        events.fold(store, |store, event| Apply(event).apply(store))
    }
}

/// A change that the page makes by itself.
#[derive(Clone, Debug)]
pub enum PageChange {
    /// The lobby begins with something else.
    Lobby(LobbyForm),
    /// A room is to be entered once the storage is open (`true`), or no more.
    Opening(bool),
    /// The passphrase is being stretched (`true`), or was of no use.
    Unlocking(bool),
    /// A room is being entered with this invite.
    Invite(Invite),
    /// The page's own build is known.
    Build(String),
    /// The server has another one.
    UpdateReady,
    /// Connections may take other ways.
    Paths(PathPolicy),
    /// The page looks different.
    Theme(ThemeChoice),
    /// There is something to tell, or nothing any more.
    Notice(Option<PageNotice>),
    /// The person has put every notice away.
    NoticesDismissed,
}

impl Reducer<ChatStore> for PageChange {
    fn apply(self, mut store: Rc<ChatStore>) -> Rc<ChatStore> {
        let state = Rc::make_mut(&mut store);
        match self {
            Self::Lobby(form) => state.lobby = Rc::new(form),
            Self::Opening(true) => state.phase = Phase::Opening,
            Self::Opening(false) => state.phase = Phase::Lobby,
            Self::Unlocking(true) => state.phase = Phase::Unlocking,
            Self::Unlocking(false) => state.phase = Phase::Lobby,
            Self::Invite(invite) => {
                state.room_mut(invite.room()).invite = Some(Rc::new(invite.clone()));
            }
            Self::Build(build) => state.build = build.into(),
            Self::UpdateReady => state.update_ready = true,
            Self::Paths(policy) => state.policy = policy,
            Self::Theme(choice) => state.theme = choice,
            Self::Notice(notice) => state.page_notice = notice,
            Self::NoticesDismissed => {
                state.page_notice = None;
                state.notice = None;
                state.withdraw_rooms_notices();
            }
        }
        store
    }
}

#[cfg(test)]
pub(crate) mod tests;
