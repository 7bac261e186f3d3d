//! What must hold, whatever the attacker does, and what must be possible.

use stateright::Property;

use super::{
    tab::{Connection, Link},
    terms::{Announcement, Name},
    world::{State, World},
};

pub(crate) const RIGHT_PERSON: &str = "who is listened to as somebody is that person";
const ONE_VIEW: &str = "who is listened to sees the same two people in the same attempt";

pub(crate) fn all(knows_secret: bool) -> Vec<Property<World>> {
    let mut all = vec![
        Property::always(RIGHT_PERSON, |_, state| {
            accepting(state).all(|view| view.connection.other.owner == view.link.theirs.identity)
        }),
        Property::always(ONE_VIEW, |_, state| {
            accepting(state).all(|view| is_shared(state, &view))
        }),
        Property::sometimes("two people talk", |_, state: &State| {
            state.tabs.iter().all(|tab| {
                tab.links
                    .iter()
                    .any(|link| link.accepts && link.theirs.identity != Name::Mallory)
            })
        }),
    ];
    if knows_secret {
        // Else the model would forbid what it ought to survive.
        all.push(Property::sometimes(
            "a member talks as themselves",
            |_, state| accepting(state).any(|view| view.link.theirs.identity == Name::Mallory),
        ));
    }
    all
}

/// A link over which words are accepted.
struct View<'a> {
    own: Name,
    link: &'a Link,
    connection: Connection,
}

fn accepting(state: &State) -> impl Iterator<Item = View<'_>> {
    state.tabs.iter().flat_map(|tab| {
        tab.links
            .iter()
            .filter(|link| link.accepts)
            .filter_map(|link| {
                Some(View {
                    own: tab.name,
                    link,
                    connection: link.connected()?,
                })
            })
    })
}

/// Whether the honest end of the connection has, or had, it with this tab, over these two certificates, in this attempt.
fn is_shared(state: &State, view: &View<'_>) -> bool {
    let Some(tab) = state
        .tabs
        .iter()
        .find(|tab| tab.name == view.link.theirs.identity)
    else {
        return true;
    };
    let mirrored = Connection {
        negotiation: view.connection.negotiation,
        own: view.connection.other,
        other: view.connection.own,
    };
    tab.links
        .get(view.connection.other.link)
        .is_some_and(|other| {
            other.theirs == Announcement::of(view.own)
                && view.link.theirs == Announcement::of(tab.name)
                && other.connections.contains(&mirrored)
        })
}
