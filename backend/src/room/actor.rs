//! One room as an actor: carries out what [`RoomState`] decides.

use std::{sync::Arc, time::Duration};

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, SpawnHandle};
use banter_protocol::{
    signaling::{
        CloseCause, ConnectionKey, ErrorCode, ResumeToken, ServerMessage,
        room::{Arrival, Departure, JoinRequest, Joined},
        span::Happened,
    },
    time::Timestamp,
};
use bytestring::ByteString;

use super::{
    join::Join,
    outcome::Progress,
    registration::Registration,
    seat::{Departing, SeatGuard},
    seats::Seats,
    table::{Members, RoomTable},
};
use crate::{admission::Admittance, clock, connection::ConnectionHandle, shared::Shared, wire};
use spanning::Span;

mod spanning;

/// A room.
#[derive(Debug)]
pub(crate) struct Room {
    entry: Registration,
    pub(super) table: Arc<RoomTable>,
    shared: Arc<Shared>,
    /// What else there is to do where rooms span servers.
    span: Option<Box<Span>>,
    joins_seen: u64,
    peers_counted: usize,
    expiry: Option<SpawnHandle>,
}

impl Room {
    pub(super) fn new(entry: Registration, shared: Arc<Shared>) -> Self {
        shared.metrics.rooms.add(1);
        let state = Seats::new(&entry.name, entry.generation, &shared);
        let span = shared
            .backplane
            .as_ref()
            .map(|bus| Box::new(Span::new(bus)));
        Self {
            entry,
            table: Arc::new(RoomTable::new(state)),
            shared,
            span,
            joins_seen: 0,
            peers_counted: 0,
            expiry: None,
        }
    }

    /// Gives a seat, unless somebody who must hear of it has a full queue.
    pub(super) fn seat(
        &self,
        members: &mut Members,
        connection: &ConnectionHandle,
        request: JoinRequest,
        fresh: ResumeToken,
        admittance: Admittance,
    ) -> Result<Progress<()>, ErrorCode> {
        self.expire(members);
        // Only of a new seat the others hear; whoever comes back need not wait, least of all for the own old
        // socket.
        let is_announced = !members.state.has_seat(request.peer_id);
        if is_announced && admittance == Admittance::OnlyReturning {
            return Err(ErrorCode::ServerBusy);
        }
        let congested = members.congested_but(connection.key());
        if let Some(congested) = congested.filter(|_| is_announced) {
            return Ok(Progress::Congested(congested));
        }
        let joined = members.state.join(connection.key(), request, fresh)?;
        self.welcome(members, connection, joined);
        Ok(Progress::Done(()))
    }

    /// Frees a seat, unless somebody who must hear of it has a full queue.
    pub(super) fn free(&self, members: &mut Members, connection: ConnectionKey) -> Progress<()> {
        if let Some(congested) = members.congested_but(connection) {
            return Progress::Congested(congested);
        }
        members.connections.remove(&connection);
        let departure = members.state.leave(connection);
        let left = departure.map(Happened::Left);
        self.carry_out(members, left.into_iter().collect());
        Progress::Done(())
    }

    fn welcome(&self, members: &mut Members, connection: &ConnectionHandle, joined: Joined) {
        members
            .connections
            .insert(connection.key(), connection.clone());
        let welcome = wire::text(&ServerMessage::RoomJoined {
            room_id: self.entry.name.clone(),
            peers: joined.peers,
            ice_servers: self.shared.ice_servers.fresh(clock::since_epoch()),
            resume: joined.resume.as_str().to_owned(),
        });
        self.send(members, connection.key(), welcome);
        let people = members.state.len() as u64;
        self.shared.metrics.room_peers.observe(people);
        match joined.arrival {
            Arrival::New { peer, tell } => {
                self.shared.metrics.joins.increment();
                self.tell(members, &tell, &ServerMessage::PeerJoined { peer });
            }
            Arrival::Resumed { replaced } => {
                self.shared.metrics.resumes.increment();
                if let Some(old) = replaced.and_then(|old| members.connections.remove(&old)) {
                    old.close(CloseCause::Replaced);
                }
            }
        }
    }

    /// Tells the sockets what they must hear.
    pub(super) fn carry_out(&self, members: &mut Members, happened: Vec<Happened>) {
        for happened in happened {
            match happened {
                Happened::Joined { peer, tell } => {
                    self.tell(members, &tell, &ServerMessage::PeerJoined { peer });
                }
                Happened::Left(Departure { peer_id, tell }) => {
                    self.tell(members, &tell, &ServerMessage::PeerLeft { peer_id });
                }
                Happened::Evicted { connection, why } => {
                    if let Some(code) = why.error() {
                        self.send(members, connection, wire::refusal(code, None, None));
                    }
                    if let Some(evicted) = members.connections.remove(&connection) {
                        evicted.close(CloseCause::Replaced);
                    }
                }
            }
        }
    }

    fn tell(&self, members: &mut Members, connections: &[ConnectionKey], message: &ServerMessage) {
        let frame = wire::text(message);
        for &connection in connections {
            self.send(members, connection, frame.clone());
        }
    }

    /// Who does not read is closed and counts as gone; the seat is kept like any other.
    fn send(&self, members: &mut Members, to: ConnectionKey, frame: ByteString) {
        let Some(connection) = members.connections.get(&to) else {
            return;
        };
        if connection.send(frame).is_err() {
            self.disconnect(members, to);
        }
    }

    pub(super) fn disconnect(&self, members: &mut Members, connection: ConnectionKey) {
        members.connections.remove(&connection);
        members
            .state
            .disconnected(self.shared.clock.now(), connection);
    }

    fn expire(&self, members: &mut Members) {
        let happened = members.state.expire(self.shared.clock.now());
        self.carry_out(members, happened);
    }

    /// Changes the room, and then sets the timer, keeps the count, and ends the room where it is empty.
    pub(super) fn change<T>(
        &mut self,
        context: &mut Context<Self>,
        change: impl FnOnce(&Self, &mut Members, &Context<Self>) -> T,
    ) -> T {
        let table = Arc::clone(&self.table);
        let mut members = table.write();
        let result = change(self, &mut members, context);
        let (next_expiry, peers) = (members.state.next_expiry(), members.state.len());
        self.say_outgoing(&mut members);
        drop(members);
        self.set_timer(context, next_expiry);
        self.count_peers(peers);
        if peers == 0 && self.entry.may_end(self.joins_seen) {
            context.stop();
        }
        result
    }

    fn set_timer(&mut self, context: &mut Context<Self>, next_expiry: Option<Timestamp>) {
        if let Some(expiry) = self.expiry.take() {
            context.cancel_future(expiry);
        }
        if let Some(next) = next_expiry {
            // A millisecond more, since the clock's moments are rounded down.
            let wait = next.since(self.shared.clock.now()) + Duration::from_millis(1);
            self.expiry = Some(context.run_later(wait, |room, context| {
                room.change(context, |room, members, _| room.expire(members));
            }));
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

    fn started(&mut self, context: &mut Self::Context) {
        self.open(context);
    }
}

impl Handler<Join> for Room {
    type Result = ();

    fn handle(&mut self, join: Join, context: &mut Self::Context) {
        #[cfg(test)]
        crate::fault::panic_if_asked(&join.request.display_name, "room");
        self.joins_seen += 1;
        let Join {
            connection,
            request,
            fresh,
            admittance,
            reply,
        } = join;
        let answer = self.change(context, |room, members, context| {
            let seated = room.seat(members, &connection, request, fresh, admittance)?;
            if let Progress::Congested(congested) = seated {
                return Ok(Progress::Congested(congested));
            }
            let table = Arc::clone(&room.table);
            let seat = SeatGuard::new(context.address().recipient(), table, connection.key());
            Ok(Progress::Done(seat))
        });
        // A socket that is gone by now drops the answer, and with it the seat's guard.
        let _ = reply.send(answer);
    }
}

impl Handler<Departing> for Room {
    type Result = Progress<()>;

    fn handle(&mut self, departing: Departing, context: &mut Self::Context) -> Progress<()> {
        self.change(context, |room, members, _| match departing {
            Departing::Leave(connection) => room.free(members, connection),
            Departing::Disconnect(connection) => {
                room.disconnect(members, connection);
                Progress::Done(())
            }
        })
    }
}

/// Also runs after a panic: whoever is left in a broken room is sent to a new one of the same name.
impl Drop for Room {
    fn drop(&mut self) {
        for connection in self.table.write().connections.values() {
            connection.close(CloseCause::Internal);
        }
        self.retire();
        self.count_peers(0);
        self.shared.metrics.rooms.add(-1);
        self.entry.end();
    }
}
