//! What the own sockets ask for.

use super::{Arrived, Destination, SpanState, Trail};
use crate::{
    ids::{PeerId, RoomId, ServerId},
    signaling::{
        ConnectionKey, ErrorCode, PeerInfo, ResumeToken,
        room::{Arrival, Departure, JoinRequest, Joined},
        span::{ResumeProof, SeatChange},
    },
    time::Timestamp,
};

impl SpanState {
    /// As [`RoomState::join`](crate::signaling::RoomState::join), over the seats of all servers: a seat elsewhere
    /// moves here with its proof.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn join(
        &mut self,
        connection: ConnectionKey,
        mut request: JoinRequest,
        fresh: ResumeToken,
    ) -> Result<Joined, ErrorCode> {
        if self.local.has_connection(connection) {
            return Err(ErrorCode::AlreadyInRoom);
        }
        let peer = request.peer_id;
        let proof_of = |resume: &str| ResumeProof::of(self.local.room(), peer, resume);
        let shown = request.resume.as_deref().map(proof_of);
        let mut trail = Trail {
            moves: 0,
            proof: proof_of(fresh.as_str()),
            claim: None,
        };
        let mut moves_here = false;
        if let Some(before) = self.trails.get(&peer) {
            trail = Trail {
                proof: trail.proof,
                ..*before
            };
        } else if let Some(there) = self.pages.seat(peer) {
            if !shown.is_some_and(|shown| shown.matches(&there.proof)) {
                return Err(ErrorCode::PeerIdTaken);
            }
            request.joined_at = there.joined_at;
            trail.moves = there.moves.saturating_add(1);
            moves_here = true;
        } else {
            if self.listed.len() >= self.settings.capacity {
                return Err(ErrorCode::RoomFull);
            }
            trail.claim = shown;
        }
        let mut joined = self.local.join(connection, request, fresh)?;
        if moves_here {
            joined.arrival = Arrival::Resumed { replaced: None };
            self.pages.forget_kept(peer);
        }
        self.trails.insert(peer, trail);
        self.listed.insert(peer);
        self.taken(peer);
        joined.peers = self.peers_without(peer);
        Ok(joined)
    }

    /// As [`RoomState::leave`](crate::signaling::RoomState::leave).
    pub fn leave(&mut self, connection: ConnectionKey) -> Option<Departure> {
        let mut departure = self.local.leave(connection)?;
        let peer = departure.peer_id;
        self.vacated(peer);
        if self.pages.seat(peer).is_some() {
            // Another server's word stands for a moment longer.
            departure.tell.clear();
        } else {
            self.listed.remove(&peer);
        }
        Some(departure)
    }

    /// As [`RoomState::disconnected`](crate::signaling::RoomState::disconnected).
    pub fn disconnected(&mut self, now: Timestamp, connection: ConnectionKey) {
        if let Some(peer) = self.local.disconnected(now, connection) {
            self.changed(SeatChange::Away(peer));
        }
    }

    /// As [`RoomState::relay`](crate::signaling::RoomState::relay), with receivers on any server.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn relay(
        &self,
        connection: ConnectionKey,
        from: PeerId,
        to: PeerId,
    ) -> Result<Destination, ErrorCode> {
        match self.local.relay(connection, from, to) {
            Ok(receiver) => Ok(Destination::Here(receiver)),
            Err(ErrorCode::UnknownPeer) if !self.local.has_seat(to) => {
                let there = self.pages.live(to).filter(|(_, seat)| seat.connected);
                there
                    .map(|(server, _)| Destination::There(server))
                    .ok_or(ErrorCode::UnknownPeer)
            }
            Err(refused) => Err(refused),
        }
    }

    /// What to do with a frame from a socket of another server.
    pub fn arrived(&self, server: ServerId, from: PeerId, to: PeerId) -> Arrived {
        let receiver = self.local.member(to).and_then(|(_, connection)| connection);
        match receiver {
            Some(receiver) if self.pages.has(server, from) => Arrived::Deliver(receiver),
            Some(_) => Arrived::Early,
            None => Arrived::NobodyHere,
        }
    }

    /// A frame came early: perhaps the news that its sender has come was lost.
    pub fn came_early(&mut self, now: Timestamp, server: ServerId) {
        self.want(now, server);
    }

    /// Whether `server` has said that it has a seat for `peer`.
    pub fn knows(&self, server: ServerId, peer: PeerId) -> bool {
        self.pages.has(server, peer)
    }

    /// The room's name.
    pub fn room(&self) -> &RoomId {
        self.local.room()
    }

    /// Whether no own seat is taken or kept: then the room has no use for this server.
    pub fn is_empty(&self) -> bool {
        self.local.is_empty()
    }

    /// How many own seats are taken or kept.
    pub fn len(&self) -> usize {
        self.local.len()
    }

    /// Whether somebody's seat is taken or kept, on any server.
    pub fn has_seat(&self, peer: PeerId) -> bool {
        self.listed.contains(&peer)
    }

    /// Everybody with a seat on any server, with the socket where it is here.
    pub fn members(&self) -> Vec<(PeerInfo, Option<ConnectionKey>)> {
        let mut members = self.local.members();
        let elsewhere = self.pages.peers().into_iter();
        let elsewhere = elsewhere.filter(|&peer| !self.local.has_seat(peer));
        let elsewhere = elsewhere.filter_map(|peer| Some((self.pages.seat(peer)?.info(), None)));
        let alone = members.len();
        members.extend(elsewhere);
        if members.len() > alone {
            // By the clocks of several servers; the own order stays where they agree.
            members.sort_by_key(|(info, _)| info.joined_at);
        }
        members
    }

    fn peers_without(&self, oneself: PeerId) -> Vec<PeerInfo> {
        let peers = self.members().into_iter().map(|(peer, _)| peer);
        peers.filter(|peer| peer.id != oneself).collect()
    }
}
