//! The room's kind, its lock and its invite, below the people.

use banter_protocol::engine::{LockView, Privacy};
use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    icon::{Icon, IconShape},
    press::press,
    protection_words,
    room_dialog::{RoomDialog, use_open_dialog},
};
use crate::{handle::ChatHandle, store::ChatStore};

#[derive(Properties, PartialEq)]
pub(crate) struct RoomProtectionProps {
    pub(crate) privacy: Privacy,
}

/// Who can join, and what to change about it.
#[component]
pub(crate) fn RoomProtection(props: &RoomProtectionProps) -> Html {
    let lock = use_selector(|store: &ChatStore| store.lock.clone());
    let explain = use_open_dialog(RoomDialog::Protection);
    let renew = use_open_dialog(RoomDialog::Renew);
    let (shape, kind) = protection_words::kind(props.privacy);
    html! {
        <section class="protection" aria-labelledby="protection-title">
            <h3 id="protection-title" class="protection-title"><Icon {shape} />{ format!("{kind} room") }</h3>
            <p class="people-note">{ protection_words::who_can_join(props.privacy, &lock) }</p>
            <button type="button" class="button is-quiet is-link" data-testid="explain-protection" aria-haspopup="dialog" onclick={explain}>
                { "What is protected?" }
            </button>
            <div class="protection-actions">
                <LockButton lock={(*lock).clone()} />
                if props.privacy == Privacy::Private {
                    <button type="button" class="button" data-testid="open-renew" aria-haspopup="dialog" onclick={renew}>
                        <Icon shape={IconShape::Renew} />
                        { "New invite" }
                    </button>
                }
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct LockButtonProps {
    lock: LockView,
}

/// Everybody in the room may lock and unlock it.
#[component]
fn LockButton(props: &LockButtonProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let is_locked = match props.lock {
        LockView::Open => false,
        LockView::LockedByMe | LockView::LockedBy(_) => true,
    };
    let onclick = press(handle.as_ref(), move |handle| handle.lock(!is_locked));
    let (shape, words) = if is_locked {
        (IconShape::Unlock, "Unlock")
    } else {
        (IconShape::Lock, "Lock room")
    };
    html! {
        <button
            type="button"
            class="button"
            data-testid="lock-room"
            aria-pressed={if is_locked { "true" } else { "false" }}
            {onclick}
        >
            <Icon {shape} />
            { words }
        </button>
    }
}
