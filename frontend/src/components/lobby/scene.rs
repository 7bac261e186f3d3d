//! A glimpse of a conversation, for the lobby of a wide page.

use yew::prelude::*;

use crate::components::people::identity::initials;

/// What somebody says in it.
struct Line {
    /// Nobody: the person who looks.
    author: Option<(&'static str, &'static str)>,
    text: &'static str,
}

const LINES: [Line; 3] = [
    Line {
        author: Some(("Bo", "tone-4")),
        text: "Kettle’s on. Who’s in?",
    },
    Line {
        author: None,
        text: "Me! Ten minutes.",
    },
    Line {
        author: Some(("Cleo", "tone-1")),
        text: "Bringing the good biscuits 🍪",
    },
];

/// Only to look at.
pub(crate) fn scene() -> Html {
    html! {
        <div class="scene" aria-hidden="true">
            { for LINES.iter().map(line) }
        </div>
    }
}

fn line(line: &Line) -> Html {
    let Some((name, tone)) = line.author else {
        return html! {
            <div class="message is-own"><p class="message-text">{ line.text }</p></div>
        };
    };
    html! {
        <div class="message">
            <span class={classes!("avatar", tone)}>{ initials(name) }</span>
            <div class="message-head">
                <span class={classes!("message-sender", tone)}>{ name }</span>
            </div>
            <p class="message-text">{ line.text }</p>
        </div>
    }
}
