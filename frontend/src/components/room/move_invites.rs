//! Who asks the person to go on elsewhere: nobody is moved, so the person answers or lets it be.

use std::sync::Arc;

use banter_protocol::engine::{MoveView, Standing};
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{
    components::ui::{
        icon::{IconShape, icon},
        press::press,
    },
    handle::{RoomHandle, use_room},
    store::ChatStore,
};

/// Everybody who asks.
#[component]
pub(crate) fn MoveInvites() -> Html {
    let handle = use_room();
    let moves = use_selector(|store: &ChatStore| {
        store.room().moves.clone().unwrap_or_else(|| Arc::from([]))
    });
    if moves.is_empty() {
        return Html::default();
    }
    html! {
        <div class="key-notices move-invites">
            for asked in moves.iter() {
                { invite(asked, handle.as_ref()) }
            }
        </div>
    }
}

fn invite(asked: &MoveView, handle: Option<&RoomHandle>) -> Html {
    let MoveView {
        by,
        name,
        badge,
        standing,
        room,
    } = asked;
    let answer = |accept| {
        let (by, room) = (*by, room.clone());
        press(handle, move |handle| {
            handle.answer_move(by, room.clone(), accept);
        })
    };
    let words = format!("move-invite-{by}");
    let is_verified = *standing == Standing::Verified;
    html! {
        <section
            key={by.to_string()}
            class={classes!("key-notice", "move-invite", (!is_verified).then_some("is-unverified"))}
            role="alert"
            data-testid="move-invite"
            data-identity={by.to_string()}
            data-verified={if is_verified { "true" } else { "false" }}
            data-room-id={room.as_str().to_owned()}
            aria-labelledby={words.clone()}
        >
            { icon(IconShape::People) }
            <div class="key-notice-words">
                <p id={words.clone()} class="key-notice-what">
                    <bdi>{ name.as_str() }</bdi>
                    { " " }<span class="peer-badge">{ badge.clone() }</span>
                    { " asks you to go on with them in a new room." }
                </p>
                <p class="key-notice-why">{ doubts(*standing) }</p>
                <p class="key-notice-why">
                    { "If you go, what was said here comes along on this device, and you leave this room. If you stay, nothing changes." }
                </p>
            </div>
            <div class="key-notice-actions">
                <button type="button" class="button is-primary" data-testid="accept-move" aria-describedby={words.clone()} onclick={answer(true)}>
                    { "Go to the new room" }
                </button>
                <button type="button" class="button" data-testid="decline-move" aria-describedby={words} onclick={answer(false)}>
                    { "Stay here" }
                </button>
            </div>
        </section>
    }
}

/// What is known of who asks.
fn doubts(standing: Standing) -> &'static str {
    match standing {
        Standing::Verified => "You have verified them.",
        Standing::Known => {
            "You have not verified them: make sure that it is them before you follow."
        }
        Standing::NewKey
        | Standing::Unconfirmed
        | Standing::Changed
        | Standing::Refused
        | Standing::Forked => {
            "You have not verified them, and their name belongs to somebody else here: they may only look like them."
        }
    }
}
