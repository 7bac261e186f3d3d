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
    ids::PeerId,
    signaling::{ConnectionKey, ErrorCode, RoomState},
};
use bytestring::ByteString;

use super::{actor::Progress, seat::RoomFailed};
use crate::connection::{ConnectionHandle, Placed};

/// The members of one room, behind its lock.
#[derive(Debug)]
pub(crate) struct RoomTable(RwLock<Members>);

/// What the protocol knows of them, and their sockets.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) state: RoomState,
    pub(super) connections: BTreeMap<ConnectionKey, ConnectionHandle>,
}

impl RoomTable {
    pub(super) fn new(state: RoomState) -> Self {
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

    /// Puts a frame into its receiver's queue.
    pub(super) fn relay(
        &self,
        connection: ConnectionKey,
        from: PeerId,
        to: PeerId,
        frame: ByteString,
    ) -> Result<Result<Progress<()>, ErrorCode>, RoomFailed> {
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
    ) -> Result<Progress<()>, ErrorCode> {
        let to = self.state.relay(connection, from, to)?;
        let receiver = self.connections.get(&to).ok_or(ErrorCode::UnknownPeer)?;
        match receiver.offer(frame) {
            Placed::Queued => Ok(Progress::Done(())),
            Placed::Congested => Ok(Progress::Congested(receiver.clone())),
            Placed::Gone => Err(ErrorCode::UnknownPeer),
        }
    }

    /// Somebody whose queue is full, other than this one.
    pub(super) fn congested_but(&self, own: ConnectionKey) -> Option<ConnectionHandle> {
        let mut others = self.connections.values().filter(|other| other.key() != own);
        others.find(|other| other.is_congested()).cloned()
    }
}
