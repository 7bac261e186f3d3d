//! A new invite: the room goes on elsewhere, with those who are chosen.

use std::rc::Rc;

use banter_protocol::ids::PeerId;
use yew::prelude::*;
use yewdux::prelude::*;

use crate::{
    components::{people::avatar::avatar, trust::standing, ui::dialog::Dialog},
    handle::use_room,
    store::ChatStore,
    words::invites,
};

#[derive(Properties, PartialEq)]
pub(crate) struct RenewDialogProps {
    pub(crate) on_close: Callback<()>,
}

/// Chooses who moves along. Everybody does who was there when the dialog opened; who comes later is not chosen unseen.
#[component]
pub(crate) fn RenewDialog(props: &RenewDialogProps) -> Html {
    let handle = use_room();
    let movable = use_selector(movable);
    let chosen = {
        let movable = Rc::clone(&movable);
        use_state(move || -> Vec<PeerId> { movable.iter().map(|one| one.id).collect() })
    };
    let toggle = {
        let chosen = chosen.clone();
        Callback::from(move |peer: PeerId| chosen.set(toggled(&chosen, peer)))
    };
    let onsubmit = {
        let (chosen, movable) = (chosen.clone(), Rc::clone(&movable));
        let on_close = props.on_close.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(handle) = &handle {
                handle.renew_invite(still_here(&chosen, &movable));
            }
            on_close.emit(());
        })
    };
    let people = movable.iter().map(|Movable { id, name, badge }| {
        let peer = *id;
        let onchange = toggle.reform(move |_: Event| peer);
        html! {
            <li key={peer.to_string()}>
                <label class="pick">
                    <input
                        type="checkbox"
                        data-peer-id={peer.to_string()}
                        checked={chosen.contains(&peer)}
                        {onchange}
                    />
                    { avatar(peer, name) }
                    <bdi class="pick-name">{ name }</bdi>
                    if let Some(badge) = badge {
                        <span class="peer-badge">{ badge.clone() }</span>
                    }
                </label>
            </li>
        }
    });
    html! {
        <Dialog title={invites::RENEW_DIALOG_TITLE} testid="renew-invite" on_close={props.on_close.clone()}>
            <form class="renew" {onsubmit}>
                <p class="dialog-text">{ invites::RENEW_TEXT }</p>
                if movable.is_empty() {
                    <p class="dialog-text">{ invites::RENEW_ALONE_TEXT }</p>
                } else {
                    <fieldset>
                        <legend class="dialog-section">{ invites::RENEW_PEOPLE_LEGEND }</legend>
                        <ul class="picks">{ for people }</ul>
                    </fieldset>
                }
                <div class="dialog-actions">
                    <button type="submit" class="button is-primary" data-testid="make-invite">{ invites::RENEW_SUBMIT_BUTTON }</button>
                </div>
            </form>
        </Dialog>
    }
}

/// Somebody who can come along.
#[derive(Clone, Debug, PartialEq)]
struct Movable {
    id: PeerId,
    name: String,
    badge: Option<String>,
}

fn movable(store: &ChatStore) -> Vec<Movable> {
    let peers = store.room().peers.as_deref().unwrap_or_default();
    let movable = peers
        .iter()
        .filter(|peer| standing::can_move_along(peer.standing));
    movable
        .map(|peer| Movable {
            id: peer.id,
            name: peer.name.as_str().to_owned(),
            badge: peer.badge.clone(),
        })
        .collect()
}

fn toggled(chosen: &[PeerId], peer: PeerId) -> Vec<PeerId> {
    let mut toggled: Vec<_> = chosen.iter().copied().filter(|&one| one != peer).collect();
    if toggled.len() == chosen.len() {
        toggled.push(peer);
    }
    toggled
}

/// Of the chosen, those who can still come along.
fn still_here(chosen: &[PeerId], movable: &[Movable]) -> Vec<PeerId> {
    let is_here = |peer: &PeerId| movable.iter().any(|one| one.id == *peer);
    chosen.iter().copied().filter(is_here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_chooses_and_a_second_one_does_not() {
        let [one, two] = [1, 2].map(PeerId::from_random);
        assert_eq!(toggled(&[one, two], one), [two]);
        assert_eq!(toggled(&[two], one), [two, one]);
    }

    #[test]
    fn who_left_or_lost_their_standing_is_not_taken_along() {
        let [one, two] = [1, 2].map(PeerId::from_random);
        let movable = [Movable {
            id: two,
            name: "Bo".to_owned(),
            badge: None,
        }];
        assert_eq!(still_here(&[one, two], &movable), [two]);
    }
}
