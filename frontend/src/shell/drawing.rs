//! When changes of what the person sees are drawn.

use banter_protocol::engine::{RoomEvent, ViewEvent};
use gloo::timers::callback::Timeout;
use yewdux::Dispatch;

use crate::{
    event::{EventSender, PageEvent, push},
    store::{ApplyAll, ChatStore},
};

/// Drawing takes milliseconds, during which no frame and no description of a peer is taken in; so it is put
/// off until the browser has handed over what has arrived, and done once for all of it.
#[derive(Debug)]
pub(super) struct Drawing {
    dispatch: Dispatch<ChatStore>,
    events: EventSender,
    /// Changes that are not drawn yet, and when they will be.
    undrawn: Vec<ViewEvent>,
    due: Option<Timeout>,
}

impl Drawing {
    pub(super) fn new(dispatch: Dispatch<ChatStore>, events: EventSender) -> Self {
        Self {
            dispatch,
            events,
            undrawn: Vec::new(),
            due: None,
        }
    }

    /// Draws a change, at once or soon.
    pub(super) fn add(&mut self, event: ViewEvent) {
        let at_once = is_urgent(&event);
        self.undrawn.push(event);
        if at_once {
            self.draw();
        } else if self.due.is_none() {
            let events = self.events.clone();
            let due = Timeout::new(0, move || push(&events, PageEvent::DrawingDue));
            self.due = Some(due);
        }
    }

    /// Draws what was put off.
    pub(super) fn draw(&mut self) {
        self.due = None;
        if !self.undrawn.is_empty() {
            let changes = ApplyAll(std::mem::take(&mut self.undrawn));
            self.dispatch.apply(changes);
        }
    }
}

/// Nothing waits for a room that is entered or left, and a reloaded page must not show the form that it is about to leave. The
/// person's own words stand in no queue behind what others send.
fn is_urgent(event: &ViewEvent) -> bool {
    match event {
        ViewEvent::Room(_, RoomEvent::MessageAdded(message)) => message.own,
        ViewEvent::Room(_, event) => matches!(event, RoomEvent::Joining | RoomEvent::Left),
        ViewEvent::StorageFailed => false,
    }
}
