//! A glimpse of a conversation, for the lobby of a wide page.

use yew::prelude::*;

use crate::{
    components::people::identity::initials,
    words::lobby::{SCENE_AUTHORS, SCENE_LINES},
};

/// Only to look at.
pub(crate) fn scene() -> Html {
    let [first, own, last] = SCENE_LINES;
    let [first_author, last_author] = SCENE_AUTHORS;
    html! {
        <div class="scene" aria-hidden="true">
            { line(first_author, "tone-4", first) }
            <div class="message is-own"><p class="message-text">{ own }</p></div>
            { line(last_author, "tone-1", last) }
        </div>
    }
}

fn line(name: &'static str, tone: &'static str, text: &'static str) -> Html {
    html! {
        <div class="message">
            <span class={classes!("avatar", tone)}>{ initials(name) }</span>
            <div class="message-head">
                <span class={classes!("message-sender", tone)}>{ name }</span>
            </div>
            <p class="message-text">{ text }</p>
        </div>
    }
}
