//! What components call. It only pushes events; nothing happens before the driver takes them.

use banter_protocol::{
    crypto::{IdentityKey, Invite, InviteSecret, invite_text::Secrecy},
    engine::{Input, PathPolicy, RoomIntent},
    ids::{PeerId, RoomId},
    names::PersonName,
    peer::MessageText,
};
use yew::Callback;

use crate::{
    event::{self, Event, EventSender, JoinRequest, PageEvent, Passphrase},
    notice::PageNotice,
    platform::{address, capability, clipboard, clock, random, text},
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
                Secrecy::Kept
            }
        };
        let invite = route.into_invite()?;
        let asks = invite.secret().is_some_and(InviteSecret::asks_passphrase);
        if asks && passphrase.is_empty() {
            return Err(PageNotice::NoPassphrase);
        }
        let is_given = invite.is_private() && !passphrase.is_empty();
        let passphrase = is_given.then(|| Passphrase(text::normalized(passphrase)));
        self.push(PageEvent::Join(JoinRequest {
            invite,
            passphrase,
            name,
            secrecy,
        }));
        Ok(())
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

    /// Says something to everybody in the room.
    pub fn send(&self, text: MessageText) {
        self.intend(RoomIntent::Send {
            text,
            timestamp: clock::wall_clock(),
        });
    }

    /// Leaves the room, or gives up entering it.
    pub fn leave(&self) {
        self.intend(RoomIntent::Leave);
    }

    /// Hears somebody again who said more than the page could show.
    pub fn listen_again(&self, peer: PeerId) {
        self.intend(RoomIntent::ListenAgain(peer));
    }

    /// Tells that the message box changed to hold text (`true`) or nothing (`false`).
    pub fn typing(&self, holds_text: bool) {
        self.intend(RoomIntent::Typing(holds_text));
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

    /// Looks closely at somebody, as [`crate::store::RoomState::inspected`].
    pub fn inspect(&self, peer: PeerId) {
        self.intend(RoomIntent::Inspect(peer));
    }

    /// Looks no more.
    pub fn close_inspection(&self) {
        self.intend(RoomIntent::CloseInspection);
    }

    /// Compares emoji with somebody, or agrees to it.
    pub fn compare_emoji(&self, peer: PeerId) {
        self.intend(RoomIntent::CompareEmoji(peer));
    }

    /// Tells whether both screens show the same emoji.
    pub fn judge_emoji(&self, peer: PeerId, same: bool) {
        self.intend(RoomIntent::JudgeEmoji { peer, same });
    }

    /// Takes somebody for verified, or no more.
    pub fn set_verified(&self, peer: PeerId, verified: bool) {
        self.intend(RoomIntent::SetVerified { peer, verified });
    }

    /// Takes somebody's new key, or keeps them out.
    pub fn judge_key(&self, peer: PeerId, accept: bool) {
        self.intend(RoomIntent::JudgeKey { peer, accept });
    }

    /// Lets nobody new in, or lets them in again.
    pub fn lock(&self, locked: bool) {
        self.intend(RoomIntent::Lock(locked));
    }

    /// Goes where somebody asks the person to come, or stays.
    pub fn answer_move(&self, by: IdentityKey, room: RoomId, accept: bool) {
        self.intend(RoomIntent::AnswerMove { by, room, accept });
    }

    /// Goes on in a new private room with those who are chosen. Does nothing where the browser gives no random bytes.
    pub fn renew_invite(&self, chosen: Vec<PeerId>) {
        if let Ok(invite) = self.generate_invite() {
            self.intend(RoomIntent::RenewInvite { invite, chosen });
        }
    }

    /// The room is the one that is shown when the driver takes the event.
    fn intend(&self, intent: RoomIntent) {
        self.push(PageEvent::Wanted(intent));
    }

    fn push(&self, event: impl Into<Event>) {
        event::push(&self.events, event);
    }
}
