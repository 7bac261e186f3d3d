//! Who is in the room.

use std::{rc::Rc, sync::Arc};

use banter_protocol::engine::Obstacle;
use yew::prelude::*;
use yewdux::prelude::*;

use super::{avatar::avatar, peer_item::PeerItem};
use crate::{
    store::{ChatStore, RoomSeat},
    words::{links, people},
};

#[derive(Properties, PartialEq)]
pub(crate) struct PeerListProps {
    pub(crate) seat: Rc<RoomSeat>,
}

/// The person themselves, then everybody else in the order in which they came.
#[component]
pub(crate) fn PeerList(props: &PeerListProps) -> Html {
    let peers = use_selector(|store: &ChatStore| store.room().peers.clone());
    let peers = peers.as_deref().unwrap_or_default();
    let arriving = use_selector(|store: &ChatStore| store.room().arriving);
    let (connecting, stuck) = links::arriving(*arriving);
    let RoomSeat { me, name, .. } = &*props.seat;
    html! {
        <ul class="peers" aria-labelledby="people-title">
            <li class="peer is-me">
                { avatar(*me, name.as_str()) }
                <div class="peer-words">
                    <p class="peer-name"><bdi>{ name.as_str() }</bdi></p>
                    <p class="peer-state">{ people::SELF_NOTE }</p>
                </div>
            </li>
            for peer in peers {
                <PeerItem key={peer.id.to_string()} peer={Arc::clone(peer)} />
            }
            // Whoever has proved nothing has no name here, and no place in the list.
            if let Some(words) = connecting {
                <li class="peers-more" data-testid="unconfirmed" data-count={arriving.connecting.to_string()}>
                    { words }
                </li>
            }
            if let Some(words) = stuck {
                <li
                    class="peers-more"
                    data-testid="unlinked"
                    data-count={arriving.stuck.to_string()}
                    data-obstacle={arriving.obstacle.map(Obstacle::as_str)}
                >
                    { words }
                    if let Some(obstacle) = arriving.obstacle {
                        <span class="peer-why">{ links::obstacle(obstacle) }</span>
                    }
                </li>
            }
        </ul>
    }
}
