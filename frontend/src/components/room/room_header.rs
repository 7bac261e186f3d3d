//! The head of a room: where one is, how things stand, and the way out.

use banter_protocol::ids::RoomId;
use yew::prelude::*;
use yewdux::prelude::*;

use super::{connection_status::ConnectionStatus, copy_invite::CopyInvite};
use crate::{
    components::ui::{
        icon::{IconShape, icon},
        logo::logo,
    },
    handle::use_room,
    store::ChatStore,
    words::room,
};

#[derive(Properties, PartialEq)]
pub(crate) struct RoomHeaderProps {
    pub(crate) room: RoomId,
    pub(crate) people_open: bool,
    pub(crate) people_button: NodeRef,
    pub(crate) on_people: Callback<MouseEvent>,
}

/// The room's name with status, invite, people and leave.
#[component]
pub(crate) fn RoomHeader(props: &RoomHeaderProps) -> Html {
    let handle = use_room();
    let people =
        use_selector(|store: &ChatStore| store.room().peers.as_deref().map_or(0, <[_]>::len) + 1);
    let leave = use_callback(handle, |_: MouseEvent, handle| {
        if let Some(handle) = handle {
            handle.leave();
        }
    });
    let id = props.room.as_str();
    // Of a private room's id only the end, to tell two rooms apart.
    let mark = props
        .room
        .is_private()
        .then(|| id.get(id.len().saturating_sub(4)..));
    html! {
        <header class="room-header">
            { logo() }
            <div class="room-title">
                <h1 class="room-name" title={id.to_owned()}>
                    { room::room_name(&props.room) }
                    if let Some(mark) = mark.flatten() {
                        <span class="room-mark" aria-hidden="true">{ mark }</span>
                    }
                </h1>
                <ConnectionStatus />
            </div>
            <div class="room-actions">
                <CopyInvite testid="copy-invite" />
                <button
                    ref={props.people_button.clone()}
                    type="button"
                    class="button is-quiet people-toggle"
                    aria-controls="people"
                    aria-expanded={if props.people_open { "true" } else { "false" }}
                    onclick={props.on_people.clone()}
                >
                    { icon(IconShape::People) }
                    <span aria-hidden="true">{ *people }</span>
                    <span class="visually-hidden">{ room::people_count(*people) }</span>
                </button>
                <button type="button" class="button is-quiet" data-testid="leave-room" onclick={leave}>
                    { icon(IconShape::Leave) }
                    <span class="button-label">{ room::LEAVE_BUTTON }</span>
                </button>
            </div>
        </header>
    }
}
