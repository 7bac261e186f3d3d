//! The rules of one room: who has a seat, who may take it again, and who hears of it.
//!
//! Pure: moments, random bits and sockets come in as arguments, and what must be sent comes out as values.

use std::collections::BTreeMap;

use super::{ErrorCode, PeerInfo, ResumeToken};
use crate::{
    ids::{PeerId, RoomId},
    time::Timestamp,
};

#[cfg(feature = "span")]
mod elsewhere;
mod seating;

pub use seating::{Arrival, ConnectionKey, Departure, JoinRequest, Joined, RoomSettings};

/// One room.
#[derive(Clone, Debug)]
pub struct RoomState {
    room: RoomId,
    settings: RoomSettings,
    seats: BTreeMap<PeerId, Seat>,
    /// Counts seats ever given, so that the roster has an order that no clock can upset.
    seats_given: u64,
}

#[derive(Clone, Debug)]
struct Seat {
    number: u64,
    display_name: String,
    joined_at: Timestamp,
    resume: ResumeToken,
    holder: Holder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Connected(ConnectionKey),
    /// The socket is gone; the seat is kept for whoever proves to be its owner.
    Away {
        until: Timestamp,
    },
}

impl Seat {
    fn connection(&self) -> Option<ConnectionKey> {
        match self.holder {
            Holder::Connected(connection) => Some(connection),
            Holder::Away { .. } => None,
        }
    }

    fn info(&self, id: PeerId) -> PeerInfo {
        PeerInfo {
            id,
            display_name: self.display_name.clone(),
            joined_at: self.joined_at,
        }
    }
}

impl RoomState {
    /// An empty room.
    pub fn new(room: RoomId, settings: RoomSettings) -> Self {
        Self {
            room,
            settings,
            seats: BTreeMap::new(),
            seats_given: 0,
        }
    }

    /// Gives `connection` a seat, with `fresh` as the proof to take it again.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::AlreadyInRoom`] where `connection` has a seat here, [`ErrorCode::PeerIdTaken`] where the id
    /// has a seat and `resume` is not its proof, [`ErrorCode::RoomFull`]. Nothing has changed then.
    pub fn join(
        &mut self,
        connection: ConnectionKey,
        request: JoinRequest,
        fresh: ResumeToken,
    ) -> Result<Joined, ErrorCode> {
        if self.seat_of(connection).is_some() {
            return Err(ErrorCode::AlreadyInRoom);
        }
        let peer_id = request.peer_id;
        let arrival = if let Some(seat) = self.seats.get_mut(&peer_id) {
            if !request
                .resume
                .is_some_and(|guess| seat.resume.matches(&guess))
            {
                return Err(ErrorCode::PeerIdTaken);
            }
            let replaced = seat.connection();
            seat.display_name = request.display_name;
            seat.resume = fresh.clone();
            seat.holder = Holder::Connected(connection);
            Arrival::Resumed { replaced }
        } else {
            if self.seats.len() >= self.settings.capacity {
                return Err(ErrorCode::RoomFull);
            }
            self.seats_given += 1;
            let seat = Seat {
                number: self.seats_given,
                display_name: request.display_name,
                joined_at: request.joined_at,
                resume: fresh.clone(),
                holder: Holder::Connected(connection),
            };
            let arrival = Arrival::New {
                peer: seat.info(peer_id),
                tell: self.connections(),
            };
            self.seats.insert(peer_id, seat);
            arrival
        };
        Ok(Joined {
            peers: self.peers_without(peer_id),
            resume: fresh,
            arrival,
        })
    }

    /// Frees the seat of `connection` at once. `None` where it has none, as after its seat was taken over.
    pub fn leave(&mut self, connection: ConnectionKey) -> Option<Departure> {
        let peer_id = self.seat_of(connection)?;
        self.seats.remove(&peer_id);
        Some(Departure {
            peer_id,
            tell: self.connections(),
        })
    }

    /// The socket is gone: its seat is kept for a while, and the others hear nothing yet. Nothing happens where
    /// it has none. Gives whose seat it is.
    pub fn disconnected(&mut self, now: Timestamp, connection: ConnectionKey) -> Option<PeerId> {
        let peer_id = self.seat_of(connection)?;
        let until = now + self.settings.seat_kept;
        if let Some(seat) = self.seats.get_mut(&peer_id) {
            seat.holder = Holder::Away { until };
        }
        Some(peer_id)
    }

    /// Frees every seat that was kept for long enough.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Departure> {
        let gone: Vec<PeerId> = self
            .seats
            .iter()
            .filter(|(_, seat)| matches!(seat.holder, Holder::Away { until } if until <= now))
            .map(|(&peer_id, _)| peer_id)
            .collect();
        self.seats.retain(|peer_id, _| !gone.contains(peer_id));
        let tell = self.connections();
        gone.into_iter()
            .map(|peer_id| Departure {
                peer_id,
                tell: tell.clone(),
            })
            .collect()
    }

    /// When [`Self::expire`] has something to do.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.seats
            .values()
            .filter_map(|seat| match seat.holder {
                Holder::Connected(_) => None,
                Holder::Away { until } => Some(until),
            })
            .min()
    }

    /// Where a frame that `connection` sent as `from` for `to` must go.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotInRoom`] where `connection` has no seat here, [`ErrorCode::NotYourId`] where `from` is not
    /// the seat's, [`ErrorCode::UnknownPeer`] where `to` has no seat or its socket is gone.
    pub fn relay(
        &self,
        connection: ConnectionKey,
        from: PeerId,
        to: PeerId,
    ) -> Result<ConnectionKey, ErrorCode> {
        let sender = self.seats.get(&from).and_then(Seat::connection);
        if sender != Some(connection) {
            return Err(match self.seat_of(connection) {
                Some(_) => ErrorCode::NotYourId,
                None => ErrorCode::NotInRoom,
            });
        }
        self.seats
            .get(&to)
            .and_then(Seat::connection)
            .ok_or(ErrorCode::UnknownPeer)
    }

    /// The room's name.
    pub fn room(&self) -> &RoomId {
        &self.room
    }

    /// Whether no seat is taken or kept.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// How many seats are taken or kept.
    pub fn len(&self) -> usize {
        self.seats.len()
    }

    /// Whether somebody's seat is taken or kept.
    pub fn has_seat(&self, peer_id: PeerId) -> bool {
        self.seats.contains_key(&peer_id)
    }

    /// Everybody with a seat, in the order in which they came, with the socket where it is there.
    pub fn members(&self) -> Vec<(PeerInfo, Option<ConnectionKey>)> {
        let mut seats: Vec<_> = self.seats.iter().collect();
        seats.sort_unstable_by_key(|(_, seat)| seat.number);
        seats
            .into_iter()
            .map(|(&id, seat)| (seat.info(id), seat.connection()))
            .collect()
    }

    fn peers_without(&self, oneself: PeerId) -> Vec<PeerInfo> {
        self.members()
            .into_iter()
            .map(|(peer, _)| peer)
            .filter(|peer| peer.id != oneself)
            .collect()
    }

    pub(super) fn connections(&self) -> Vec<ConnectionKey> {
        self.seats.values().filter_map(Seat::connection).collect()
    }

    /// Whether `connection` has a seat here.
    pub fn has_connection(&self, connection: ConnectionKey) -> bool {
        self.seat_of(connection).is_some()
    }

    fn seat_of(&self, connection: ConnectionKey) -> Option<PeerId> {
        self.seats
            .iter()
            .find(|(_, seat)| seat.holder == Holder::Connected(connection))
            .map(|(&peer_id, _)| peer_id)
    }
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
