//! What components call. It only pushes events; nothing happens before the driver takes them.

mod room;

use banter_protocol::{
    crypto::{Invite, InviteSecret, invite_text::Secrecy},
    engine::{Input, PathPolicy},
    ids::RoomId,
    names::PersonName,
};
use yew::Callback;

use crate::{
    event::{self, Event, EventSender, JoinRequest, PageEvent, Passphrase},
    notice::PageNotice,
    platform::{address, capability, clipboard, random, text},
    route::Route,
    store::ThemeChoice,
};

pub use self::room::{RoomHandle, use_room};
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

    /// Where what is typed or pasted as a room leads.
    pub fn read_room(&self, text: &str) -> Route {
        address::read(text, &self.origin)
    }

    /// Asks to enter a room. `room` is its name or a whole invite; the passphrase is the one that its invite asks for, or,
    /// for a new room, the one that it shall ask for, or empty. Name and passphrase are brought to NFKC here.
    ///
    /// # Errors
    ///
    /// What the person must change first.
    pub fn join(&self, room: &str, name: &str, passphrase: &str) -> Result<(), PageNotice> {
        let mut request = self.read_request(room, name)?;
        let invite = &request.invite;
        let asks = invite.secret().is_some_and(InviteSecret::asks_passphrase);
        if asks && passphrase.is_empty() {
            return Err(PageNotice::NoPassphrase);
        }
        let is_given = invite.is_private() && !passphrase.is_empty();
        request.passphrase = is_given.then(|| Passphrase(text::normalized(passphrase)));
        self.push(PageEvent::Join(request));
        Ok(())
    }

    /// What the person asks for, but for the passphrase.
    fn read_request(&self, room: &str, name: &str) -> Result<JoinRequest, PageNotice> {
        if let Some(missing) = capability::missing() {
            return Err(missing);
        }
        let name: PersonName = text::normalized(name)
            .parse()
            .map_err(PageNotice::BadName)?;
        let route = self.read_room(room);
        let secrecy = match &route {
            Route::Exposed(_) => Secrecy::Sent,
            Route::Room(_) | Route::Lobby | Route::Elsewhere(..) | Route::Refused { .. } => {
                Secrecy::Intact
            }
        };
        Ok(JoinRequest {
            invite: route.into_invite()?,
            passphrase: None,
            name,
            secrecy,
        })
    }

    /// The person is about to ask for a room: where nothing is in the way of it, the way to the server is made ready.
    pub fn expect_joining(&self, room: &str, name: &str) {
        if self.read_request(room, name).is_ok() {
            self.push(PageEvent::JoiningExpected);
        }
    }

    /// A new private room, for "Generate".
    ///
    /// # Errors
    ///
    /// Where the browser gives no random bytes.
    pub fn generate_invite(&self) -> Result<Invite, PageNotice> {
        let bytes = random::bytes_16().zip(random::bytes_32());
        let (id, secret) = bytes.ok_or(PageNotice::NoRandomness)?;
        Ok(Invite::generate(id, secret))
    }

    /// The address to give to friends; for a private room with its secret.
    pub fn invite_link(&self, invite: &Invite) -> String {
        format!("{}{}", self.origin, Route::path(invite))
    }

    /// Puts the invite link on the clipboard and tells how that went. Call it from a click: browsers ask for one.
    pub fn copy_invite(&self, invite: &Invite, done: Callback<CopyOutcome>) {
        clipboard::copy(&self.invite_link(invite), done);
    }

    /// The way to one room.
    pub fn room(&self, room: RoomId) -> RoomHandle {
        RoomHandle {
            page: self.clone(),
            room,
        }
    }

    /// Puts a notice of the page's own on the screen, as [`crate::store::ChatStore::page_notice`].
    pub fn show(&self, notice: PageNotice) {
        self.push(PageEvent::NoticeRaised(notice));
    }

    /// Puts every notice away.
    pub fn dismiss_notice(&self) {
        self.push(PageEvent::NoticeDismissed);
    }

    /// Chooses how the page looks, now and on later visits.
    pub fn choose_theme(&self, choice: ThemeChoice) {
        self.push(PageEvent::ThemeChosen(choice));
    }

    /// Chooses which ways connections may take, now and on later visits.
    pub fn choose_paths(&self, policy: PathPolicy) {
        self.push(PageEvent::PathsChosen(policy));
    }

    /// Tries once more to open the browser's storage.
    pub fn retry_storage(&self) {
        self.push(PageEvent::StorageRetried);
    }

    /// Goes on as somebody new, where the browser does not give out who the person was.
    pub fn go_on_anew(&self) {
        self.push(PageEvent::GoingOnAnew);
    }

    /// Tells that the browser refused to keep something.
    pub fn tell_not_kept(&self) {
        self.push(Input::StorageFailed);
    }

    /// Loads the page anew; a room that the person is in is entered again.
    pub fn reload(&self) {
        self.push(PageEvent::ReloadWanted);
    }

    fn push(&self, event: impl Into<Event>) {
        event::push(&self.events, event);
    }
}
