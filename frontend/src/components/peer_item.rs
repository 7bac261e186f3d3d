//! One person in the list.

use banter_protocol::engine::PeerView;
use yew::prelude::*;

use super::{avatar::Avatar, link_words};

#[derive(Properties, PartialEq)]
pub(crate) struct PeerItemProps {
    pub(crate) peer: PeerView,
}

/// Somebody else: who they are and how the link to them stands.
#[component]
pub(crate) fn PeerItem(props: &PeerItemProps) -> Html {
    let PeerView {
        id,
        name,
        state,
        latency_ms,
        ..
    } = &props.peer;
    html! {
        <li
            class="peer"
            data-testid="peer"
            data-peer-id={id.to_string()}
            data-state={state.as_str()}
            data-latency-ms={latency_ms.map(|millis| millis.to_string())}
            data-verified="false"
        >
            <Avatar id={*id} name={name.as_str().to_owned()} />
            <div class="peer-words">
                <p class="peer-name" title={name.as_str().to_owned()}><bdi>{ name.as_str() }</bdi></p>
                <p class="peer-state">{ link_words::link_words(*state, *latency_ms) }</p>
            </div>
        </li>
    }
}
