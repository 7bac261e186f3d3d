//! Names whose key is another than the one that is known: the person decides before anything goes on.

use banter_protocol::engine::{PeerView, Standing};
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{
    components::ui::{
        icon::{IconShape, icon},
        press::press,
    },
    handle::{RoomHandle, use_room},
    store::ChatStore,
    words::{comparing, people},
};

/// Everybody about whose key the person has to decide.
#[component]
pub(crate) fn KeyNotices() -> Html {
    let handle = use_room();
    let changed = use_selector(changed);
    if changed.is_empty() {
        return Html::default();
    }
    html! {
        <div class="key-notices">
            for peer in changed.iter() {
                { notice(peer, handle.as_ref()) }
            }
        </div>
    }
}

fn changed(store: &ChatStore) -> Vec<PeerView> {
    let peers = store.room().peers.as_deref().unwrap_or_default();
    let changed = peers
        .iter()
        .filter(|peer| peer.standing == Standing::Changed);
    // A pong changes nothing here.
    changed
        .map(|peer| PeerView {
            latency_ms: None,
            ..(**peer).clone()
        })
        .collect()
}

fn notice(peer: &PeerView, handle: Option<&RoomHandle>) -> Html {
    let id = peer.id;
    let judge = |accept| press(handle, move |handle| handle.judge_key(id, accept));
    let compare = press(handle, move |handle| handle.inspect(id));
    let words = format!("key-changed-{id}");
    let badge = peer.badge.as_ref();
    let badge = badge.map(|badge| html! { <span class="peer-badge">{ badge.clone() }</span> });
    html! {
        <section
            key={id.to_string()}
            class="key-notice"
            role="alert"
            data-testid="key-changed"
            data-peer-id={id.to_string()}
            aria-labelledby={words.clone()}
        >
            { icon(IconShape::Alert) }
            <div class="key-notice-words">
                <p id={words.clone()} class="key-notice-what">
                    { comparing::key_changed(&peer.name, badge).html() }
                </p>
                <p class="key-notice-why">{ comparing::KEY_CHANGED_TEXT }</p>
            </div>
            <div class="key-notice-actions">
                <button type="button" class="button is-primary" data-testid="compare-key" aria-haspopup="dialog" aria-describedby={words.clone()} onclick={compare}>
                    { comparing::KEY_COMPARE_BUTTON }
                </button>
                <button type="button" class="button" data-testid="accept-key" aria-describedby={words.clone()} onclick={judge(true)}>
                    { people::KEY_ACCEPT_BUTTON }
                </button>
                <button type="button" class="button" data-testid="refuse-key" aria-describedby={words} onclick={judge(false)}>
                    { people::KEY_REFUSE_BUTTON }
                </button>
            </div>
        </section>
    }
}
