//! What a press of a button does.

use yew::prelude::*;

use crate::handle::ChatHandle;

/// Calls the handle, where there is one.
pub(crate) fn press(
    handle: Option<&ChatHandle>,
    action: impl Fn(&ChatHandle) + 'static,
) -> Callback<MouseEvent> {
    let handle = handle.cloned();
    Callback::from(move |_: MouseEvent| {
        if let Some(handle) = &handle {
            action(handle);
        }
    })
}
