//! Whether the page is being printed: what is read on the screen in parts stands on paper as a whole.

use gloo::events::EventListener;
use yew::prelude::*;

/// `true` from just before the browser lays out the page for paper until it has.
#[hook]
pub(crate) fn use_printing() -> bool {
    let is_printing = use_state_eq(|| false);
    {
        let is_printing = is_printing.setter();
        use_effect_with((), move |()| {
            let listeners = web_sys::window().map(|window| {
                [("beforeprint", true), ("afterprint", false)].map(|(name, begins)| {
                    let is_printing = is_printing.clone();
                    EventListener::new(&window, name, move |_| is_printing.set(begins))
                })
            });
            move || drop(listeners)
        });
    }
    *is_printing
}
