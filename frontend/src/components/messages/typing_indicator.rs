//! Who is typing, on a line that is always there so that nothing moves.

use yew::prelude::*;
use yewdux::prelude::*;

use crate::{components::people::link_words::typing_words, store::ChatStore};

/// The typing line. It is not announced: what is typed will be, once it is sent.
#[component]
pub(crate) fn TypingIndicator() -> Html {
    let words = use_selector(|store: &ChatStore| {
        typing_words(store.room().typing.as_deref().unwrap_or_default())
    });
    html! {
        <p class={classes!("typing", (!words.is_empty()).then_some("is-active"))}>
            <span class="typing-dots" aria-hidden="true"><i /><i /><i /></span>
            <span class="typing-words" data-testid="typing-indicator">{ words.html() }</span>
        </p>
    }
}
