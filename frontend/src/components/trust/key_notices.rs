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
                    <bdi>{ peer.name.as_str() }</bdi>
                    if let Some(badge) = &peer.badge {
                        { " " }<span class="peer-badge">{ badge.clone() }</span>
                    }
                    { "’s key is not the one you know." }
                </p>
                <p class="key-notice-why">
                    { "Either they use another browser or device, or somebody pretends to be them. \
                       Nothing is sent to or shown from them until you decide." }
                </p>
            </div>
            <div class="key-notice-actions">
                <button type="button" class="button is-primary" data-testid="compare-key" aria-haspopup="dialog" aria-describedby={words.clone()} onclick={compare}>
                    { "Compare safety number" }
                </button>
                <button type="button" class="button" data-testid="accept-key" aria-describedby={words.clone()} onclick={judge(true)}>
                    { "It is them" }
                </button>
                <button type="button" class="button" data-testid="refuse-key" aria-describedby={words} onclick={judge(false)}>
                    { "Keep them out" }
                </button>
            </div>
        </section>
    }
}
