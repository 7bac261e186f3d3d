//! Every `RTCPeerConnection` of the page, by the engine's name for it.

use banter_protocol::{
    engine::{
        ConnectionId, ConnectionSettings, Input, OpId, RtcEvent,
        effect::{RemoteCandidate, RemoteDescription},
    },
    peer::Channel,
};
use web_sys::RtcCertificate;

use super::{certificate, peer_connection::PeerConnection};
use crate::event::{EventSender, push};

/// Carries out the engine's effects on connections. What names a connection that is closed does nothing: the
/// engine has forgotten it too.
#[derive(Debug)]
pub struct PeerManager {
    /// A map for so few would weigh more in the first load than looking through them costs.
    connections: Vec<(ConnectionId, Connection)>,
    /// A certificate ahead, so that making a connection seldom waits for one.
    spare: Option<RtcCertificate>,
    /// So many certificates are being made.
    being_made: usize,
    events: EventSender,
}

/// A connection, or what will be done with it once it has a certificate.
#[derive(Debug)]
enum Connection {
    Made(Box<PeerConnection>),
    Waiting(ConnectionSettings, Vec<Call>),
}

/// What the engine may ask of a connection before any channel is open.
#[derive(Debug)]
enum Call {
    CreateOffer(OpId),
    ApplyDescription(OpId, RemoteDescription),
    CreateAnswer(OpId),
    AddCandidate(RemoteCandidate),
}

impl PeerManager {
    /// A manager without connections, which tells what happens through `events`.
    pub fn new(events: EventSender) -> Self {
        let mut manager = Self {
            connections: Vec::new(),
            spare: None,
            being_made: 0,
            events,
        };
        manager.order_certificates();
        manager
    }

    /// Makes a connection; one that cannot be made has failed.
    pub fn create(&mut self, id: ConnectionId, settings: ConnectionSettings) {
        let waiting = Connection::Waiting(settings, Vec::new());
        self.connections.push((id, waiting));
        if let Some(certificate) = self.spare.take().filter(certificate::is_fresh) {
            self.make_waiting(&certificate);
        }
        self.order_certificates();
    }

    /// Takes in a certificate, or that the browser could not make one, as [`certificate::generate`] tells.
    pub fn handle_certificate(&mut self, made: Option<RtcCertificate>) {
        self.being_made = self.being_made.saturating_sub(1);
        let is_awaited = self.waiting() > 0;
        match made {
            Some(certificate) if is_awaited => self.make_waiting(&certificate),
            Some(certificate) => self.spare = Some(certificate),
            None => self.fail_waiting(),
        }
    }

    /// Makes an offer; [`Input::OpDone`] brings it.
    pub fn create_offer(&mut self, id: ConnectionId, op: OpId) {
        self.call(id, Call::CreateOffer(op));
    }

    /// Takes the other side's description; [`Input::OpDone`] says whether that worked.
    pub fn apply_description(
        &mut self,
        id: ConnectionId,
        op: OpId,
        description: RemoteDescription,
    ) {
        self.call(id, Call::ApplyDescription(op, description));
    }

    /// Makes an answer; [`Input::OpDone`] brings it.
    pub fn create_answer(&mut self, id: ConnectionId, op: OpId) {
        self.call(id, Call::CreateAnswer(op));
    }

    /// Takes a candidate of the other side's.
    pub fn add_candidate(&mut self, id: ConnectionId, candidate: RemoteCandidate) {
        self.call(id, Call::AddCandidate(candidate));
    }

    /// Sends a text frame.
    pub fn send(&self, id: ConnectionId, channel: Channel, text: &str) {
        let held = self.connections.iter().find(|(held, _)| *held == id);
        if let Some((_, Connection::Made(connection))) = held {
            connection.send(channel, text);
        }
    }

    /// Reads which way the packets of an open connection take; [`RtcEvent::PairSelected`] brings it.
    pub fn read_path(&self, id: ConnectionId) {
        let held = self.connections.iter().find(|(held, _)| *held == id);
        if let Some((_, Connection::Made(connection))) = held {
            connection.read_path(id);
        }
    }

    /// Closes a connection and forgets it.
    pub fn close(&mut self, id: ConnectionId) {
        self.connections.retain(|(held, _)| *held != id);
    }

    fn call(&mut self, id: ConnectionId, call: Call) {
        let mut held = self.connections.iter_mut();
        match held.find(|(held, _)| *held == id) {
            Some((_, Connection::Made(connection))) => carry_out(connection, call),
            Some((_, Connection::Waiting(_, calls))) => calls.push(call),
            None => {}
        }
    }

    fn waiting(&self) -> usize {
        let connections = self.connections.iter();
        connections
            .filter(|(_, it)| matches!(it, Connection::Waiting(..)))
            .count()
    }

    /// Orders one certificate for each connection that waits, and one ahead. After a failure nothing is ordered until
    /// the next connection is wanted.
    fn order_certificates(&mut self) {
        let wanted = self.waiting() + usize::from(self.spare.is_none());
        while self.being_made < wanted {
            self.being_made += 1;
            certificate::generate(&self.events);
        }
    }

    /// Makes the connection that has waited longest, and does what was asked of it meanwhile.
    fn make_waiting(&mut self, certificate: &RtcCertificate) {
        let mut held = self.connections.iter_mut();
        let Some((id, connection)) = held.find(|(_, it)| matches!(it, Connection::Waiting(..)))
        else {
            return;
        };
        let Connection::Waiting(settings, calls) = connection else {
            return;
        };
        match PeerConnection::new(*id, settings, certificate, &self.events) {
            Ok(mut made) => {
                for call in calls.drain(..) {
                    carry_out(&mut made, call);
                }
                *connection = Connection::Made(Box::new(made));
            }
            Err(_) => self.fail_waiting(),
        }
    }

    fn fail_waiting(&mut self) {
        let mut held = self.connections.iter();
        let first = held.position(|(_, it)| matches!(it, Connection::Waiting(..)));
        if let Some(index) = first {
            let (id, _) = self.connections.remove(index);
            push(&self.events, Input::Rtc(id, RtcEvent::Failed));
        }
    }
}

fn carry_out(connection: &mut PeerConnection, call: Call) {
    match call {
        Call::CreateOffer(op) => connection.create_offer(op),
        Call::ApplyDescription(op, description) => connection.apply_description(op, &description),
        Call::CreateAnswer(op) => connection.create_answer(op),
        Call::AddCandidate(candidate) => connection.add_candidate(&candidate),
    }
}
