//! Whose the tab's id is.

use banter_protocol::{
    engine::TabKeys,
    ids::{PeerId, RoomId},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    event::{PageEvent, push},
    platform::{
        storage::StorageRefused,
        tab_lock::{self, TabClaim},
        tab_storage::TabStorage,
    },
    shell::Shell,
};

/// Finds out whether the stored seat is this tab's own. A copy of another tab, whose seat and history these are, forgets
/// them; the person is asked where to go.
pub(in crate::shell) async fn claim_stored(
    tab: &TabStorage,
) -> Result<Option<(PeerId, TabClaim)>, StorageRefused> {
    let Some(seat) = tab.seat()? else {
        return Ok(None);
    };
    match tab_lock::claim(seat.peer_id).await {
        TabClaim::Taken => tab.forget_tab().map(|()| None),
        claim @ (TabClaim::Granted(_) | TabClaim::Unknown) => Ok(Some((seat.peer_id, claim))),
    }
}

impl Shell {
    /// Takes in whose the tab's id is. Who learns here that it is another tab's goes on: the server will refuse it.
    pub fn handle_claimed(&mut self, id: PeerId, claim: TabClaim) {
        if let Some((own, held)) = &mut self.tab_id
            && *own == id
        {
            *held = claim;
        }
    }

    /// Lets go of the tab's lock before a reload asks for it.
    pub fn handle_hidden(&mut self) {
        if let Some((_, claim)) = &mut self.tab_id {
            *claim = TabClaim::Unknown;
        }
    }

    /// Takes the tab's lock again after the page had been put away. Gives the tab's keys for its rooms as they are stored now:
    /// another page of the tab may have gone on with them.
    pub fn handle_shown(&mut self) -> Vec<(RoomId, TabKeys)> {
        if let Some((id, _)) = self.tab_id.take() {
            self.take_id(id);
        }
        // A room that was entered just before the page was put away.
        self.drawing.draw();
        let store = self.dispatch.get();
        let entered = store.rooms.iter().filter(|(_, room)| room.seat.is_some());
        let keys = entered.filter_map(|(room, _)| {
            let keys = self.tab.keys(room).ok().flatten()?;
            Some((room.clone(), keys))
        });
        keys.collect()
    }

    pub(in crate::shell) fn take_id(&mut self, id: PeerId) {
        if self.tab_id.as_ref().is_some_and(|(own, _)| *own == id) {
            return;
        }
        self.tab_id = Some((id, TabClaim::Unknown));
        let events = self.events.clone();
        spawn_local(async move {
            let claim = tab_lock::claim(id).await;
            push(&events, PageEvent::TabClaimed(id, claim));
        });
    }
}
