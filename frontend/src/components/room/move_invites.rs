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
    words::invites,
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
    let badge = html! { <span class="peer-badge">{ badge.clone() }</span> };
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
                    { invites::move_asked(name, badge).html() }
                </p>
                <p class="key-notice-why">{ invites::move_doubts(*standing) }</p>
                <p class="key-notice-why">{ invites::MOVE_TEXT }</p>
            </div>
            <div class="key-notice-actions">
                <button type="button" class="button is-primary" data-testid="accept-move" aria-describedby={words.clone()} onclick={answer(true)}>
                    { invites::MOVE_ACCEPT_BUTTON }
                </button>
                <button type="button" class="button" data-testid="decline-move" aria-describedby={words} onclick={answer(false)}>
                    { invites::MOVE_DECLINE_BUTTON }
                </button>
            </div>
        </section>
    }
}
