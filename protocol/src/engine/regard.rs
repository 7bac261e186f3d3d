//! How much somebody matters where not everything can be kept: who comes as many people pushes out those many, and nobody else.

use std::collections::BTreeMap;

use super::{
    member::Member,
    people::{People, Regard},
};
use crate::{
    crypto::{IdentityKey, SessionKey},
    ids::PeerId,
};

/// Of a session and its person: a tab that is here, or what is known of who sat there.
pub(super) fn of_sessions(
    members: &BTreeMap<PeerId, Member>,
    people: &People,
) -> impl Fn(&SessionKey, &IdentityKey) -> Regard {
    move |session, identity| {
        let mut here = members.values();
        if here.any(|member| member.session() == Some(*session)) {
            Regard::Present
        } else {
            people.regard(identity)
        }
    }
}

/// Of a person, with whatever tab.
pub(super) fn of_people(
    members: &BTreeMap<PeerId, Member>,
    people: &People,
) -> impl Fn(&IdentityKey) -> Regard {
    move |identity| {
        let mut here = members.values();
        if here.any(|member| member.identity() == Some(*identity)) {
            Regard::Present
        } else {
            people.regard(identity)
        }
    }
}
