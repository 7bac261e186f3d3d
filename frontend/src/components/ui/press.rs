//! What a press of a button does.

use yew::prelude::*;

/// Calls the handle, where there is one.
pub(crate) fn press<H: Clone + 'static>(
    handle: Option<&H>,
    action: impl Fn(&H) + 'static,
) -> Callback<MouseEvent> {
    let handle = handle.cloned();
    Callback::from(move |_: MouseEvent| {
        if let Some(handle) = &handle {
            action(handle);
        }
    })
}
