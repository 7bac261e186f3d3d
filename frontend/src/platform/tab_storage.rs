//! What a tab keeps for its own reload: its seat, its keys and what was said. Entries that make no sense, from another
//! version or another hand, are as good as absent.

use banter_protocol::{
    crypto::StretchedPassphrase,
    engine::{LockRecord, MoveInvite, Persist, Presence, StoredMessage, TabKeys},
    ids::{PeerId, RoomId},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::storage::{StorageArea, StorageRefused};

const SEAT: &str = "banter/seat";
const HISTORY: &str = "banter/history/";
/// One entry for each room; of a private room the secret itself is in the address.
const KEYS: &str = "banter/keys/";
const LOCK: &str = "banter/lock/";
const MOVES: &str = "banter/moves/";
const PRESENCE: &str = "banter/presence/";
const PASSPHRASE: &str = "banter/passphrase/";

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
        self.read(SEAT)
    }

    /// The tab's keys for a room, where it has some.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn keys(&self, room: &RoomId) -> Result<Option<TabKeys>, StorageRefused> {
        self.read(&format!("{KEYS}{room}"))
    }

    /// The lock of a room, where it is locked.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn lock(&self, room: &RoomId) -> Result<Option<LockRecord>, StorageRefused> {
        self.read(&format!("{LOCK}{room}"))
    }

    /// Who asked the person to go on elsewhere and has no answer yet.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn moves(&self, room: &RoomId) -> Result<Vec<MoveInvite>, StorageRefused> {
        let moves = self.read(&format!("{MOVES}{room}"))?;
        Ok(moves.unwrap_or_default())
    }

    /// How the tab was in a room, where it was.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn presence(&self, room: &RoomId) -> Result<Option<Presence>, StorageRefused> {
        self.read(&format!("{PRESENCE}{room}"))
    }

    /// The passphrase of a room, as [`TabStorage::keep_passphrase`] kept it.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn passphrase(&self, room: &RoomId) -> Result<Option<StretchedPassphrase>, StorageRefused> {
        let bytes = self.read(&format!("{PASSPHRASE}{room}"))?;
        Ok(bytes.map(StretchedPassphrase::from_bytes))
    }

    /// Keeps the passphrase of a room, so that a reload does not ask for it.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room even without the history of other rooms.
    pub fn keep_passphrase(
        &self,
        room: &RoomId,
        passphrase: &StretchedPassphrase,
    ) -> Result<(), StorageRefused> {
        self.write(room, &format!("{PASSPHRASE}{room}"), passphrase.as_bytes())
    }

    /// Forgets the passphrase of a room.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn forget_passphrase(&self, room: &RoomId) -> Result<(), StorageRefused> {
        self.area.remove(&format!("{PASSPHRASE}{room}"))
    }

    /// What was said in a room, in the order in which it was stored.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn history(&self, room: &RoomId) -> Result<Vec<StoredMessage>, StorageRefused> {
        let mut history: Vec<StoredMessage> = Vec::new();
        for key in self.area.keys(&history_of(room))? {
            let stored: Option<StoredMessage> = self.read(&key)?;
            // A number that is not the key's would be written elsewhere and stay here for ever.
            if let Some(stored) = stored.filter(|it| message_key(room, it.number) == key) {
                let after = history.partition_point(|earlier| earlier.number < stored.number);
                history.insert(after, stored);
            }
        }
        Ok(history)
    }

    /// Keeps what was said in one room as said in another too.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room for both.
    pub fn copy_history(&self, from: &RoomId, to: &RoomId) -> Result<(), StorageRefused> {
        for stored in self.history(from)? {
            let stored = stored.carried_over();
            let key = message_key(to, stored.number);
            let json = serde_json::to_string(&stored).map_err(|_| StorageRefused)?;
            self.area.set(&key, &json)?;
        }
        Ok(())
    }

    /// Keeps what the engine asks to keep for this tab; of people the browser profile takes care.
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
            } => {
                let seat = Seat {
                    room,
                    peer_id,
                    resume,
                };
                self.write(&seat.room, SEAT, &seat)
            }
            Persist::Keys(room, keys) => {
                let key = format!("{KEYS}{room}");
                self.write(&room, &key, &keys).or_else(|refused| {
                    // Older keys would be worse than none: a page that went on from them would number what it says twice.
                    self.area.remove(&key)?;
                    Err(refused)
                })
            }
            Persist::Lock(room, Some(lock)) => self.write(&room, &format!("{LOCK}{room}"), &lock),
            Persist::Lock(room, None) => self.area.remove(&format!("{LOCK}{room}")),
            Persist::Moves(room, moves) if moves.is_empty() => {
                self.area.remove(&format!("{MOVES}{room}"))
            }
            Persist::Moves(room, moves) => self.write(&room, &format!("{MOVES}{room}"), &moves),
            Persist::Presence(room, presence) => {
                self.write(&room, &format!("{PRESENCE}{room}"), &presence)
            }
            Persist::Person(_) => Ok(()),
            Persist::Message(room, stored) => {
                self.write(&room, &message_key(&room, stored.number), &stored)
            }
            Persist::ForgetMessage(room, number) => self.area.remove(&message_key(&room, number)),
        }
    }

    /// Forgets seat, keys and history, which turned out to be another tab's.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn forget_tab(&self) -> Result<(), StorageRefused> {
        self.area.remove(SEAT)?;
        [KEYS, LOCK, MOVES, PRESENCE, PASSPHRASE, HISTORY]
            .iter()
            .try_for_each(|prefix| self.forget(prefix, |_| true))
    }

    fn forget(&self, prefix: &str, which: impl Fn(&str) -> bool) -> Result<(), StorageRefused> {
        let keys = self.area.keys(prefix)?;
        keys.iter()
            .filter(|key| which(key))
            .try_for_each(|key| self.area.remove(key))
    }

    fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StorageRefused> {
        let json = self.area.get(key)?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Writes something of a room; where there is no space left, the history of other rooms makes way for it.
    fn write(
        &self,
        room: &RoomId,
        key: &str,
        value: &impl Serialize,
    ) -> Result<(), StorageRefused> {
        let json = serde_json::to_string(value).map_err(|_| StorageRefused)?;
        self.area.set(key, &json).or_else(|_| {
            self.forget(HISTORY, |key| !key.starts_with(&history_of(room)))?;
            self.area.set(key, &json)
        })
    }
}

fn history_of(room: &RoomId) -> String {
    format!("{HISTORY}{room}/")
}

fn message_key(room: &RoomId, number: u32) -> String {
    format!("{}{number}", history_of(room))
}
