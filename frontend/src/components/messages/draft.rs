//! What stands in the message box and was not sent, kept for a reload of the tab.

use banter_protocol::ids::RoomId;

use crate::platform::storage::{StorageArea, StorageRefused};

/// The draft of one room.
pub(crate) struct Draft {
    key: String,
}

impl Draft {
    pub(crate) fn of(room: &RoomId) -> Self {
        Self {
            key: format!("banter/draft/{room}"),
        }
    }

    pub(crate) fn load(&self) -> Option<String> {
        StorageArea::session().get(&self.key).ok().flatten()
    }

    /// A browser that keeps nothing loses drafts, and the person is told.
    pub(crate) fn save(&self, text: &str) -> Result<(), StorageRefused> {
        let area = StorageArea::session();
        if text.is_empty() {
            area.remove(&self.key)
        } else {
            area.set(&self.key, text)
        }
    }
}
