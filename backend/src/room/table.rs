//! Who is in a room, for the room that decides it and for the sockets that relay.
//!
//! The room's actor alone writes here. A socket that relays only reads, so that a relayed frame goes straight into its
//! receiver's queue: a message to the actor and back for each of them cost eight times as much as the relay itself
//! (`docs/adr/0014`). Each room has a lock of its own.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use banter_protocol::{
    ids::{PeerId, ServerId},
    signaling::{ConnectionKey, ErrorCode, span::Destination},
};
use bytestring::ByteString;

use super::{
    outcome::{Progress, RoomFailed},
    seats::Seats,
};
use crate::connection::{ConnectionHandle, Placed};

/// The members of one room, behind its lock.
#[derive(Debug)]
pub(crate) struct RoomTable(RwLock<Members>);

/// What became of a frame.
#[derive(Debug)]
pub(crate) enum Relayed {
    /// It is in its receiver's queue, or waits for a place there.
    Here(Progress<()>),
    /// Its receiver is on that server.
    Elsewhere(ServerId),
}

/// What the protocol knows of them, and their sockets.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) state: Seats,
    pub(super) connections: BTreeMap<ConnectionKey, ConnectionHandle>,
}

impl RoomTable {
    pub(super) fn new(state: Seats) -> Self {
        Self(RwLock::new(Members {
            state,
            connections: BTreeMap::new(),
        }))
    }

    /// For the room's actor, which after a panic only says goodbye.
    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Members> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails where the room has panicked.
    fn read(&self) -> Result<RwLockReadGuard<'_, Members>, RoomFailed> {
        self.0.read().map_err(|_| RoomFailed)
    }

    /// Puts a frame into its receiver's queue, where that is here.
    pub(super) fn relay(
        &self,
        connection: ConnectionKey,
        from: PeerId,
        to: PeerId,
        frame: ByteString,
    ) -> Result<Result<Relayed, ErrorCode>, RoomFailed> {
        let members = self.read()?;
        Ok(members.relay(connection, from, to, frame))
    }
}

impl Members {
    fn relay(
        &self,
        connection: ConnectionKey,
        from: PeerId,
        to: PeerId,
        frame: ByteString,
    ) -> Result<Relayed, ErrorCode> {
        let to = match self.state.relay(connection, from, to)? {
            Destination::Here(to) => to,
            Destination::There(server) => return Ok(Relayed::Elsewhere(server)),
        };
        let receiver = self.connections.get(&to).ok_or(ErrorCode::UnknownPeer)?;
        match receiver.offer(frame) {
            Placed::Queued => Ok(Relayed::Here(Progress::Done(()))),
            Placed::Congested => Ok(Relayed::Here(Progress::Congested(receiver.clone()))),
            Placed::Gone => Err(ErrorCode::UnknownPeer),
        }
    }

    /// Somebody whose queue is full, other than this one.
    pub(super) fn congested_but(&self, own: ConnectionKey) -> Option<ConnectionHandle> {
        let mut others = self.connections.values().filter(|other| other.key() != own);
        others.find(|other| other.is_congested()).cloned()
    }
}
