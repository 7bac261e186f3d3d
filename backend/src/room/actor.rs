//! One room as an actor: carries out what [`RoomState`] decides.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use actix::{
    Actor, ActorContext, Addr, AsyncContext, Context, Handler, Message, MessageResponse,
    SpawnHandle,
};
use banter_protocol::{
    ids::{PeerId, RoomId},
    signaling::{
        CloseCause, ConnectionKey, ErrorCode, ResumeToken, RoomState, ServerMessage,
        room::{Arrival, Departure, JoinRequest, Joined},
    },
};
use bytestring::ByteString;
use tokio::sync::oneshot;

use super::{
    registry::{Emptied, Registry, RoomGone},
    seat::SeatGuard,
};
use crate::{connection::ConnectionHandle, shared::Shared, wire};

/// A room.
#[derive(Debug)]
pub(crate) struct Room {
    state: RoomState,
    connections: BTreeMap<ConnectionKey, ConnectionHandle>,
    shared: Arc<Shared>,
    registry: Addr<Registry>,
    /// Which of the rooms of this name it is; see [`Registry`].
    generation: u64,
    joins_seen: u64,
    peers_counted: usize,
    expiry: Option<SpawnHandle>,
}

/// Asks for a seat.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct Join {
    pub(crate) connection: ConnectionHandle,
    pub(crate) request: JoinRequest,
    pub(crate) fresh: ResumeToken,
    pub(crate) reply: oneshot::Sender<Result<Progress<SeatGuard>, ErrorCode>>,
}

/// Gives a seat up.
#[derive(Debug, Message)]
#[rtype(result = "Progress<()>")]
pub(super) struct Leave(pub(super) ConnectionKey);

/// A socket is gone.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Disconnected(pub(super) ConnectionKey);

/// Forwards a frame.
#[derive(Debug, Message)]
#[rtype(result = "Result<Progress<()>, ErrorCode>")]
pub(super) struct Relay {
    pub(super) connection: ConnectionKey,
    pub(super) from: PeerId,
    pub(super) to: PeerId,
    pub(super) frame: ByteString,
}

/// What became of a request that is in order.
#[derive(Debug, MessageResponse)]
pub(crate) enum Progress<T: 'static> {
    /// It is done.
    Done(T),
    /// Nothing has changed, for somebody who must hear of it has a full queue; worth another try when it has
    /// drained.
    Congested(ConnectionHandle),
}

/// Ends an empty room.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Stop;

impl Room {
    pub(super) fn new(
        room: RoomId,
        generation: u64,
        shared: Arc<Shared>,
        registry: Addr<Registry>,
    ) -> Self {
        shared.metrics.rooms.add(1);
        Self {
            state: RoomState::new(room, shared.room_settings),
            connections: BTreeMap::new(),
            shared,
            registry,
            generation,
            joins_seen: 0,
            peers_counted: 0,
            expiry: None,
        }
    }

    fn welcome(&mut self, connection: &ConnectionHandle, joined: Joined) {
        self.connections
            .insert(connection.key(), connection.clone());
        let welcome = wire::text(&ServerMessage::RoomJoined {
            room_id: self.state.room().clone(),
            peers: joined.peers,
            ice_servers: self.shared.ice_servers.to_vec(),
            resume: joined.resume.as_str().to_owned(),
        });
        self.send(connection.key(), welcome);
        match joined.arrival {
            Arrival::New { peer, tell } => {
                self.shared.metrics.joins.increment();
                self.tell(&tell, &ServerMessage::PeerJoined { peer });
            }
            Arrival::Resumed { replaced } => {
                self.shared.metrics.resumes.increment();
                if let Some(old) = replaced.and_then(|old| self.connections.remove(&old)) {
                    old.close(CloseCause::Replaced);
                }
            }
        }
    }

    fn say_goodbye(&mut self, departures: Vec<Departure>) {
        for Departure { peer_id, tell } in departures {
            self.tell(&tell, &ServerMessage::PeerLeft { peer_id });
        }
    }

    fn tell(&mut self, connections: &[ConnectionKey], message: &ServerMessage) {
        let frame = wire::text(message);
        for &connection in connections {
            self.send(connection, frame.clone());
        }
    }

    /// Somebody whose queue is full, other than this one.
    fn congested_but(&self, own: ConnectionKey) -> Option<ConnectionHandle> {
        let mut others = self.connections.values().filter(|other| other.key() != own);
        others.find(|other| other.is_congested()).cloned()
    }

    /// Who does not read is closed and counts as gone; the seat is kept like any other.
    fn send(&mut self, to: ConnectionKey, frame: ByteString) {
        let Some(connection) = self.connections.get(&to) else {
            return;
        };
        if connection.send(frame).is_err() {
            self.disconnect(to);
        }
    }

    fn disconnect(&mut self, connection: ConnectionKey) {
        self.connections.remove(&connection);
        self.state.disconnected(self.shared.clock.now(), connection);
    }

    fn expire(&mut self) {
        let departures = self.state.expire(self.shared.clock.now());
        self.say_goodbye(departures);
    }

    /// To be called after every change: sets the timer, keeps the count, and offers to end an empty room.
    fn settle(&mut self, context: &mut Context<Self>) {
        if let Some(expiry) = self.expiry.take() {
            context.cancel_future(expiry);
        }
        if let Some(next) = self.state.next_expiry() {
            // A millisecond more, since the clock's moments are rounded down.
            let wait = next.since(self.shared.clock.now()) + Duration::from_millis(1);
            self.expiry = Some(context.run_later(wait, |room, context| {
                room.expire();
                room.settle(context);
            }));
        }
        self.count_peers(self.state.len());
        if self.state.is_empty() {
            let room = self.state.room().clone();
            let (generation, joins_seen) = (self.generation, self.joins_seen);
            self.registry.do_send(Emptied {
                room,
                generation,
                joins_seen,
            });
        }
    }

    fn count_peers(&mut self, peers: usize) {
        let change =
            i64::try_from(peers).unwrap_or(0) - i64::try_from(self.peers_counted).unwrap_or(0);
        self.shared.metrics.peers.add(change);
        self.peers_counted = peers;
    }
}

impl Actor for Room {
    type Context = Context<Self>;
}

impl Handler<Join> for Room {
    type Result = ();

    fn handle(&mut self, join: Join, context: &mut Self::Context) {
        let Join {
            connection,
            request,
            fresh,
            reply,
        } = join;
        self.joins_seen += 1;
        self.expire();
        // Only of a new seat the others hear; whoever comes back need not wait, least of all for the own old
        // socket.
        let is_announced = !self.state.has_seat(request.peer_id);
        let answer = match self
            .congested_but(connection.key())
            .filter(|_| is_announced)
        {
            Some(congested) => Ok(Progress::Congested(congested)),
            None => self
                .state
                .join(connection.key(), request, fresh)
                .map(|joined| {
                    self.welcome(&connection, joined);
                    Progress::Done(SeatGuard::new(context.address(), connection.key()))
                }),
        };
        // A socket that is gone by now drops the answer, and with it the seat's guard.
        let _ = reply.send(answer);
        self.settle(context);
    }
}

impl Handler<Leave> for Room {
    type Result = Progress<()>;

    fn handle(&mut self, Leave(connection): Leave, context: &mut Self::Context) -> Progress<()> {
        if let Some(congested) = self.congested_but(connection) {
            return Progress::Congested(congested);
        }
        self.connections.remove(&connection);
        let departure = self.state.leave(connection);
        self.say_goodbye(departure.into_iter().collect());
        self.settle(context);
        Progress::Done(())
    }
}

impl Handler<Disconnected> for Room {
    type Result = ();

    fn handle(&mut self, Disconnected(connection): Disconnected, context: &mut Self::Context) {
        self.disconnect(connection);
        self.settle(context);
    }
}

impl Handler<Relay> for Room {
    type Result = Result<Progress<()>, ErrorCode>;

    fn handle(&mut self, relay: Relay, _: &mut Self::Context) -> Self::Result {
        #[cfg(test)]
        crate::fault::panic_if_asked(&relay.frame, "room");
        let to = self.state.relay(relay.connection, relay.from, relay.to)?;
        let receiver = self
            .connections
            .get(&to)
            .filter(|receiver| !receiver.is_gone());
        let Some(receiver) = receiver else {
            return Err(ErrorCode::UnknownPeer);
        };
        // With a place in the queue there is one in all of it.
        if receiver.is_congested() || receiver.send(relay.frame).is_err() {
            return Ok(Progress::Congested(receiver.clone()));
        }
        self.shared.metrics.relayed.increment();
        Ok(Progress::Done(()))
    }
}

impl Handler<Stop> for Room {
    type Result = ();

    fn handle(&mut self, _: Stop, context: &mut Self::Context) {
        context.stop();
    }
}

/// Also runs after a panic: whoever is left in a broken room is sent to a new one of the same name.
impl Drop for Room {
    fn drop(&mut self) {
        for connection in self.connections.values() {
            connection.close(CloseCause::Internal);
        }
        self.count_peers(0);
        self.shared.metrics.rooms.add(-1);
        let room = self.state.room().clone();
        self.registry.do_send(RoomGone {
            room,
            generation: self.generation,
        });
    }
}
