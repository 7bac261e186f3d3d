//! The lobby: who one is, and where to.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    lobby_form::LobbyForm, logo::logo, scene::scene, theme_switch::ThemeSwitch,
    update_notice::UpdateNotice,
};
use crate::store::ChatStore;

/// Where the person comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// From outside.
    First,
    /// From a room that they were in.
    FromRoom,
}

/// What the lobby waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The person.
    Person,
    /// A passphrase that is being stretched, which nothing interrupts.
    Unlocking,
    /// The browser's storage, which is to say who the person is.
    Storage,
    /// The server, which is to let the person in.
    Joining,
}

#[derive(Properties, PartialEq)]
pub(crate) struct RoomLobbyProps {
    pub(crate) arrival: Arrival,
    pub(crate) wait: Wait,
}

/// A name, a room and a door.
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
