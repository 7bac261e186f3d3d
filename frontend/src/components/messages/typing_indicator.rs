//! Who is typing, on a line that is always there so that nothing moves.

use yew::prelude::*;
use yewdux::prelude::*;

use crate::{store::ChatStore, words::messages};

/// The typing line. It is not announced: what is typed will be, once it is sent.
#[component]
pub(crate) fn TypingIndicator() -> Html {
    let words = use_selector(|store: &ChatStore| {
        messages::typing(store.room().typing.as_deref().unwrap_or_default())
    });
    html! {
        <p class={classes!("typing", (!words.is_empty()).then_some("is-active"))}>
            <span class="typing-dots" aria-hidden="true"><i /><i /><i /></span>
            <span class="typing-words" data-testid="typing-indicator">{ words.html() }</span>
        </p>
    }
}
