//! How others are reached: through the server, which gives a seat, and over connections that are made with what it offers.

mod signaling;

use std::sync::Arc;

use self::signaling::Signaling;
pub(in crate::engine) use self::signaling::{SignalingEvent, Ticket};
use crate::{
    engine::{
        ConnectionSettings, Effect, Io, Notice, PathPolicy, Persist, RoomEvent, SignalingStatus,
        SocketEvent, SocketId,
        context::Context,
        link::{Saying, sdp},
        paths::{self, Outlook, offers_relay},
    },
    ids::PeerId,
    signaling::{ClientMessage, IceServer},
    time::Timestamp,
};

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct Reach {
    signaling: Signaling,
    ice_servers: Arc<[IceServer]>,
    policy: PathPolicy,
    /// The server gave the seat to another socket. A server that lies parts nobody by it: as long as links work, this tab stays
    /// who it is, and asks for its seat again.
    pub(in crate::engine) replaced: bool,
    /// The person was told that the server cannot be reached.
    unreachable_told: bool,
    /// Whether the server offers a relay, as the page was told.
    relay_told: Option<bool>,
    /// The person was told that nobody can be linked without one.
    no_relay_told: bool,
}

impl Reach {
    /// Asks for a seat at once.
    pub(in crate::engine) fn start(
        ticket: Ticket,
        online: bool,
        policy: PathPolicy,
        cx: &mut Context<'_>,
    ) -> Self {
        Self {
            signaling: Signaling::start(cx.now, ticket, online, cx.io),
            ice_servers: Arc::from([]),
            policy,
            replaced: false,
            unreachable_told: false,
            relay_told: None,
            no_relay_told: false,
        }
    }

    /// The tab's id.
    pub(in crate::engine) fn me(&self) -> PeerId {
        self.signaling.ticket().peer_id
    }

    /// Whether the server is there, through which connections are agreed on.
    pub(in crate::engine) fn is_joined(&self) -> bool {
        self.signaling.is_joined()
    }

    pub(in crate::engine) fn status(&self) -> SignalingStatus {
        self.signaling.status()
    }

    /// What connections are made with now.
    pub(in crate::engine) fn settings(&self) -> ConnectionSettings {
        ConnectionSettings {
            ice_servers: Arc::clone(&self.ice_servers),
            policy: self.policy,
        }
    }

    /// Whether nothing can come of a connection.
    pub(in crate::engine) fn leads_nowhere(&self) -> bool {
        paths::leads_nowhere(self.policy, &self.ice_servers)
    }

    pub(in crate::engine) fn outlook(&self, now: Timestamp) -> Outlook {
        Outlook {
            now,
            signaling: self.is_joined(),
            leads_nowhere: self.leads_nowhere(),
        }
    }

    /// What may leave of what is to be said; `None` where that is nothing.
    pub(in crate::engine) fn permitted(&self, saying: Saying) -> Option<Saying> {
        match self.policy {
            PathPolicy::Any => Some(saying),
            PathPolicy::RelayOnly => sdp::only_relays(saying),
        }
    }

    /// Sends something; where there is no seat now it is lost, and whoever wrote it tries again later.
    pub(in crate::engine) fn send(&self, message: &ClientMessage, io: &mut Io) {
        self.signaling.send(message, io);
    }

    pub(in crate::engine) fn handle_socket(
        &mut self,
        socket: SocketId,
        event: SocketEvent,
        cx: &mut Context<'_>,
    ) -> Option<SignalingEvent> {
        self.signaling.handle_socket(cx.now, socket, event, cx.io)
    }

    pub(in crate::engine) fn handle_online(&mut self, online: bool, cx: &mut Context<'_>) {
        self.signaling.handle_online(cx.now, online, cx.io);
    }

    /// Somebody looks at the page again.
    pub(in crate::engine) fn hurry(&mut self, cx: &mut Context<'_>) {
        self.signaling.hurry(cx.now, cx.io);
    }

    /// A try failed before the first success.
    pub(in crate::engine) fn handle_unreachable(&mut self, io: &mut Io) {
        self.unreachable_told = true;
        io.notify(RoomEvent::Notice(Some(Notice::ServerUnreachable)));
    }

    /// The server has given a seat.
    pub(in crate::engine) fn handle_joined(
        &mut self,
        ice_servers: Vec<IceServer>,
        resume: String,
        io: &mut Io,
    ) {
        self.ice_servers = ice_servers.into();
        self.replaced = false;
        self.keep_seat(Some(resume), io);
        if std::mem::take(&mut self.unreachable_told) {
            io.notify(RoomEvent::Notice(None));
        }
    }

    /// What is open stays as it is; the next connection of any link is made with these.
    pub(in crate::engine) fn handle_ice_servers(
        &mut self,
        ice_servers: Vec<IceServer>,
        io: &mut Io,
    ) {
        self.ice_servers = ice_servers.into();
        self.tell(io);
    }

    /// The person decided anew which ways links may take.
    pub(in crate::engine) fn handle_policy(&mut self, policy: PathPolicy) {
        self.policy = policy;
    }

    /// Tells whether there is a relay, and that nobody can be linked where one is needed and missing.
    pub(in crate::engine) fn tell(&mut self, io: &mut Io) {
        let offered = Some(offers_relay(&self.ice_servers));
        if self.relay_told != offered {
            self.relay_told = offered;
            io.notify(RoomEvent::RelayOffered(offered == Some(true)));
            io.peers_changed = true;
        }
        let leads_nowhere = self.leads_nowhere();
        if std::mem::replace(&mut self.no_relay_told, leads_nowhere) == leads_nowhere {
            return;
        }
        if leads_nowhere {
            io.notify(RoomEvent::Notice(Some(Notice::NoRelay)));
        } else {
            io.notify(RoomEvent::Notice(None));
        }
    }

    /// From the next join on.
    pub(in crate::engine) fn set_display_name(&mut self, display_name: String) {
        self.signaling.set_display_name(display_name);
    }

    /// Asks for a seat anew, under this id.
    pub(in crate::engine) fn rename(
        &mut self,
        me: PeerId,
        display_name: String,
        cx: &mut Context<'_>,
    ) {
        self.signaling.set_display_name(display_name);
        self.signaling.rename(cx.now, me, cx.io);
    }

    /// Tells the server that the seat is free.
    pub(in crate::engine) fn say_leave(&self, io: &mut Io) {
        self.signaling.say_leave(io);
    }

    /// Gives the seat up.
    pub(in crate::engine) fn leave(self, io: &mut Io) {
        self.keep_seat(None, io);
        self.signaling.leave(io);
    }

    /// Keeps for a reload where this tab sits.
    pub(in crate::engine) fn keep_seat(&self, resume: Option<String>, io: &mut Io) {
        let Ticket { room, peer_id, .. } = self.signaling.ticket();
        io.push(Effect::Persist(Persist::Seat {
            room: room.clone(),
            peer_id: *peer_id,
            resume,
        }));
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Timestamp {
        self.signaling.poll_timeout()
    }

    pub(in crate::engine) fn handle_timeout(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Option<SignalingEvent> {
        self.signaling.handle_timeout(cx.now, cx.io)
    }
}
