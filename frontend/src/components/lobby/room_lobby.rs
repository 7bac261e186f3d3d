//! The lobby: who one is, and where to.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::{lobby_form::LobbyForm, scene::scene, visit::RoomLobbyProps};
use crate::{
    components::ui::{logo::logo, theme_switch::ThemeSwitch, update_notice::UpdateNotice},
    store::ChatStore,
};

/// Who they are, and which room they want.
#[component]
pub(crate) fn RoomLobby(props: &RoomLobbyProps) -> Html {
    let build = use_selector(|store: &ChatStore| Rc::clone(&store.build));
    html! {
        <div class="lobby">
            <header class="lobby-header">
                <span class="brand">{ logo() }{ "Banter" }</span>
                <ThemeSwitch />
            </header>
            <UpdateNotice />
            <main class="lobby-main">
                <div class="pitch">
                    <h1 class="pitch-title">{ "Say it straight." }</h1>
                    <p class="pitch-text">
                        { "Group chat that runs directly between your browsers. Nothing to install, no account." }
                    </p>
                    { scene() }
                </div>
                <LobbyForm arrival={props.arrival} wait={props.wait} />
            </main>
            <footer class="about" data-testid="about" data-build={build.to_string()}>
                { about(&build) }
            </footer>
        </div>
    }
}

/// The version, and the mark of the build, by which anybody can tell what they were served.
fn about(build: &str) -> String {
    let version = concat!("Banter ", env!("CARGO_PKG_VERSION"));
    match build {
        "" => version.to_owned(),
        build => [version, " · build ", build].concat(),
    }
}
