//! What arrives at the driver's one queue.

use banter_protocol::{
    engine::Input,
    ids::{PeerId, RoomId},
    names::PersonName,
};
use futures_channel::mpsc::UnboundedSender;
use web_sys::RtcCertificate;

use crate::{
    notice::PageNotice,
    platform::{tab_lock::TabClaim, theme::ThemeChoice},
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
    /// The person asks for a room; what the tab kept of it is still in its storage.
    Join(RoomId, PersonName),
    /// Back, Forward, or an address typed by hand that differs only after `#`.
    AddressChanged,
    /// The person chose how the page looks.
    ThemeChosen(ThemeChoice),
    /// A component has something to tell the person.
    NoticeRaised(PageNotice),
    /// The person put the notice away.
    NoticeDismissed,
    /// Time to draw what was put off.
    DrawingDue,
    /// The browser told whether this id is the tab's own.
    TabClaimed(PeerId, TabClaim),
    /// The browser made a certificate for a connection, or could not.
    CertificateMade(Option<RtcCertificate>),
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
