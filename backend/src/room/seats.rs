//! The seats of a room by the rules of one server alone, or by those of several.

use std::sync::Arc;

use banter_protocol::{
    ids::{PeerId, RoomId},
    signaling::{
        ConnectionKey, ErrorCode, ResumeToken, RoomState,
        room::{Departure, JoinRequest, Joined},
        span::{Destination, Happened, SpanState},
    },
    time::Timestamp,
};

use crate::shared::Shared;

/// Which rules hold is settled when the server starts.
#[derive(Debug)]
pub(super) enum Seats {
    /// All are here.
    Alone(RoomState),
    /// Some may be on other servers.
    Spanning(Box<SpanState>),
}

impl Seats {
    pub(super) fn new(room: &RoomId, generation: u64, shared: &Arc<Shared>) -> Self {
        let (room, settings) = (room.clone(), shared.room_settings);
        match &shared.backplane {
            None => Self::Alone(RoomState::new(room, settings)),
            Some(bus) => {
                // A later room of this name has a greater generation, and this one never changes so often.
                let first_version = generation << 32;
                let (now, me) = (shared.clock.now(), bus.me());
                let span = SpanState::new(now, me, room, settings, first_version);
                Self::Spanning(Box::new(span))
            }
        }
    }

    pub(super) fn spanning(&mut self) -> Option<&mut SpanState> {
        match self {
            Self::Alone(_) => None,
            Self::Spanning(span) => Some(span),
        }
    }

    pub(super) fn join(
        &mut self,
        connection: ConnectionKey,
        request: JoinRequest,
        fresh: ResumeToken,
    ) -> Result<Joined, ErrorCode> {
        match self {
            Self::Alone(room) => room.join(connection, request, fresh),
            Self::Spanning(span) => span.join(connection, request, fresh),
        }
    }

    pub(super) fn leave(&mut self, connection: ConnectionKey) -> Option<Departure> {
        match self {
            Self::Alone(room) => room.leave(connection),
            Self::Spanning(span) => span.leave(connection),
        }
    }

    pub(super) fn disconnected(&mut self, now: Timestamp, connection: ConnectionKey) {
        match self {
            Self::Alone(room) => {
                room.disconnected(now, connection);
            }
            Self::Spanning(span) => span.disconnected(now, connection),
        }
    }

    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<Happened> {
        match self {
            Self::Alone(room) => room.expire(now).into_iter().map(Happened::Left).collect(),
            Self::Spanning(span) => span.expire(now),
        }
    }

    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        match self {
            Self::Alone(room) => room.next_expiry(),
            Self::Spanning(span) => Some(span.next_expiry()),
        }
    }

    pub(super) fn relay(
        &self,
        connection: ConnectionKey,
        from: PeerId,
        to: PeerId,
    ) -> Result<Destination, ErrorCode> {
        match self {
            Self::Alone(room) => room.relay(connection, from, to).map(Destination::Here),
            Self::Spanning(span) => span.relay(connection, from, to),
        }
    }

    /// How many are taken or kept here.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Alone(room) => room.len(),
            Self::Spanning(span) => span.len(),
        }
    }

    pub(super) fn has_seat(&self, peer: PeerId) -> bool {
        match self {
            Self::Alone(room) => room.has_seat(peer),
            Self::Spanning(span) => span.has_seat(peer),
        }
    }
}
