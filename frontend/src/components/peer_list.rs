//! Who is in the room.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::{avatar::avatar, peer_item::PeerItem};
use crate::store::{ChatStore, RoomSeat};

#[derive(Properties, PartialEq)]
pub(crate) struct PeerListProps {
    pub(crate) seat: Rc<RoomSeat>,
}

/// The person themselves, then everybody else in the order in which they came.
#[component]
pub(crate) fn PeerList(props: &PeerListProps) -> Html {
    let peers = use_selector(|store: &ChatStore| store.peers.clone());
    let peers = peers.as_deref().unwrap_or_default();
    let unconfirmed = use_selector(|store: &ChatStore| store.unconfirmed);
    let RoomSeat { me, name, .. } = &*props.seat;
    html! {
        <ul class="peers" aria-labelledby="people-title">
            <li class="peer is-me">
                { avatar(*me, name.as_str()) }
                <div class="peer-words">
                    <p class="peer-name"><bdi>{ name.as_str() }</bdi></p>
                    <p class="peer-state">{ "You" }</p>
                </div>
            </li>
            for peer in peers {
                <PeerItem key={peer.id.to_string()} peer={peer.clone()} />
            }
            if *unconfirmed > 0 {
                // Whoever has proved nothing has no name here, and no place in the list.
                <li class="peers-more" data-testid="unconfirmed" data-count={unconfirmed.to_string()}>
                    { format!("{unconfirmed} more connecting…") }
                </li>
            }
        </ul>
    }
}
