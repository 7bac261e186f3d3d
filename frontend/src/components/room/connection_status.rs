//! How the page, the server and the others stand, in plain words.

use banter_protocol::engine::{Notice, SignalingStatus};
use yew::prelude::*;
use yewdux::prelude::*;

use super::room_dialog::{RoomDialog, use_open_dialog};
use crate::{
    components::{trust::privacy_icon::privacy_icon, ui::icon::icon},
    store::ChatStore,
    words::{links, protection, sentence::Sentence, standing},
};

/// The kind of room and the two counts and states that fit under the room's name.
#[component]
pub(crate) fn ConnectionStatus() -> Html {
    let signaling = use_selector(|store: &ChatStore| store.room().signaling);
    let counts = use_selector(counts);
    let (linked, others) = *counts;
    html! {
        <p class="status">
            <PrivacyButton />
            <span
                class="status-server"
                data-testid="signaling-status"
                data-state={state(*signaling)}
                role="status"
            >
                <span class="status-words">{ links::signaling(*signaling) }</span>
            </span>
            <span class="status-links" data-testid="p2p-count" data-count={linked.to_string()}>
                { links::linked_count(linked, others) }
            </span>
        </p>
    }
}

/// What kind of room this is, in a word, and the way to what that means.
#[component]
fn PrivacyButton() -> Html {
    let privacy =
        use_selector(|store: &ChatStore| store.room().seat.as_ref().map(|seat| seat.privacy));
    let onclick = use_open_dialog(RoomDialog::Protection);
    let Some(privacy) = *privacy else {
        return Html::default();
    };
    html! {
        <button
            type="button"
            class="status-privacy"
            aria-haspopup="dialog"
            title={protection::EXPLAIN_BUTTON}
            {onclick}
        >
            { icon(privacy_icon(privacy)) }
            <span>{ protection::kind(privacy) }<span class="visually-hidden">{ protection::KIND_NOUN }</span></span>
        </button>
    }
}

/// A strip that explains a lost connection while it lasts, and links that do not come about: on a narrow page the list of
/// people is out of sight.
#[component]
pub(crate) fn ConnectionAdvice() -> Html {
    let advice = use_selector(|store: &ChatStore| {
        // The banner says it already.
        let is_told = matches!(
            store.told(),
            Some(Notice::ServerUnreachable | Notice::NoRelay)
        );
        let peers = store.room().peers.as_deref().unwrap_or_default();
        let (linked, _) = counts(store);
        let lost_server = || {
            let advice = links::signaling_advice(store.room().signaling, linked);
            advice.map(|words| Sentence::default().words(words))
        };
        let stuck = || links::stuck_advice(peers, store.room().arriving);
        if is_told {
            None
        } else {
            let muted = || standing::muted_advice(peers);
            lost_server().or_else(muted).or_else(stuck)
        }
    });
    html! {
        <div class="strip" role="status">
            if let Some(advice) = &*advice {
                <p>{ advice.html() }</p>
            }
        </div>
    }
}

/// Peers with an open link, and all of them.
fn counts(store: &ChatStore) -> (usize, usize) {
    let peers = store.room().peers.as_deref().unwrap_or_default();
    (store.room().linked(), peers.len())
}

/// The value of `data-state`.
fn state(signaling: SignalingStatus) -> &'static str {
    match signaling {
        // A room without a socket is about to get one.
        SignalingStatus::Idle | SignalingStatus::Connecting => "connecting",
        SignalingStatus::Connected => "connected",
        SignalingStatus::Reconnecting => "reconnecting",
        SignalingStatus::Offline => "offline",
    }
}
