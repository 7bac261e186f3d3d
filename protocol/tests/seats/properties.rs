//! What must hold in every order, and what must be possible.

use std::collections::BTreeSet;

use banter_protocol::ids::PeerId;
use stateright::Property;

use super::{
    tab::{Stage, Tab},
    world::{ADA, GUEST, Guest, State, World},
};

pub(crate) const SEATED: &str = "whoever was given a seat, and was told nothing else since, has it";
pub(crate) const LISTS: &str =
    "whoever has heard everything lists exactly the others who have a seat";
pub(crate) const OWNERS: &str = "a seat is taken again by its newest proof alone";
pub(crate) const ONE_USE: &str = "a proof takes a seat again once";
const ANSWERED: &str = "every join is answered";
const NO_GHOSTS: &str = "no seat is held by a socket that has ended";

pub(crate) fn all(guest: Guest) -> Vec<Property<World>> {
    let mut all = vec![
        Property::always(SEATED, |_, state: &State| {
            settled(state)
                .all(|(tab, socket)| state.server.seats().contains(&(tab.me, Some(socket))))
        }),
        Property::always(LISTS, |_, state: &State| {
            settled(state).all(|(tab, _)| {
                let seats = state.server.seats().into_iter().map(|(id, _)| id);
                let others: BTreeSet<PeerId> = seats.filter(|id| *id != tab.me).collect();
                others == tab.others
            })
        }),
        Property::always(OWNERS, |_, state: &State| !state.server.was_taken_unproved),
        Property::always(ONE_USE, |_, state: &State| !state.server.was_spent_twice),
        Property::always(ANSWERED, |_, state: &State| {
            state.tabs.iter().all(|tab| match tab.stage {
                Stage::Joining(socket) => {
                    let cable = &state.cables[&socket];
                    !cable.to_server.is_empty() || !cable.to_tab.is_empty()
                }
                Stage::Absent | Stage::Waiting | Stage::Joined(_) | Stage::Gone => true,
            })
        }),
        Property::always(NO_GHOSTS, |_, state: &State| {
            let mut held = state
                .server
                .seats()
                .into_iter()
                .filter_map(|(_, socket)| socket);
            held.all(|socket| state.server.is_open(socket))
        }),
        Property::sometimes("two are in and list each other", |_, state: &State| {
            settled(state)
                .filter(|(tab, _)| !tab.others.is_empty())
                .count()
                > 1
        }),
        Property::sometimes(
            "a seat is taken over from a socket that is there",
            |_, state: &State| state.server.has_replaced,
        ),
        Property::sometimes("a seat runs out", |_, state: &State| {
            state.server.has_expired
        }),
    ];
    if guest != Guest::Nobody {
        all.push(Property::sometimes(
            "both are in, each with an id",
            |_, state: &State| {
                settled(state).count() == state.tabs.len()
                    && (state.tabs[ADA].was_renamed || state.tabs[GUEST].was_renamed)
            },
        ));
    }
    all
}

/// Tabs that have a seat as far as they know, and have heard everything that they were told.
fn settled(
    state: &State,
) -> impl Iterator<Item = (&Tab, banter_protocol::signaling::ConnectionKey)> {
    state.tabs.iter().filter_map(|tab| match tab.stage {
        Stage::Joined(socket) if state.cables[&socket].to_tab.is_empty() => Some((tab, socket)),
        Stage::Joined(_) | Stage::Absent | Stage::Waiting | Stage::Joining(_) | Stage::Gone => None,
    })
}
