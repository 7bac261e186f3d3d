//! Which build the page is of, and which one the server has now.

use gloo::timers::callback::Interval;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

use crate::event::{EventSender, PageEvent, push};

/// Written by the bundler, never from a cache without a question to the server.
const FILE: &str = "/build.txt";
/// A page that is looked at for hours and never loses its socket asks too.
const ASKED_EVERY_MS: u32 = 10 * 60 * 1_000;

/// The page's own build; empty where the page does not say it.
pub fn own() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| document.query_selector("meta[name=build]").ok().flatten())
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}

/// Asks for the server's now and then, for as long as it is kept.
#[derive(Debug)]
pub struct BuildWatch {
    events: EventSender,
    _interval: Interval,
}

impl BuildWatch {
    /// Begins to ask, ten minutes from now.
    pub fn new(events: EventSender) -> Self {
        let interval = {
            let events = events.clone();
            Interval::new(ASKED_EVERY_MS, move || ask(&events))
        };
        Self {
            events,
            _interval: interval,
        }
    }

    /// Asks now; [`PageEvent::BuildTold`] brings the answer, and no answer changes nothing.
    pub fn ask(&self) {
        ask(&self.events);
    }
}

fn ask(events: &EventSender) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let (asked, events) = (window.fetch_with_str(FILE), events.clone());
    spawn_local(async move {
        let Ok(answer) = JsFuture::from(asked).await else {
            return;
        };
        let answer: Response = answer.unchecked_into();
        if answer.ok()
            && let Ok(text) = answer.text()
            && let Ok(text) = JsFuture::from(text).await
            && let Some(build) = text.as_string()
        {
            push(&events, PageEvent::BuildTold(build));
        }
    });
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Refused only where the page is being taken apart anyway.
        let _ = window.location().reload();
    }
}
