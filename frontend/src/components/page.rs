//! The page: the lobby or a room.

use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    lobby::{
        room_lobby::RoomLobby,
        visit::{Arrival, Wait},
    },
    room::{chat_room::ChatRoom, page_title::PageTitle},
};
use crate::{
    handle::{ChatHandle, RoomHandle},
    store::{ChatStore, Phase},
};

/// Everything that a person sees. Needs the store's `yewdux::Context` and a `ChatHandle` from
/// `ContextProvider`s above it, and takes another `LocalClock` than the browser's, and a
/// `RoomDialog` that is open at first, from there.
#[component]
pub fn Page() -> Html {
    let handle = use_context::<ChatHandle>();
    let shown = use_selector(|store: &ChatStore| (store.phase.clone(), store.room().seat.clone()));
    let room = match &shown.0 {
        Phase::Room(room) => handle.map(|handle| handle.room(room.clone())),
        Phase::Lobby | Phase::Opening | Phase::Unlocking => None,
    };
    let arrival = use_mut_ref(|| Arrival::First);
    let lobby = |wait| html! { <RoomLobby arrival={*arrival.borrow()} {wait} /> };
    let screen = match &*shown {
        (Phase::Lobby, _) => lobby(Wait::Person),
        (Phase::Opening, _) => lobby(Wait::Storage),
        (Phase::Unlocking, _) => lobby(Wait::Unlocking),
        (Phase::Room(_), None) => lobby(Wait::Joining),
        (Phase::Room(_), Some(seat)) => {
            arrival.replace(Arrival::FromRoom);
            html! { <ChatRoom seat={seat.clone()} /> }
        }
    };
    html! {
        <>
            <PageTitle />
            <ContextProvider<Option<RoomHandle>> context={room}>
                { screen }
            </ContextProvider<Option<RoomHandle>>>
        </>
    }
}
