//! What the browser keeps of keys and people, besides messages.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    crypto::{IdentityKey, Session, entry::LogEnd},
    ids::RoomId,
};

/// A tab's keys for one room; kept for its own reload.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabKeys {
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
    /// Whether a new page can go on with them.
    pub fn is_usable(&self) -> bool {
        self.put_down && self.log.is_sound()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_a_crash_brought_back_are_not_gone_on_with() {
        let mut keys = TabKeys {
            session: [1; 32],
            epoch: 1,
            log: LogEnd::default(),
            put_down: true,
        };
        assert!(keys.is_usable());
        keys.put_down = false;
        assert!(!keys.is_usable());
        let older: TabKeys = serde_json::from_str(&serde_json::to_string(&keys).unwrap()).unwrap();
        assert_eq!(older, keys);
    }
}
