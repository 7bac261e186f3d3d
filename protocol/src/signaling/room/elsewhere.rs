//! What other servers have to do with a room's seats.

use super::{ConnectionKey, RoomState, Seat};
use crate::{ids::PeerId, signaling::PeerInfo, time::Timestamp};

impl RoomState {
    /// One seat, with its socket where it is there.
    pub(in crate::signaling) fn member(
        &self,
        peer_id: PeerId,
    ) -> Option<(PeerInfo, Option<ConnectionKey>)> {
        let seat = self.seats.get(&peer_id)?;
        Some((seat.info(peer_id), seat.connection()))
    }

    /// Frees a seat whose owner sits elsewhere now. Gives the socket that sat there.
    pub(in crate::signaling) fn vacate(&mut self, peer_id: PeerId) -> Option<ConnectionKey> {
        self.seats
            .remove(&peer_id)
            .as_ref()
            .and_then(Seat::connection)
    }

    /// A seat turns out to be one that was taken earlier, elsewhere.
    pub(in crate::signaling) fn date_back(&mut self, peer_id: PeerId, joined_at: Timestamp) {
        if let Some(seat) = self.seats.get_mut(&peer_id) {
            seat.joined_at = joined_at;
        }
    }
}
