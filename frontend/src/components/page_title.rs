//! The page's title: the room, and how much was said while nobody looked.

use banter_protocol::ids::RoomId;
use gloo::events::EventListener;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::store::{ChatStore, Phase};

/// Keeps the title true. Shows nothing itself.
#[component]
pub(crate) fn PageTitle() -> Html {
    let room = use_selector(|store: &ChatStore| match &store.phase {
        Phase::Lobby | Phase::Unlocking | Phase::Joining(_) => None,
        Phase::InRoom(seat) => Some(seat.room.clone()),
    });
    let len = *use_selector(|store: &ChatStore| store.messages.len());
    let is_hidden = use_state_eq(|| false);
    let seen = use_mut_ref(|| 0);
    {
        let is_hidden = is_hidden.setter();
        use_effect_with((), move |()| {
            let document = web_sys::window().and_then(|window| window.document());
            let listener = document.map(|document| {
                let watched = document.clone();
                EventListener::new(&document, "visibilitychange", move |_| {
                    is_hidden.set(watched.hidden());
                })
            });
            move || drop(listener)
        });
    }
    if !*is_hidden {
        seen.replace(len);
    }
    let unseen = len.saturating_sub(*seen.borrow());
    let room = (*room).as_ref().map(room_name);
    use_effect_with(title(room, unseen), |title| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(title);
        }
    });
    Html::default()
}

/// What a room is called; an id that nobody reads is not spelled out.
pub(crate) fn room_name(room: &RoomId) -> &str {
    if room.is_private() {
        "Private room"
    } else {
        room.as_str()
    }
}

fn title(room: Option<&str>, unseen: usize) -> String {
    match (room, unseen) {
        (None, _) => "Banter".to_owned(),
        (Some(room), 0) => format!("{room} · Banter"),
        (Some(room), unseen) => format!("({unseen}) {room} · Banter"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_names_the_room_and_counts_what_nobody_saw() {
        assert_eq!(title(None, 0), "Banter");
        assert_eq!(title(Some("tea-time"), 0), "tea-time · Banter");
        assert_eq!(title(Some("tea-time"), 3), "(3) tea-time · Banter");
        let private = RoomId::private(1);
        let private = title(Some(room_name(&private)), 0);
        assert_eq!(private, "Private room · Banter");
    }
}
