//! The room's kind, its lock and its invite, below the people.

use banter_protocol::engine::{LockView, Privacy};
use yew::prelude::*;
use yewdux::prelude::*;

use super::privacy_icon::privacy_icon;
use crate::{
    components::{
        room::room_dialog::{RoomDialog, use_open_dialog},
        ui::{
            icon::{IconShape, icon},
            press::press,
        },
    },
    handle::{RoomHandle, use_room},
    store::ChatStore,
    words::{invites, protection},
};

#[derive(Properties, PartialEq)]
pub(crate) struct RoomProtectionProps {
    pub(crate) privacy: Privacy,
}

/// Who can join, and what to change about it.
#[component]
pub(crate) fn RoomProtection(props: &RoomProtectionProps) -> Html {
    let handle = use_room();
    let lock = use_selector(|store: &ChatStore| store.room().lock.clone());
    let explain = use_open_dialog(RoomDialog::Protection);
    let renew = use_open_dialog(RoomDialog::Renew);
    html! {
        <section class="protection" aria-labelledby="protection-title">
            <h3 id="protection-title" class="protection-title">
                { icon(privacy_icon(props.privacy)) }
                { protection::kind_heading(props.privacy) }
            </h3>
            <p class="people-note">{ protection::who_can_join(props.privacy, &lock).html() }</p>
            <button type="button" class="button is-quiet is-link" data-testid="explain-protection" aria-haspopup="dialog" onclick={explain}>
                { protection::EXPLAIN_BUTTON }
            </button>
            <div class="protection-actions">
                { lock_button(&lock, handle.as_ref()) }
                if props.privacy == Privacy::Private {
                    <button type="button" class="button" data-testid="open-renew" aria-haspopup="dialog" onclick={renew}>
                        { icon(IconShape::Renew) }
                        { invites::RENEW_BUTTON }
                    </button>
                }
            </div>
        </section>
    }
}

/// Everybody in the room may lock and unlock it.
fn lock_button(lock: &LockView, handle: Option<&RoomHandle>) -> Html {
    let is_locked = match lock {
        LockView::Open => false,
        LockView::LockedByMe | LockView::LockedBy(_) => true,
    };
    let onclick = press(handle, move |handle| handle.lock(!is_locked));
    let (shape, words) = if is_locked {
        (IconShape::Unlock, protection::UNLOCK_BUTTON)
    } else {
        (IconShape::Lock, protection::LOCK_BUTTON)
    };
    html! {
        <button
            type="button"
            class="button"
            data-testid="lock-room"
            aria-pressed={if is_locked { "true" } else { "false" }}
            {onclick}
        >
            { icon(shape) }
            { words }
        </button>
    }
}
