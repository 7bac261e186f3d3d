//! What happens to the page: shown, hidden, offline, closed, put away, sent to another address.

use banter_protocol::engine::Input;
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Event as DomEvent, PageTransitionEvent, VisibilityState};

use super::transfer::Transfer;
use crate::{
    event::{Event, EventSender, PageEvent, push},
    notice::PageNotice,
};

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
        let no_files = {
            let events = events.clone();
            move || push(&events, PageEvent::NoticeRaised(PageNotice::NoFiles))
        };
        // What is dropped on a page and not taken, the browser opens in the page's place.
        let over = |event: &DomEvent| take_files(event);
        let dropped = {
            let no_files = no_files.clone();
            move |event: &DomEvent| {
                if take_files(event) {
                    no_files();
                }
            }
        };
        let pasted = move |event: &DomEvent| {
            if Transfer::of(event).is_some_and(|transfer| transfer.is_only_files()) {
                no_files();
            }
        };
        let taking = EventListenerOptions::enable_prevent_default();
        let listeners = vec![
            EventListener::new_with_options(&window, "dragover", taking, move |event| {
                over(event);
            }),
            EventListener::new_with_options(&window, "drop", taking, dropped),
            EventListener::new(&window, "paste", pasted),
            on("online", |_| Some(Input::Online(true).into())),
            on("offline", |_| Some(Input::Online(false).into())),
            on("visibilitychange", |_| {
                Some(Input::Visible(is_visible()).into())
            }),
            on("pagehide", |_| Some(Input::PageHidden.into())),
            on("pageshow", |event| {
                was_put_away(event).then(|| Input::PageShown(Vec::new()).into())
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

/// Takes files out of the browser's hands; tells whether there are any. A text may still be dropped into a box.
fn take_files(event: &DomEvent) -> bool {
    let has_files = Transfer::of(event).is_some_and(|transfer| transfer.has_files());
    if has_files {
        event.prevent_default();
    }
    has_files
}

/// Whether the page comes from the back/forward cache rather than from the network.
fn was_put_away(event: &DomEvent) -> bool {
    event
        .dyn_ref::<PageTransitionEvent>()
        .is_some_and(PageTransitionEvent::persisted)
}
