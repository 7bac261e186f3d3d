//! The lobby: who one is, and where to.

use std::rc::Rc;

use banter_protocol::ids::RoomId;
use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    error_banner::NoticeBanner,
    error_words::Problem,
    focus,
    icon::{Icon, IconShape},
    logo::Logo,
    room_field::RoomField,
    scene::Scene,
    theme_switch::ThemeSwitch,
};
use crate::{handle::ChatHandle, notice::PageNotice, store::ChatStore};

/// Where the person comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// From outside.
    First,
    /// From a room that they were in.
    FromRoom,
}

#[derive(Properties, PartialEq)]
pub(crate) struct RoomLobbyProps {
    pub(crate) arrival: Arrival,
    /// The room that is being entered.
    pub(crate) joining: Option<RoomId>,
}

/// A name, a room and a door.
#[component]
pub(crate) fn RoomLobby(props: &RoomLobbyProps) -> Html {
    html! {
        <div class="lobby">
            <header class="lobby-header">
                <span class="brand"><Logo />{ "Banter" }</span>
                <ThemeSwitch />
            </header>
            <main class="lobby-main">
                <div class="pitch">
                    <h1 class="pitch-title">{ "Say it straight." }</h1>
                    <p class="pitch-text">
                        { "Group chat that runs directly between your browsers. Nothing to install, no account." }
                    </p>
                    <Scene />
                </div>
                <LobbyForm arrival={props.arrival} joining={props.joining.clone()} />
            </main>
        </div>
    }
}

#[component]
fn LobbyForm(props: &RoomLobbyProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let form = use_selector(|store: &ChatStore| Rc::clone(&store.lobby));
    let notice = use_selector(|store: &ChatStore| store.page_notice);
    let name = use_state_eq(|| form.name.clone());
    let room = use_state_eq(|| form.room.clone());
    let (name_node, room_node) = (use_node_ref(), use_node_ref());
    let is_waiting = props.joining.is_some();

    {
        let (name, room) = (name.setter(), room.setter());
        use_effect_with(Rc::clone(&form), move |form| {
            name.set(form.name.clone());
            room.set(form.room.clone());
        });
    }
    {
        let (name_node, room_node) = (name_node.clone(), room_node.clone());
        let (arrival, has_name) = (props.arrival, !form.name.is_empty());
        let was_waiting = use_mut_ref(|| false);
        // On arrival, and when a try was given up.
        use_effect_with(is_waiting, move |&is_waiting| {
            let gave_up = was_waiting.replace(is_waiting);
            if is_waiting {
                return;
            }
            let begins_at_room = gave_up || has_name || arrival == Arrival::FromRoom;
            focus::focus(if begins_at_room {
                &room_node
            } else {
                &name_node
            });
        });
    }

    let name_problem = notice.filter(|notice| matches!(notice, PageNotice::BadName(_)));
    let room_problem = notice.filter(|notice| matches!(notice, PageNotice::BadRoom(_)));
    let clear_problem = {
        let has_problem = name_problem.or(room_problem).is_some();
        use_callback(
            (handle.clone(), has_problem),
            |(): (), (handle, has_problem)| {
                if let (Some(handle), true) = (handle, has_problem) {
                    handle.dismiss_notice();
                }
            },
        )
    };
    let on_name = {
        let name = name.setter();
        use_callback(
            clear_problem.clone(),
            move |value, clear_problem: &Callback<()>| {
                clear_problem.emit(());
                name.set(value);
            },
        )
    };
    let on_room = {
        let room = room.setter();
        use_callback(clear_problem, move |value, clear_problem: &Callback<()>| {
            clear_problem.emit(());
            room.set(value);
        })
    };
    let generate = use_callback(
        (handle.clone(), on_room.clone()),
        |_: MouseEvent, (handle, on_room)| {
            if let Some(generated) = handle.as_ref().and_then(ChatHandle::generate_room) {
                on_room.emit(generated.to_string());
            }
        },
    );
    let onsubmit = {
        let (name_node, room_node) = (name_node.clone(), room_node.clone());
        use_callback(
            (handle.clone(), (*name).clone(), (*room).clone(), is_waiting),
            move |event: SubmitEvent, (handle, name, room, is_waiting)| {
                event.prevent_default();
                let (Some(handle), false) = (handle, is_waiting) else {
                    return;
                };
                let Err(notice) = handle.join(room, name) else {
                    return;
                };
                handle.show(notice);
                match notice {
                    PageNotice::BadName(_) => focus::focus(&name_node),
                    PageNotice::BadRoom(_) | PageNotice::IncompleteInvite => {
                        focus::focus(&room_node);
                    }
                    PageNotice::TooLong | PageNotice::NoWebRtc | PageNotice::InsecureContext => {}
                }
            },
        )
    };
    let cancel = use_callback(handle, |_: MouseEvent, handle| {
        if let Some(handle) = handle {
            handle.leave();
        }
    });

    html! {
        <form class="card" {onsubmit} novalidate=true aria-label="Join a room">
            if let Ok(invited_to) = form.room.parse::<RoomId>() {
                <h2 class="card-title" dir="auto">{ format!("You’re invited to {invited_to}") }</h2>
            }
            <NoticeBanner />
            <RoomField
                id="name"
                testid="name-input"
                label="Your name"
                value={(*name).clone()}
                on_value={on_name}
                autocomplete="nickname"
                placeholder="What others see"
                problem={name_problem.map(Problem::Page)}
                {is_waiting}
                node={name_node}
            />
            <RoomField
                id="room"
                testid="room-input"
                label="Room"
                value={(*room).clone()}
                on_value={on_room}
                autocomplete="off"
                placeholder="Name or invite link"
                problem={room_problem.map(Problem::Page)}
                {is_waiting}
                node={room_node}
            >
                <button
                    type="button"
                    class="button is-quiet field-action"
                    data-testid="generate-room"
                    disabled={is_waiting}
                    onclick={generate}
                >
                    <Icon shape={IconShape::Dice} />
                    { "Generate" }
                </button>
            </RoomField>
            <p class="field-hint">
                { "Rooms are open: anyone who knows a room’s name can join it. Generate one that nobody guesses." }
            </p>
            <div class="card-actions">
                <button
                    type="submit"
                    class={classes!("button", "is-primary", "is-large", is_waiting.then_some("is-busy"))}
                    data-testid="join-room"
                    aria-disabled={is_waiting.then_some("true")}
                >
                    if is_waiting {
                        <span class="spinner" aria-hidden="true" />
                        <span role="status">{ "Joining…" }</span>
                    } else {
                        { "Join room" }
                    }
                </button>
                if is_waiting {
                    <button type="button" class="button is-large" onclick={cancel}>{ "Cancel" }</button>
                }
            </div>
        </form>
    }
}
