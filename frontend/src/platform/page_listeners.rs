//! What happens to the page: shown, hidden, offline, closed, put away, sent to another address.

use banter_protocol::engine::Input;
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Event as DomEvent, PageTransitionEvent, VisibilityState};

use crate::event::{Event, EventSender, PageEvent, push};

/// Listeners that push what happens until they are dropped.
#[derive(Debug)]
pub struct PageListeners {
    _listeners: Vec<EventListener>,
}

impl PageListeners {
    /// Begins to listen, and pushes how things stand.
    pub fn new(events: &EventSender) -> Self {
        push(events, Input::Online(is_online()));
        push(events, Input::Visible(is_visible()));
        let Some(window) = web_sys::window() else {
            return Self {
                _listeners: Vec::new(),
            };
        };
        let on = |name: &'static str, what: fn(&DomEvent) -> Option<Event>| {
            let events = events.clone();
            let callback = move |event: &DomEvent| {
                if let Some(event) = what(event) {
                    push(&events, event);
                }
            };
            // `visibilitychange` is the document's event and bubbles to the window.
            EventListener::new(&window, name, callback)
        };
        let listeners = vec![
            on("online", |_| Some(Input::Online(true).into())),
            on("offline", |_| Some(Input::Online(false).into())),
            on("visibilitychange", |_| {
                Some(Input::Visible(is_visible()).into())
            }),
            on("pagehide", |_| Some(Input::PageHidden.into())),
            on("pageshow", |event| {
                was_put_away(event).then(|| Input::PageShown(None).into())
            }),
            on("popstate", |_| Some(PageEvent::AddressChanged.into())),
        ];
        Self {
            _listeners: listeners,
        }
    }
}

fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether the page comes from the back/forward cache rather than from the network.
fn was_put_away(event: &DomEvent) -> bool {
    event
        .dyn_ref::<PageTransitionEvent>()
        .is_some_and(PageTransitionEvent::persisted)
}
