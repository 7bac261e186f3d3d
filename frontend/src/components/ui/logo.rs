//! The mark: two speech bubbles that make a B.

use yew::prelude::*;

/// The mark, without words.
pub(crate) fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="logo-back" d="M8 0h16a8 8 0 0 1 8 8v16a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8V8a8 8 0 0 1 8-8Z" />
            <path class="logo-top" d="M9 6h8.500a4.5 4.5 0 0 1 0 9H9a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1Z" />
            <path class="logo-bottom" d="M9 16.500h10.200a4.8 4.8 0 0 1 0 9.600h-6.400L9.7 28.400A1.05 1.05 0 0 1 8 27.500v-10a1 1 0 0 1 1-1Z" />
        </svg>
    }
}
