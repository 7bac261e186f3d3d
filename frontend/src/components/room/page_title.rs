//! The page's title: the room, and how much was said while nobody looked.

use banter_protocol::ids::RoomId;
use gloo::events::EventListener;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{platform::storage::StorageArea, store::ChatStore, words::room::page_title};

/// Keeps the title true. Shows nothing itself.
#[component]
pub(crate) fn PageTitle() -> Html {
    let room =
        use_selector(|store: &ChatStore| store.room().seat.as_ref().map(|it| it.room.clone()));
    let len = *use_selector(|store: &ChatStore| store.room().dropped + store.room().messages.len());
    let is_hidden = use_state_eq(|| false);
    let seen = use_mut_ref(Seen::default);
    {
        let is_hidden = is_hidden.setter();
        use_effect_with((), move |()| {
            let document = web_sys::window().and_then(|window| window.document());
            let listener = document.map(|document| {
                // A page may be loaded in the background, and is when it is reloaded there.
                is_hidden.set(document.hidden());
                let watched = document.clone();
                EventListener::new(&document, "visibilitychange", move |_| {
                    is_hidden.set(watched.hidden());
                })
            });
            move || drop(listener)
        });
    }
    let unseen = seen
        .borrow_mut()
        .unseen((*room).as_ref(), len, *is_hidden, unseen_before);
    use_effect_with(((*room).clone(), unseen), |(room, unseen)| {
        if let Some(room) = room {
            keep_unseen(room, *unseen);
        }
    });
    use_effect_with(page_title((*room).as_ref(), unseen), |title| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(title);
        }
    });
    Html::default()
}

/// How far the person has seen what is said in a room.
#[derive(Debug, Default)]
struct Seen {
    room: Option<RoomId>,
    len: usize,
}

impl Seen {
    /// How much is there that nobody saw. What a page finds when it comes to a room was there before, but for what its last
    /// load left unseen.
    fn unseen(
        &mut self,
        room: Option<&RoomId>,
        len: usize,
        is_hidden: bool,
        before: impl FnOnce(&RoomId) -> usize,
    ) -> usize {
        if self.room.as_ref() != room {
            self.room = room.cloned();
            let left = room.filter(|_| is_hidden).map_or(0, before);
            self.len = len.saturating_sub(left);
        }
        if !is_hidden {
            self.len = len;
        }
        len.saturating_sub(self.len)
    }
}

/// What the tab's storage says, which outlasts a reload.
fn unseen_before(room: &RoomId) -> usize {
    let kept = StorageArea::session().get(&unseen_key(room)).ok().flatten();
    kept.and_then(|count| count.parse().ok())
        .unwrap_or_default()
}

/// Losing it costs a number in a title.
fn keep_unseen(room: &RoomId, unseen: usize) {
    let area = StorageArea::session();
    let key = unseen_key(room);
    let _ = if unseen == 0 {
        area.remove(&key)
    } else {
        area.set(&key, &unseen.to_string())
    };
}

fn unseen_key(room: &RoomId) -> String {
    format!("banter/unseen/{room}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_loaded_while_hidden_counts_what_comes_and_not_what_was_there() {
        let room = RoomId::private(1);
        let mut seen = Seen::default();
        let nothing_left = |_: &RoomId| 0;
        assert_eq!(seen.unseen(None, 0, true, nothing_left), 0);
        assert_eq!(seen.unseen(Some(&room), 9, true, nothing_left), 0);
        assert_eq!(seen.unseen(Some(&room), 11, true, nothing_left), 2);
        assert_eq!(seen.unseen(Some(&room), 11, false, nothing_left), 0);
        assert_eq!(seen.unseen(Some(&room), 12, true, nothing_left), 1);
        // The next load of the tab goes on from there.
        let mut reloaded = Seen::default();
        assert_eq!(reloaded.unseen(Some(&room), 12, true, |_| 1), 1);
        assert_eq!(reloaded.unseen(Some(&room), 13, true, |_| 1), 2);
        assert_eq!(reloaded.unseen(Some(&room), 13, false, |_| 1), 0);
        // Another room is counted for itself.
        assert_eq!(
            reloaded.unseen(Some(&RoomId::private(2)), 4, true, nothing_left),
            0
        );
    }
}
