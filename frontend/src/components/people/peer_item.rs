//! One person in the list.

use std::sync::Arc;

use banter_protocol::engine::{LinkPath, Obstacle, PeerView, Standing};
use yew::prelude::*;

use super::avatar::avatar;
use crate::{
    components::ui::{
        icon::{IconShape, icon},
        press::press,
    },
    handle::use_room,
    words::{links, people, standing},
};

#[derive(Properties)]
pub(crate) struct PeerItemProps {
    pub(crate) peer: Arc<PeerView>,
}

/// Somebody who is shown differently is another `Arc`.
impl PartialEq for PeerItemProps {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.peer, &other.peer)
    }
}

/// Somebody else: who they are, what is known of that, and how the link to them stands. A press looks closely.
#[component]
pub(crate) fn PeerItem(props: &PeerItemProps) -> Html {
    let handle = use_room();
    let PeerView {
        id,
        name,
        state,
        latency_ms,
        path,
        obstacle,
        identity: _,
        standing,
        badge,
        asks_to_compare,
        hearing,
    } = &*props.peer;
    let peer = *id;
    let onclick = press(handle.as_ref(), move |handle| handle.inspect(peer));
    let is_verified = *standing == Standing::Verified;
    html! {
        <li
            class="peer"
            data-testid="peer"
            data-peer-id={id.to_string()}
            data-state={state.as_str()}
            data-path={path.map_or("", LinkPath::as_str)}
            data-obstacle={obstacle.map(Obstacle::as_str)}
            data-latency-ms={latency_ms.map(|millis| millis.to_string())}
            data-verified={if is_verified { "true" } else { "false" }}
            data-standing={standing.as_str()}
            data-hearing={hearing.as_str()}
        >
            <button type="button" class="peer-open" aria-haspopup="dialog" {onclick}>
                { avatar(*id, name.as_str()) }
                <span class="peer-words">
                    <span class="peer-head">
                        <span class="peer-name" title={name.as_str().to_owned()}><bdi>{ name.as_str() }</bdi></span>
                        if let Some(badge) = badge {
                            <span class="peer-badge">{ badge.clone() }</span>
                        }
                        if is_verified {
                            <span class="verified-mark">{ icon(IconShape::Verified) }</span>
                        }
                    </span>
                    if let Some(words) = standing::short(*standing) {
                        <span class={classes!("peer-standing", is_verified.then_some("visually-hidden"))}>{ words }</span>
                    }
                    if let Some(words) = standing::hearing(*hearing) {
                        <span class="peer-standing">{ words }</span>
                    }
                    if *asks_to_compare {
                        <span class="peer-standing" data-testid="asks-to-compare">{ people::COMPARING_NOTE }</span>
                    }
                    <span class="peer-state" title={path.map(links::path_meaning)}>
                        { links::link(*state, *path, *latency_ms) }
                    </span>
                    if let Some(obstacle) = obstacle {
                        <span class="peer-why">{ links::obstacle(*obstacle) }</span>
                    }
                </span>
            </button>
        </li>
    }
}
