//! What the browser stores of keys and people, besides messages.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::view::Gap;
use crate::{
    crypto::{IdentityKey, Session, entry::LogEnd},
    ids::RoomId,
    time::Timestamp,
};

/// A tab's keys for one room; kept for its own reload.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabKeys {
    /// Whose they are: a session that was announced by one person is believed from nobody else.
    #[serde(default)]
    pub identity: Option<IdentityKey>,
    /// Seed of the session key, 32 bytes.
    pub session: [u8; 32],
    /// The last epoch that was announced.
    pub epoch: u32,
    /// Where the session's log ends.
    pub log: LogEnd,
    /// Whether the page that used them put them down when it went away. A browser that crashed may bring back an older state, and
    /// whoever went on from there would sign two different things under one number.
    #[serde(default)]
    pub put_down: bool,
}

impl TabKeys {
    /// Whether a new page of this person's can go on with them. Older pages did not say whose theirs are.
    pub fn is_usable_by(&self, person: &IdentityKey) -> bool {
        let is_own = self.identity.is_none_or(|identity| identity == *person);
        is_own && self.put_down && self.log.is_sound()
    }

    /// The session key.
    pub fn session(&self) -> Session {
        Session::from_seed(&self.session)
    }
}

/// Keys are not for logs.
impl fmt::Debug for TabKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TabKeys(epoch {})", self.epoch)
    }
}

/// How a tab was in a room; kept for its own reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// Where something may be missing among the messages.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// Until when it was there, by the wall clock; `None` where nobody else was.
    #[serde(default)]
    pub there_until: Option<Timestamp>,
}

/// Somebody whom the browser profile has met in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPerson {
    /// Where.
    pub room: RoomId,
    /// Under which name, reduced to what the eye tells apart.
    pub name: String,
    /// Their key.
    pub identity: IdentityKey,
    /// Whether the person has compared the safety number or emoji.
    pub verified: bool,
}

/// A lock, and whom it lets in; kept for the reload of a tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockRecord {
    /// Who locked the room; `None` for the person themselves.
    pub by: Option<String>,
    /// Who is let in.
    pub admitted: Vec<IdentityKey>,
}

/// Somebody's invite to go on elsewhere that the person has not answered; kept for the reload of a tab.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveInvite {
    /// Who asks.
    pub by: IdentityKey,
    /// Their name when they asked.
    pub name: String,
    /// The new room.
    pub room: RoomId,
    /// As behind the `#` of its invite.
    pub secret: String,
}

/// Secrets are not for logs.
impl fmt::Debug for MoveInvite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MoveInvite({}, by {})", self.room, self.by)
    }
}

/// What to keep of the people of one room for another in which it goes on: whose name is whose there. What is known of the other
/// room already stays as it is, so that nobody lends a name there by a room of their own making.
pub fn carried_over(people: &[KnownPerson], from: &RoomId, to: &RoomId) -> Vec<KnownPerson> {
    let is_known_there = |person: &KnownPerson| {
        let mut there = people.iter().filter(|other| other.room == *to);
        there.any(|other| other.name == person.name || other.identity == person.identity)
    };
    let here = people.iter().filter(|person| person.room == *from);
    let carried = here.filter(|person| !is_known_there(person));
    carried
        .map(|person| KnownPerson {
            room: to.clone(),
            ..person.clone()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Identity;

    #[test]
    fn names_go_along_to_a_new_room_and_change_nothing_that_is_known_there() {
        let person = |room: &str, name: &str, seed: u8, verified| KnownPerson {
            room: room.parse().unwrap(),
            name: name.to_owned(),
            identity: Identity::from_seed(&[seed; 32]).key(),
            verified,
        };
        let people = [
            person("old", "ada", 1, true),
            person("old", "bob", 2, false),
            person("old", "bob", 3, false),
            person("old", "cyd", 4, false),
            person("elsewhere", "dee", 5, true),
            person("met", "cyd", 6, false),
            person("met", "someone", 1, true),
        ];
        let [old, new, met] = ["old", "new", "met"].map(|room| room.parse().unwrap());
        assert_eq!(
            carried_over(&people, &old, &new),
            [
                person("new", "ada", 1, true),
                person("new", "bob", 2, false),
                person("new", "bob", 3, false),
                person("new", "cyd", 4, false),
            ]
        );
        assert_eq!(
            carried_over(&people, &old, &met),
            [
                person("met", "bob", 2, false),
                person("met", "bob", 3, false)
            ]
        );
    }

    #[test]
    fn an_invite_that_waits_for_an_answer_is_not_for_logs() {
        let invite = MoveInvite {
            by: Identity::from_seed(&[1; 32]).key(),
            name: "Ada".into(),
            room: "p_tea".parse().unwrap(),
            secret: "verysecret".into(),
        };
        assert!(!format!("{invite:?}").contains("verysecret"));
    }

    fn keys() -> TabKeys {
        TabKeys {
            identity: Some(Identity::from_seed(&[1; 32]).key()),
            session: [1; 32],
            epoch: 1,
            log: LogEnd::default(),
            put_down: true,
        }
    }

    #[test]
    fn keys_that_a_crash_brought_back_or_that_are_somebody_else_s_are_not_gone_on_with() {
        let [own, other] = [1, 2].map(|seed| Identity::from_seed(&[seed; 32]).key());
        let mut keys = keys();
        assert!(keys.is_usable_by(&own) && !keys.is_usable_by(&other));
        keys.identity = None;
        assert!(keys.is_usable_by(&own) && keys.is_usable_by(&other));
        keys.put_down = false;
        assert!(!keys.is_usable_by(&own));
    }

    #[test]
    fn keys_are_read_as_they_were_written_also_those_of_older_pages() {
        let mut keys = keys();
        let mut written = serde_json::to_value(&keys).unwrap();
        assert_eq!(
            serde_json::from_value::<TabKeys>(written.clone()).unwrap(),
            keys
        );
        written.as_object_mut().unwrap().remove("identity");
        keys.identity = None;
        assert_eq!(serde_json::from_value::<TabKeys>(written).unwrap(), keys);
    }
}
