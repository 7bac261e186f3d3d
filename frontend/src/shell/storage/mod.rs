//! What the browser keeps, of the person and of the tab.

mod profile;
mod tab_id;

use banter_protocol::engine::{Input, Persist};

use super::Shell;
use crate::{event::push, platform::storage::StorageRefused};

pub(super) use self::{
    profile::{Opening, Profile},
    tab_id::claim_stored,
};

impl Shell {
    /// Keeps what the engine asks to keep.
    pub fn keep(&mut self, persist: Persist) {
        if let Persist::Person(person) = persist {
            self.profile.keep(person);
            return;
        }
        if let Persist::Seat { peer_id, .. } = persist {
            self.take_id(peer_id);
        }
        self.report(self.tab.keep(persist));
    }

    /// What the tab or the profile kept, where it was not refused.
    pub(super) fn read<T>(&self, kept: Result<Option<T>, StorageRefused>) -> Option<T> {
        kept.unwrap_or_else(|refused| {
            self.report(Err(refused));
            None
        })
    }

    pub(super) fn report(&self, result: Result<(), StorageRefused>) {
        if result.is_err() {
            push(&self.events, Input::StorageFailed);
        }
    }
}
