//! A room without messages: what to do first.

use banter_protocol::ids::RoomId;
use yew::prelude::*;
use yewdux::prelude::*;

use super::copy_invite::CopyInvite;
use crate::{
    components::{people::link_words, ui::sentence::Sentence},
    handle::ChatHandle,
    store::ChatStore,
};

#[derive(Properties, PartialEq)]
pub(crate) struct EmptyRoomProps {
    pub(crate) room: RoomId,
}

/// An invitation to invite, while the person is alone, or to speak.
#[component]
pub(crate) fn EmptyRoom(props: &EmptyRoomProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let company = use_selector(company);
    let invite = use_selector(|store: &ChatStore| store.room().invite.clone());
    if let Some(company) = &*company {
        return html! {
            <div class="empty is-accompanied">
                <p class="empty-title">{ company.html() }</p>
                <p class="empty-text">{ "Nothing has been said yet." }</p>
            </div>
        };
    }
    let link = handle
        .zip((*invite).as_ref())
        .map(|(handle, invite)| handle.invite_link(invite))
        .unwrap_or_default();
    let is_private = props.room.is_private();
    html! {
        <div class="empty">
            <p class="empty-title">{ "You’re the first one here" }</p>
            <p class="empty-text">
                if is_private {
                    { "Send this link to whoever you want to talk to, in a way that you trust: it is the key." }
                } else {
                    { "Send this link to whoever you want to talk to." }
                }
            </p>
            <div class="invite">
                <p class="invite-link" dir="ltr">{ link }</p>
                <CopyInvite class="is-primary" />
            </div>
            <ol class="steps">
                <li>{ "They open the link and give a name." }</li>
                <li>{ "The server introduces your browsers to each other." }</li>
                <li>{ "From then on you talk directly." }</li>
            </ol>
        </div>
    }
}

/// Who is here, where anybody is.
fn company(store: &ChatStore) -> Option<Sentence> {
    let peers = store.room().peers.as_deref().unwrap_or_default();
    let is_linked = link_words::linked(peers) > 0;
    let said = Sentence::default().words(if is_linked {
        "You’re here with "
    } else {
        "Linking you to "
    });
    let said = match peers {
        [] => return None,
        [one] => said.name(&one.name),
        [one, other] => said.name(&one.name).words(" and ").name(&other.name),
        [one, rest @ ..] => said
            .name(&one.name)
            .words(format!(" and {} others", rest.len())),
    };
    Some(if is_linked { said } else { said.words("…") })
}
