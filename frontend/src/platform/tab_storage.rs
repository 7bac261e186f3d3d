//! What a tab keeps for its own reload: its seat and what was said. Entries that make no sense, from another
//! version or another hand, are as good as absent.

use banter_protocol::{
    engine::{Persist, StoredMessage},
    ids::{PeerId, RoomId},
};
use serde::{Deserialize, Serialize};

use super::storage::{StorageArea, StorageRefused};

const SEAT: &str = "banter/seat";
const HISTORY: &str = "banter/history/";

/// A tab's place in the room where it was last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
    /// The room.
    pub room: RoomId,
    /// The tab's id, which it keeps from room to room.
    pub peer_id: PeerId,
    /// `None` once the tab has left the room.
    pub resume: Option<String>,
}

/// The tab's storage.
#[derive(Debug)]
pub struct TabStorage {
    area: StorageArea,
}

impl TabStorage {
    /// Kept in `area`, the tab's `sessionStorage`.
    pub fn new(area: StorageArea) -> Self {
        Self { area }
    }

    /// The tab's seat, where it ever had one.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn seat(&self) -> Result<Option<Seat>, StorageRefused> {
        let json = self.area.get(SEAT)?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// What was said in a room, in the order in which it was stored.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn history(&self, room: &RoomId) -> Result<Vec<StoredMessage>, StorageRefused> {
        let mut history: Vec<StoredMessage> = Vec::new();
        for key in self.area.keys(&history_of(room))? {
            let json = self.area.get(&key)?;
            let stored = json.and_then(|json| serde_json::from_str::<StoredMessage>(&json).ok());
            // A number that is not the key's would be written elsewhere and stay here for ever.
            if let Some(stored) = stored.filter(|it| message_key(room, it.number) == key) {
                let after = history.partition_point(|earlier| earlier.number < stored.number);
                history.insert(after, stored);
            }
        }
        Ok(history)
    }

    /// Keeps what the engine asks to keep.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room even without the history of other rooms.
    pub fn keep(&self, persist: Persist) -> Result<(), StorageRefused> {
        match persist {
            Persist::Seat {
                room,
                peer_id,
                resume,
            } => self.write(
                SEAT,
                &Seat {
                    room,
                    peer_id,
                    resume,
                },
            ),
            Persist::Message(room, stored) => {
                let key = message_key(&room, stored.number);
                self.write(&key, &stored).or_else(|_| {
                    self.forget(HISTORY, |key| !key.starts_with(&history_of(&room)))?;
                    self.write(&key, &stored)
                })
            }
            Persist::Keys(..) | Persist::Lock(..) | Persist::Person(_) => Ok(()),
            Persist::ForgetMessage(room, number) => self.area.remove(&message_key(&room, number)),
        }
    }

    /// Forgets seat and history, which turned out to be another tab's.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn forget_tab(&self) -> Result<(), StorageRefused> {
        self.area.remove(SEAT)?;
        self.forget(HISTORY, |_| true)
    }

    fn forget(&self, prefix: &str, which: impl Fn(&str) -> bool) -> Result<(), StorageRefused> {
        let keys = self.area.keys(prefix)?;
        keys.iter()
            .filter(|key| which(key))
            .try_for_each(|key| self.area.remove(key))
    }

    fn write(&self, key: &str, value: &impl Serialize) -> Result<(), StorageRefused> {
        let json = serde_json::to_string(value).map_err(|_| StorageRefused)?;
        self.area.set(key, &json)
    }
}

fn history_of(room: &RoomId) -> String {
    format!("{HISTORY}{room}/")
}

fn message_key(room: &RoomId, number: u32) -> String {
    format!("{}{number}", history_of(room))
}
