//! The lobby's form: a name, a room, and, where the room asks for one, a passphrase.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;
use yewdux::prelude::*;

use super::{
    passphrase_field::PassphraseField,
    room_field::RoomField,
    visit::{Arrival, RoomLobbyProps, Wait},
};
use crate::{
    components::ui::{
        error_banner::{ErrorBanner, NoticeBanner},
        focus,
        icon::{IconShape, icon},
        problem::Problem,
        relay_switch::RelaySwitch,
    },
    handle::{ChatHandle, use_room},
    notice::PageNotice,
    route::{RoomKind, Route},
    store::ChatStore,
    words::lobby,
};

/// What explains the room, and a new room's passphrase.
const ROOM_HINT: &str = "room-hint";
const PASSPHRASE_HINT: &str = "passphrase-hint";

#[component]
pub(crate) fn LobbyForm(props: &RoomLobbyProps) -> Html {
    let handle = use_context::<ChatHandle>();
    let form = use_selector(|store: &ChatStore| Rc::clone(&store.lobby));
    let notice = use_selector(|store: &ChatStore| store.page_notice);
    let name = use_state_eq(|| form.name.clone());
    let room = use_state_eq(|| form.room.clone());
    let passphrase = use_state_eq(String::new);
    // The room that was generated here, which may still be given a passphrase.
    let generated = use_state_eq(|| None::<String>);
    let wants_passphrase = use_state_eq(|| false);
    let (name_node, room_node, passphrase_node) = (use_node_ref(), use_node_ref(), use_node_ref());
    let is_waiting = props.wait != Wait::Person;

    let read = |text: &str| match &handle {
        Some(handle) => handle.read_room(text),
        None => Route::parse_typed(text, ""),
    };
    let route = read(&room);
    let kind = route.kind();
    let invitation = lobby::invitation(&read(&form.room));
    let is_new = generated.as_ref() == Some(&*room);
    let shows_passphrase = kind == RoomKind::Guarded || (is_new && *wants_passphrase);

    {
        let (name, room) = (name.setter(), room.setter());
        use_effect_with(Rc::clone(&form), move |form| {
            name.set(form.name.clone());
            room.set(form.room.clone());
        });
    }
    {
        let has_name = !form.name.is_empty();
        let knows_name = has_name || props.arrival == Arrival::FromRoom;
        let nodes = [&name_node, &room_node, &passphrase_node].map(Clone::clone);
        let was_waiting = use_mut_ref(|| false);
        // On arrival, and when a try was given up.
        use_effect_with(is_waiting, move |&is_waiting| {
            let gave_up = was_waiting.replace(is_waiting);
            if is_waiting {
                return;
            }
            let [name_node, room_node, passphrase_node] = &nodes;
            focus::focus(if !(gave_up || knows_name) {
                name_node
            } else if shows_passphrase {
                passphrase_node
            } else {
                room_node
            });
        });
    }

    let problem = Problems::of(*notice);
    let clear_problem = use_callback(
        (handle.clone(), problem.is_any()),
        |(): (), (handle, has_problem)| {
            if let (Some(handle), true) = (handle, has_problem) {
                handle.dismiss_notice();
            }
        },
    );
    let setter = |state: &UseStateHandle<String>| {
        let (state, clear_problem) = (state.setter(), clear_problem.clone());
        Callback::from(move |value| {
            clear_problem.emit(());
            state.set(value);
        })
    };
    let (on_name, on_room, on_passphrase) = (setter(&name), setter(&room), setter(&passphrase));
    let on_wanted = {
        let (wants_passphrase, clear_problem) = (wants_passphrase.setter(), clear_problem.clone());
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                clear_problem.emit(());
                wants_passphrase.set(input.checked());
            }
        })
    };
    // A clean invite in the place of a text with one in it.
    let on_paste = handle.clone().map(|handle| {
        Callback::from(move |text: String| match handle.read_room(&text) {
            route @ (Route::Room(_) | Route::Elsewhere(..)) if text.contains(['/', '#']) => {
                Some(route.typed())
            }
            Route::Room(_)
            | Route::Elsewhere(..)
            | Route::Exposed(_)
            | Route::Lobby
            | Route::Refused { .. } => None,
        })
    });
    let generate = {
        let (handle, on_room, generated) = (handle.clone(), on_room.clone(), generated.setter());
        Callback::from(move |_: MouseEvent| {
            let Some(handle) = &handle else { return };
            match handle.generate_invite() {
                Ok(invite) => {
                    let typed = Route::typing(&invite);
                    generated.set(Some(typed.clone()));
                    on_room.emit(typed);
                }
                Err(notice) => handle.show(notice),
            }
        })
    };
    let onsubmit = {
        let (handle, name, room) = (handle.clone(), name.clone(), room.clone());
        let nodes = [&name_node, &room_node, &passphrase_node].map(Clone::clone);
        let passphrase = shows_passphrase.then(|| (*passphrase).clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(handle), false) = (&handle, is_waiting) else {
                return;
            };
            let asked = match passphrase.as_deref() {
                Some("") => Err(PageNotice::NoPassphrase),
                given => handle.join(&room, &name, given.unwrap_or_default()),
            };
            if let Err(notice) = asked {
                handle.show(notice);
                focus_problem(notice, &nodes);
            }
        })
    };
    let expect = {
        let (handle, name, room) = (handle.clone(), name.clone(), room.clone());
        Callback::from(move |()| {
            if let (Some(handle), false) = (&handle, is_waiting) {
                handle.expect_joining(&room, &name);
            }
        })
    };
    let (onpointerdown, onfocus) = (
        expect.reform(|_: PointerEvent| ()),
        expect.reform(|_: FocusEvent| ()),
    );
    let entering = use_room();
    let cancel = use_callback(entering, |_: MouseEvent, entering| {
        if let Some(entering) = entering {
            entering.leave();
        }
    });

    html! {
        <form class="card" {onsubmit} novalidate=true aria-label={lobby::FORM_LABEL}>
            if let Some(words) = invitation {
                <h2 class="card-title" dir="auto">{ words }</h2>
            }
            <NoticeBanner />
            <RoomField
                id="name"
                testid="name-input"
                label={lobby::NAME_LABEL}
                value={(*name).clone()}
                on_value={on_name}
                autocomplete="nickname"
                placeholder={lobby::NAME_PLACEHOLDER}
                problem={problem.name}
                {is_waiting}
                node={name_node}
            />
            <RoomField
                id="room"
                testid="room-input"
                label={lobby::ROOM_LABEL}
                value={(*room).clone()}
                on_value={on_room}
                autocomplete="off"
                placeholder={lobby::ROOM_PLACEHOLDER}
                problem={problem.room}
                {is_waiting}
                node={room_node}
                described_by={ROOM_HINT}
                {on_paste}
            >
                <button
                    type="button"
                    class="button is-quiet field-action"
                    data-testid="generate-room"
                    disabled={is_waiting}
                    onclick={generate}
                >
                    { icon(IconShape::Dice) }
                    { lobby::GENERATE_BUTTON }
                </button>
            </RoomField>
            <p id={ROOM_HINT} class="field-hint" aria-live="polite">
                if let Some(name) = lobby::kind_name(kind) {
                    <strong class="room-kind">{ name }</strong>
                    { " " }
                }
                { lobby::kind_meaning(kind) }
                { elsewhere(&route) }
            </p>
            if matches!(route, Route::Exposed(_)) {
                <ErrorBanner id="room-exposed" problem={Problem::Page(PageNotice::SecretSeen)} />
            }
            if is_new {
                <label class="choice">
                    <input
                        type="checkbox"
                        class="choice-box"
                        data-testid="add-passphrase"
                        checked={*wants_passphrase}
                        disabled={is_waiting}
                        onchange={on_wanted}
                    />
                    { lobby::PASSPHRASE_CHOICE }
                </label>
            }
            if shows_passphrase {
                <PassphraseField
                    placeholder={if is_new { lobby::PASSPHRASE_CHOOSING_PLACEHOLDER } else { lobby::PASSPHRASE_PLACEHOLDER }}
                    value={(*passphrase).clone()}
                    on_value={on_passphrase}
                    problem={problem.passphrase}
                    {is_waiting}
                    node={passphrase_node}
                    described_by={if is_new { PASSPHRASE_HINT } else { ROOM_HINT }}
                />
            }
            if shows_passphrase && is_new {
                <p id={PASSPHRASE_HINT} class="field-hint">{ lobby::PASSPHRASE_HINT }</p>
            }
            <RelaySwitch />
            <div class="card-actions">
                <button
                    type="submit"
                    class={classes!("button", "is-primary", "is-large", is_waiting.then_some("is-busy"))}
                    data-testid="join-room"
                    aria-disabled={is_waiting.then_some("true")}
                    {onpointerdown}
                    {onfocus}
                >
                    { button_words(props.wait) }
                </button>
                if props.wait == Wait::Joining {
                    <button type="button" class="button is-large" onclick={cancel}>{ lobby::CANCEL_BUTTON }</button>
                }
            </div>
        </form>
    }
}

/// The way to another server's room.
fn elsewhere(route: &Route) -> Html {
    match route {
        Route::Elsewhere(server, _) => html! {
            <>
                { " " }
                <a class="link" data-testid="open-elsewhere" href={route.typed()} rel="noopener noreferrer" dir="auto">
                    { lobby::elsewhere_link(server.host()) }
                </a>
            </>
        },
        Route::Lobby | Route::Room(_) | Route::Exposed(_) | Route::Refused { .. } => {
            Html::default()
        }
    }
}

/// What stands on the button that joins.
fn button_words(wait: Wait) -> Html {
    let words = match wait {
        Wait::Person => return html! { { lobby::JOIN_BUTTON } },
        Wait::Unlocking => lobby::WAIT_UNLOCKING,
        Wait::Joining => lobby::WAIT_JOINING,
        Wait::Storage => lobby::WAIT_STORAGE,
    };
    html! {
        <>
            <span class="spinner" aria-hidden="true" />
            <span role="status">{ words }</span>
        </>
    }
}

/// What is wrong, by the field at which it is said.
#[derive(Default)]
struct Problems {
    name: Option<Problem>,
    room: Option<Problem>,
    passphrase: Option<Problem>,
}

impl Problems {
    fn of(notice: Option<PageNotice>) -> Self {
        let mut problems = Self::default();
        let Some(notice) = notice else {
            return problems;
        };
        let place = match notice {
            PageNotice::BadName(_) => &mut problems.name,
            PageNotice::BadRoom(_) | PageNotice::OtherServer => &mut problems.room,
            PageNotice::NoPassphrase | PageNotice::WrongPassphrase => &mut problems.passphrase,
            PageNotice::IncompleteInvite
            | PageNotice::SecretSeen
            | PageNotice::NoMemory
            | PageNotice::RoomMoved
            | PageNotice::TooLong
            | PageNotice::StorageSlow
            | PageNotice::StorageWithheld
            | PageNotice::NoFiles
            | PageNotice::NoWebRtc
            | PageNotice::NoRandomness
            | PageNotice::InsecureContext => return problems,
        };
        *place = Some(Problem::Page(notice));
        problems
    }

    fn is_any(&self) -> bool {
        let all = [self.name, self.room, self.passphrase];
        all.iter().any(Option::is_some)
    }
}

fn focus_problem(notice: PageNotice, [name, room, passphrase]: &[NodeRef; 3]) {
    match notice {
        PageNotice::BadName(_) => focus::focus(name),
        PageNotice::BadRoom(_) | PageNotice::OtherServer | PageNotice::IncompleteInvite => {
            focus::focus(room);
        }
        PageNotice::NoPassphrase | PageNotice::WrongPassphrase => focus::focus(passphrase),
        PageNotice::SecretSeen
        | PageNotice::NoMemory
        | PageNotice::RoomMoved
        | PageNotice::TooLong
        | PageNotice::StorageSlow
        | PageNotice::StorageWithheld
        | PageNotice::NoFiles
        | PageNotice::NoWebRtc
        | PageNotice::NoRandomness
        | PageNotice::InsecureContext => {}
    }
}
