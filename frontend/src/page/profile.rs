//! The person behind the page: their identity, and whom they know.

use banter_protocol::{
    crypto::Identity,
    engine::{Input, KnownPerson, kept},
    ids::RoomId,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    event::{EventSender, push},
    platform::{
        profile_store::{Kept, ProfileStore},
        random,
    },
};

/// What the browser profile keeps, or, where it keeps nothing, what lasts as long as the page.
#[derive(Debug)]
pub(super) struct Profile {
    /// `None` where the browser gives no random bytes.
    identity: Option<Identity>,
    people: Vec<KnownPerson>,
    store: Option<ProfileStore>,
    events: EventSender,
}

impl Profile {
    /// Reads it, and makes an identity at the first visit.
    pub(super) async fn open(events: EventSender) -> Self {
        let mut profile = Self {
            identity: None,
            people: Vec::new(),
            store: None,
            events,
        };
        let Some(new_seed) = random::bytes_32() else {
            return profile;
        };
        let seed = match ProfileStore::open(new_seed).await {
            Ok((store, Kept { seed, people })) => {
                profile.people = people;
                profile.store = Some(store);
                seed
            }
            Err(_) => {
                push(&profile.events, Input::StorageFailed);
                new_seed
            }
        };
        profile.identity = Some(Identity::from_seed(&seed));
        profile
    }

    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Whom the person has met in a room, and whom they have verified anywhere.
    pub(super) fn people_of(&self, room: &RoomId) -> Vec<KnownPerson> {
        let people = self.people.iter();
        people
            .filter(|person| person.verified || person.room == *room)
            .cloned()
            .collect()
    }

    /// Whose name is whose in one room holds in the other too, where nothing else is known there.
    pub(super) fn carry_over(&mut self, from: &RoomId, to: &RoomId) {
        for person in kept::carried_over(&self.people, from, to) {
            self.keep(person);
        }
    }

    /// Keeps somebody, in place of what it knew of this key in this room.
    pub(super) fn keep(&mut self, person: KnownPerson) {
        if let Some(store) = &self.store {
            let kept = store.keep(&person);
            let events = self.events.clone();
            spawn_local(async move {
                if kept.await.is_err() {
                    push(&events, Input::StorageFailed);
                }
            });
        }
        let is_same =
            |held: &KnownPerson| held.room == person.room && held.identity == person.identity;
        match self.people.iter_mut().find(|held| is_same(held)) {
            Some(held) => *held = person,
            None => self.people.push(person),
        }
    }
}
