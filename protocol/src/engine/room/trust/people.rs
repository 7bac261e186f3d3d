//! Whom the browser profile knows: names belong to the key that had them first (trust on first use), and some keys the person
//! has verified.

use crate::{
    crypto::IdentityKey,
    engine::{KnownPerson, Standing},
    ids::RoomId,
    names::{PersonName, skeleton},
};

/// How much somebody matters where not everything can be kept, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Regard {
    /// Gone, and met in this stay for the first time: nothing tells them from one of many that somebody pretends to be.
    Passing,
    /// Gone, and known from before.
    Known,
    /// Gone, and verified.
    Verified,
    /// In the room now.
    Present,
}

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct People {
    room: RoomId,
    is_private: bool,
    /// Of this room, and whoever is verified anywhere.
    known: Vec<KnownPerson>,
    /// Who was known before this stay.
    familiar: Vec<IdentityKey>,
}

impl People {
    pub(in crate::engine) fn new(room: RoomId, is_private: bool, known: Vec<KnownPerson>) -> Self {
        Self {
            room,
            is_private,
            familiar: known.iter().map(|person| person.identity).collect(),
            known,
        }
    }

    /// How much somebody matters who is not here.
    pub(in crate::engine) fn regard(&self, identity: &IdentityKey) -> Regard {
        if self.is_verified(identity) {
            Regard::Verified
        } else if self.familiar.contains(identity) {
            Regard::Known
        } else {
            Regard::Passing
        }
    }

    /// What to make of somebody who has proved this key. `is_present` tells whether another key is in the room now.
    pub(in crate::engine) fn judge(
        &self,
        identity: &IdentityKey,
        name: &PersonName,
        is_present: impl Fn(&IdentityKey) -> bool,
    ) -> Standing {
        let name = skeleton(name.as_str());
        let of_name = |person: &&KnownPerson| person.room == self.room && person.name == name;
        let holders = || self.known.iter().filter(of_name);
        let is_theirs = holders().any(|person| person.identity == *identity);
        let taken_from =
            |person: &KnownPerson| person.identity != *identity && !is_present(&person.identity);
        let verified = |person: &KnownPerson| self.is_verified(&person.identity);
        if !is_theirs && holders().any(|person| taken_from(person) && verified(person)) {
            return Standing::Changed;
        }
        if !is_theirs && holders().any(taken_from) {
            // Nobody owns a name in a room that everybody may enter.
            return if self.is_private {
                Standing::Changed
            } else {
                Standing::NewKey
            };
        }
        if self.is_verified(identity) {
            Standing::Verified
        } else {
            Standing::Known
        }
    }

    /// Whether another key holds this name here and this one does not: somebody else who may only look like them.
    pub(in crate::engine) fn is_contested(
        &self,
        identity: &IdentityKey,
        name: &PersonName,
    ) -> bool {
        self.is_contested_skeleton(identity, &skeleton(name.as_str()))
    }

    /// The same for a name as the eye reads it.
    pub(in crate::engine) fn is_contested_skeleton(
        &self,
        identity: &IdentityKey,
        name: &str,
    ) -> bool {
        let here = |person: &&KnownPerson| person.room == self.room && person.name == name;
        let mut holders = self.known.iter().filter(here).peekable();
        holders.peek().is_some() && holders.all(|person| person.identity != *identity)
    }

    /// From now on the name is also this key's. Gives what to keep, where that is news.
    pub(in crate::engine) fn pin(
        &mut self,
        identity: IdentityKey,
        name: &PersonName,
    ) -> Option<KnownPerson> {
        let name = skeleton(name.as_str());
        let known = |person: &KnownPerson| {
            person.room == self.room && person.name == name && person.identity == identity
        };
        if self.known.iter().any(known) {
            return None;
        }
        let person = KnownPerson {
            room: self.room.clone(),
            name,
            identity,
            verified: self.is_verified(&identity),
        };
        self.known
            .retain(|other| other.room != self.room || other.identity != identity);
        self.known.push(person.clone());
        Some(person)
    }

    pub(in crate::engine) fn is_verified(&self, identity: &IdentityKey) -> bool {
        self.known
            .iter()
            .any(|person| person.identity == *identity && person.verified)
    }

    /// Takes a key for verified everywhere, or nowhere. Gives what to keep.
    pub(in crate::engine) fn set_verified(
        &mut self,
        identity: &IdentityKey,
        name: &PersonName,
        verified: bool,
    ) -> Vec<KnownPerson> {
        self.pin(*identity, name);
        let theirs = self
            .known
            .iter_mut()
            .filter(|person| person.identity == *identity);
        theirs
            .map(|person| {
                person.verified = verified;
                person.clone()
            })
            .collect()
    }

    /// Takes a key for verified, or no more, as the person did in another room. Gives what to keep of what is known of it here.
    pub(in crate::engine) fn learn(&mut self, judged: &KnownPerson) -> Vec<KnownPerson> {
        let differs = |person: &KnownPerson| {
            person.identity == judged.identity && person.verified != judged.verified
        };
        let mut changed = Vec::new();
        for person in self.known.iter_mut().filter(|person| differs(person)) {
            person.verified = judged.verified;
            changed.push(person.clone());
        }
        if judged.verified && !self.is_verified(&judged.identity) {
            self.known.push(judged.clone());
        }
        changed
    }

    pub(in crate::engine) fn verified(&self) -> Vec<IdentityKey> {
        let mut keys: Vec<IdentityKey> = Vec::new();
        for person in self.known.iter().filter(|person| person.verified) {
            if !keys.contains(&person.identity) {
                keys.push(person.identity);
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Identity;

    fn key(seed: u8) -> IdentityKey {
        Identity::from_seed(&[seed; 32]).key()
    }

    fn name(text: &str) -> PersonName {
        text.parse().unwrap()
    }

    fn people(is_private: bool) -> People {
        People::new("p_tea".parse().unwrap(), is_private, Vec::new())
    }

    /// Promise 14.
    #[test]
    fn a_name_belongs_to_the_key_that_had_it_first() {
        let mut people = people(true);
        let judge = |people: &People, seed, text| people.judge(&key(seed), &name(text), |_| false);
        assert_eq!(judge(&people, 1, "Ada"), Standing::Known);
        assert!(people.pin(key(1), &name("Ada")).is_some());
        assert!(
            people.pin(key(1), &name("ada")).is_none(),
            "the same name to the eye"
        );
        assert_eq!(judge(&people, 1, "Ada"), Standing::Known);
        assert_eq!(judge(&people, 2, "Ada"), Standing::Changed);
        assert_eq!(judge(&people, 2, "ADA"), Standing::Changed);
        assert_eq!(judge(&people, 2, "Bob"), Standing::Known);
        // The person decides that it is the same Ada.
        people.pin(key(2), &name("Ada"));
        assert_eq!(judge(&people, 2, "Ada"), Standing::Known);
        assert_eq!(judge(&people, 1, "Ada"), Standing::Known);
    }

    #[test]
    fn two_people_of_one_name_in_the_room_are_no_changed_key() {
        let mut people = people(true);
        people.pin(key(1), &name("Ada"));
        let standing = people.judge(&key(2), &name("Ada"), |present| *present == key(1));
        assert_eq!(standing, Standing::Known);
        // Being there once beside the other does not make the name theirs.
        assert!(people.is_contested(&key(2), &name("Ada")));
        assert!(!people.is_contested(&key(1), &name("Ada")));
        assert!(!people.is_contested(&key(2), &name("Bob")));
    }

    #[test]
    fn nobody_owns_a_name_in_an_open_room_unless_it_was_verified() {
        let mut people = people(false);
        people.pin(key(1), &name("Ada"));
        assert_eq!(
            people.judge(&key(2), &name("Ada"), |_| false),
            Standing::NewKey
        );
        let kept = people.set_verified(&key(1), &name("Ada"), true);
        assert!(kept.len() == 1 && kept[0].verified);
        assert_eq!(
            people.judge(&key(2), &name("Ada"), |_| false),
            Standing::Changed
        );
        assert_eq!(
            people.judge(&key(1), &name("Ada"), |_| false),
            Standing::Verified
        );
        assert_eq!(people.verified(), [key(1)]);
        people.set_verified(&key(1), &name("Ada"), false);
        assert!(people.verified().is_empty());
    }
}
