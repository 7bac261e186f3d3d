//! Somebody, looked at closely: who they are, and how to make sure of it.

use banter_protocol::{
    engine::{Hearing, PersonView, Standing},
    ids::PeerId,
};
use yew::prelude::*;
use yewdux::prelude::*;

use super::avatar::avatar;
use crate::{
    components::{
        trust::{
            emoji_comparison::EmojiComparison,
            safety_number::safety_number_card,
            standing::{Choice, choice},
        },
        ui::{
            dialog::Dialog,
            icon::{IconShape, icon},
            press::press,
        },
    },
    handle::{RoomHandle, use_room},
    store::ChatStore,
    words::{people, standing},
};

/// The person of [`ChatStore::inspected`], where there is one.
#[component]
pub(crate) fn PersonDialog() -> Html {
    let handle = use_room();
    let person = use_selector(|store: &ChatStore| store.room().inspected.clone());
    let on_close = use_callback(handle.clone(), |(): (), handle| {
        if let Some(handle) = handle {
            handle.close_inspection();
        }
    });
    let Some(person) = (*person).clone() else {
        return Html::default();
    };
    let PersonView {
        peer,
        name,
        safety_number,
        standing,
        ..
    } = &*person;
    let title = name.as_str().to_owned();
    html! {
        <Dialog key={peer.to_string()} {title} testid="person-dialog" {on_close}>
            <div class="person" data-peer-id={peer.to_string()} data-standing={standing.as_str()}>
                { avatar(*peer, name.as_str()) }
                <p class="person-standing" role="status">
                    { icon(standing_icon(*standing)) }
                    <span>{ standing::long(*standing) }</span>
                </p>
            </div>
            if person.hearing == Hearing::Muted {
                { muted(*peer, handle.as_ref()) }
            }
            if choice(*standing) == Choice::Verify {
                <EmojiComparison peer={*peer} name={name.clone()} emoji={person.emoji} />
            }
            if *standing != Standing::Unconfirmed {
                { safety_number_card(safety_number, name) }
            }
            { choices(&person, handle.as_ref()) }
        </Dialog>
    }
}

fn standing_icon(standing: Standing) -> IconShape {
    match standing {
        Standing::Verified => IconShape::Verified,
        Standing::Unconfirmed => IconShape::Clock,
        Standing::Known | Standing::NewKey => IconShape::Shield,
        Standing::Changed | Standing::Refused | Standing::Forked => IconShape::Alert,
    }
}

/// That they are muted, why, and the way to hear them at once.
fn muted(peer: PeerId, handle: Option<&RoomHandle>) -> Html {
    let onclick = press(handle, move |handle| handle.listen_again(peer));
    html! {
        <div class="person-muted" role="status">
            <p>{ people::MUTED_TEXT }</p>
            <button type="button" class="button" data-testid="listen-again" {onclick}>
                { people::MUTED_BUTTON }
            </button>
        </div>
    }
}

/// What there is to do about them.
fn choices(person: &PersonView, handle: Option<&RoomHandle>) -> Html {
    let PersonView { peer, standing, .. } = *person;
    let judge = |accept| press(handle, move |handle| handle.judge_key(peer, accept));
    let buttons = match choice(standing) {
        Choice::Nothing => return Html::default(),
        Choice::Verify => {
            let verified = standing != Standing::Verified;
            let onclick = press(handle, move |handle| handle.set_verified(peer, verified));
            let words = if verified {
                people::VERIFY_BUTTON
            } else {
                people::UNVERIFY_BUTTON
            };
            html! {
                <button
                    type="button"
                    class={classes!("button", verified.then_some("is-primary"))}
                    data-testid="toggle-verified"
                    {onclick}
                >
                    if verified {
                        { icon(IconShape::Verified) }
                    }
                    { words }
                </button>
            }
        }
        Choice::JudgeKey => html! {
            <>
                <button type="button" class="button" data-testid="accept-key" onclick={judge(true)}>
                    { people::KEY_ACCEPT_BUTTON }
                </button>
                <button type="button" class="button" data-testid="refuse-key" onclick={judge(false)}>
                    { people::KEY_REFUSE_BUTTON }
                </button>
            </>
        },
        Choice::LetIn => html! {
            <button type="button" class="button" data-testid="accept-key" onclick={judge(true)}>
                { people::LET_IN_BUTTON }
            </button>
        },
    };
    html! { <div class="dialog-actions">{ buttons }</div> }
}
