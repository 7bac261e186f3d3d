//! What components call. It only pushes events; nothing happens before the driver takes them.

use banter_protocol::{
    engine::{Input, Intent},
    ids::RoomId,
    names::PersonName,
    peer::MessageText,
};
use yew::Callback;

use crate::{
    event::{self, Event, EventSender, PageEvent},
    notice::{PageNotice, RoomRefusal},
    platform::{capability, clipboard, clock, random, text},
    route::Route,
    store::ThemeChoice,
};

pub use crate::platform::clipboard::CopyOutcome;

/// The components' way to the driver, given to them by a `ContextProvider`.
#[derive(Clone, Debug)]
pub struct ChatHandle {
    events: EventSender,
    origin: String,
}

impl PartialEq for ChatHandle {
    fn eq(&self, other: &Self) -> bool {
        self.events.same_receiver(&other.events)
    }
}

impl ChatHandle {
    /// A handle that pushes into `events`, for a page whose address begins with `origin`.
    pub fn new(events: EventSender, origin: &str) -> Self {
        Self {
            events,
            origin: origin.to_owned(),
        }
    }

    /// Asks to enter a room. `room` is its name or a whole invite link; the name is brought to NFKC here.
    ///
    /// # Errors
    ///
    /// What the person must change first.
    pub fn join(&self, room: &str, name: &str) -> Result<(), PageNotice> {
        if let Some(missing) = capability::missing() {
            return Err(missing);
        }
        let name: PersonName = text::normalized(name)
            .parse()
            .map_err(PageNotice::BadName)?;
        let room = match Route::parse_typed(room) {
            Route::Room(room) => room,
            Route::Refused { notice, .. } => return Err(notice),
            Route::Lobby => return Err(PageNotice::BadRoom(RoomRefusal::EMPTY)),
        };
        self.push(PageEvent::Join(room, name));
        Ok(())
    }

    /// A room that nobody guesses, for "Generate"; `None` where the browser gives no random bytes.
    pub fn generate_room(&self) -> Option<RoomId> {
        random::bits_128().map(RoomId::private)
    }

    /// The address to give to friends.
    pub fn invite_link(&self, room: &RoomId) -> String {
        format!("{}/r/{room}", self.origin)
    }

    /// Puts the invite link on the clipboard and tells how that went. Call it from a click: browsers ask for one.
    pub fn copy_invite(&self, room: &RoomId, done: Callback<CopyOutcome>) {
        clipboard::copy(&self.invite_link(room), done);
    }

    /// Says something to everybody in the room.
    pub fn send(&self, text: MessageText) {
        self.push(Input::Intent(Intent::Send {
            text,
            timestamp: clock::wall_clock(),
        }));
    }

    /// Leaves the room, or gives up entering it.
    pub fn leave(&self) {
        self.push(Input::Intent(Intent::Leave));
    }

    /// Tells that the message box changed to hold text (`true`) or nothing (`false`).
    pub fn typing(&self, holds_text: bool) {
        self.push(Input::Intent(Intent::Typing(holds_text)));
    }

    /// Puts a notice of the page's own on the screen, as [`crate::store::ChatStore::page_notice`].
    pub fn show(&self, notice: PageNotice) {
        self.push(PageEvent::NoticeRaised(notice));
    }

    /// Puts every notice away.
    pub fn dismiss_notice(&self) {
        self.push(PageEvent::NoticeDismissed);
        self.push(Input::Intent(Intent::DismissNotice));
    }

    /// Chooses how the page looks, now and on later visits.
    pub fn choose_theme(&self, choice: ThemeChoice) {
        self.push(PageEvent::ThemeChosen(choice));
    }

    fn push(&self, event: impl Into<Event>) {
        event::push(&self.events, event);
    }
}
