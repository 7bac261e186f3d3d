//! A room without messages: what to do first.

use banter_protocol::ids::RoomId;
use yew::prelude::*;
use yewdux::prelude::*;

use super::copy_invite::CopyInvite;
use crate::{handle::ChatHandle, store::ChatStore, words::room};

#[derive(Properties, PartialEq)]
pub(crate) struct EmptyRoomProps {
    pub(crate) room: RoomId,
}

/// An invitation to invite, while the person is alone, or to speak.
#[component]
pub(crate) fn EmptyRoom(props: &EmptyRoomProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let company = use_selector(|store: &ChatStore| {
        let peers = store.room().peers.as_deref().unwrap_or_default();
        room::company(peers, store.room().linked() > 0)
    });
    let invite = use_selector(|store: &ChatStore| store.room().invite.clone());
    if let Some(company) = &*company {
        return html! {
            <div class="empty is-accompanied">
                <p class="empty-title">{ company.html() }</p>
                <p class="empty-text">{ room::SILENT_TEXT }</p>
            </div>
        };
    }
    let link = handle
        .zip((*invite).as_ref())
        .map(|(handle, invite)| handle.invite_link(invite))
        .unwrap_or_default();
    html! {
        <div class="empty">
            <p class="empty-title">{ room::ALONE_HEADING }</p>
            <p class="empty-text">{ room::alone_advice(&props.room) }</p>
            <div class="invite">
                <p class="invite-link" dir="ltr">{ link }</p>
                <CopyInvite class="is-primary" />
            </div>
            <ol class="steps">
                for step in room::ALONE_STEPS {
                    <li>{ step }</li>
                }
            </ol>
        </div>
    }
}
