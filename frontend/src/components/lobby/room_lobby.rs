//! The lobby: who one is, and where to.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::{lobby_form::LobbyForm, scene::scene, visit::RoomLobbyProps};
use crate::{
    components::ui::{logo::logo, theme_switch::ThemeSwitch, update_notice::UpdateNotice},
    store::ChatStore,
    words::{lobby, ui::BRAND},
};

/// Who they are, and which room they want.
#[component]
pub(crate) fn RoomLobby(props: &RoomLobbyProps) -> Html {
    let build = use_selector(|store: &ChatStore| Rc::clone(&store.build));
    html! {
        <div class="lobby">
            <header class="lobby-header">
                <span class="brand">{ logo() }{ BRAND }</span>
                <ThemeSwitch />
            </header>
            <UpdateNotice />
            <main class="lobby-main">
                <div class="pitch">
                    <h1 class="pitch-title">{ lobby::PITCH_HEADING }</h1>
                    <p class="pitch-text">{ lobby::PITCH_TEXT }</p>
                    { scene() }
                </div>
                <LobbyForm arrival={props.arrival} wait={props.wait} />
            </main>
            <footer class="about" data-testid="about" data-build={build.to_string()}>
                { lobby::about(&build) }
            </footer>
        </div>
    }
}
