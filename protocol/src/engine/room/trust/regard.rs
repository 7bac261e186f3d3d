//! How much somebody matters where not everything can be kept: who comes as many people pushes out those many, and nobody else.

use super::people::{People, Regard};
use crate::{
    crypto::{IdentityKey, SessionKey},
    engine::room::roster::Roster,
};

/// Of a session and its person: a tab that is here, or what is known of who sat there.
pub(super) fn of_sessions(
    roster: &Roster,
    people: &People,
) -> impl Fn(&SessionKey, &IdentityKey) -> Regard {
    move |session, identity| {
        if roster.is_session_here(session) {
            Regard::Present
        } else {
            people.regard(identity)
        }
    }
}

/// Of a person, with whatever tab.
pub(super) fn of_people(roster: &Roster, people: &People) -> impl Fn(&IdentityKey) -> Regard {
    move |identity| {
        if roster.is_here(identity) {
            Regard::Present
        } else {
            people.regard(identity)
        }
    }
}
