//! What arrives at the driver's one queue.

use std::fmt;

use banter_protocol::{
    crypto::{Invite, invite_text::Secrecy},
    engine::{Input, PathPolicy},
    ids::PeerId,
    names::PersonName,
};
use futures_channel::mpsc::UnboundedSender;
use web_sys::RtcCertificate;

use crate::{
    notice::PageNotice,
    platform::{profile_store::OpenedProfile, tab_lock::TabClaim, theme::ThemeChoice},
};

/// The queue's end that listeners and components hold.
pub type EventSender = UnboundedSender<Event>;

/// One thing that happened in the page.
#[derive(Debug)]
pub enum Event {
    /// The engine decides what follows.
    Input(Input),
    /// The driver itself decides: the engine knows neither addresses nor storage.
    Page(PageEvent),
}

/// What happens to the page rather than to the chat.
#[derive(Debug)]
pub enum PageEvent {
    /// The page may rehearse joining a little more.
    RehearsalDue,
    /// The person is about to ask for a room.
    JoiningExpected,
    /// The person was about to ask for a room, and did not.
    JoiningForgotten,
    /// The person asks for a room; what the tab kept of it is still in its storage.
    Join(JoinRequest),
    /// The busy state is on the screen, so the passphrase may be stretched.
    UnlockingDue,
    /// Back, Forward, or an address typed by hand that differs only after `#`.
    AddressChanged,
    /// The person chose how the page looks.
    ThemeChosen(ThemeChoice),
    /// The person chose which ways connections may take.
    PathsChosen(PathPolicy),
    /// The server told which build it has.
    BuildTold(String),
    /// The person wants the newest build.
    ReloadWanted,
    /// A component has something to tell the person.
    NoticeRaised(PageNotice),
    /// The person put every notice away.
    NoticeDismissed,
    /// Time to draw what was put off.
    DrawingDue,
    /// The browser told whether this id is the tab's own.
    TabClaimed(PeerId, TabClaim),
    /// The browser opened its storage, or refused to, later than a page waits with being shown.
    ProfileOpened(OpenedProfile),
    /// The browser has neither opened its storage nor refused to for a long time.
    StorageSilent,
    /// The person wants the storage to be tried again.
    StorageRetried,
    /// The person goes on as somebody new.
    GoingOnAnew,
    /// The browser made a certificate for a connection, or could not.
    CertificateMade(Option<RtcCertificate>),
}

/// What a person who asks for a room has given.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// The room, with what lets one in.
    pub invite: Invite,
    /// For a room that asks for it, or for a new one that shall ask for it; `None` for the one that the tab kept.
    pub passphrase: Option<Passphrase>,
    /// The person.
    pub name: PersonName,
    /// Whether a server has seen the secret, as far as the invite tells.
    pub secrecy: Secrecy,
}

/// A passphrase as it was typed, in Unicode normalization form NFKC.
#[derive(Clone)]
pub struct Passphrase(pub String);

/// Secrets are not for logs.
impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase")
    }
}

impl From<Input> for Event {
    fn from(input: Input) -> Self {
        Self::Input(input)
    }
}

impl From<PageEvent> for Event {
    fn from(event: PageEvent) -> Self {
        Self::Page(event)
    }
}

/// Queues an event. Without a driver there is nobody to tell, and that is harmless.
pub fn push(events: &EventSender, event: impl Into<Event>) {
    let _ = events.unbounded_send(event.into());
}
