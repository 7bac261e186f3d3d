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
            standing_words::{self, Choice},
        },
        ui::{
            dialog::Dialog,
            icon::{IconShape, icon},
            press::press,
        },
    },
    handle::{RoomHandle, use_room},
    store::ChatStore,
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
                    <span>{ standing_words::long(*standing) }</span>
                </p>
            </div>
            if person.hearing == Hearing::Muted {
                { muted(*peer, handle.as_ref()) }
            }
            if standing_words::choice(*standing) == Choice::Verify {
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
            <p>
                { "Muted for now: they send more than this page can show, and nothing of it is read. \
                   It ends by itself once they calm down." }
            </p>
            <button type="button" class="button" data-testid="listen-again" {onclick}>
                { "Hear them now" }
            </button>
        </div>
    }
}

/// What there is to do about them.
fn choices(person: &PersonView, handle: Option<&RoomHandle>) -> Html {
    let PersonView { peer, standing, .. } = *person;
    let judge = |accept| press(handle, move |handle| handle.judge_key(peer, accept));
    let buttons = match standing_words::choice(standing) {
        Choice::Nothing => return Html::default(),
        Choice::Verify => {
            let verified = standing != Standing::Verified;
            let onclick = press(handle, move |handle| handle.set_verified(peer, verified));
            let words = if verified {
                "Mark as verified"
            } else {
                "No longer verified"
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
                    { "It is them" }
                </button>
                <button type="button" class="button" data-testid="refuse-key" onclick={judge(false)}>
                    { "Keep them out" }
                </button>
            </>
        },
        Choice::LetIn => html! {
            <button type="button" class="button" data-testid="accept-key" onclick={judge(true)}>
                { "Let them in" }
            </button>
        },
    };
    html! { <div class="dialog-actions">{ buttons }</div> }
}
