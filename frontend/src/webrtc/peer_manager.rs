//! Every `RTCPeerConnection` of the page, by the engine's name for it.

use banter_protocol::{
    engine::{
        ConnectionId, Input, OpId, RtcEvent,
        effect::{RemoteCandidate, RemoteDescription},
    },
    peer::Channel,
    signaling::IceServer,
};

use super::peer_connection::PeerConnection;
use crate::event::{EventSender, push};

/// Carries out the engine's effects on connections. What names a connection that is closed does nothing: the
/// engine has forgotten it too.
#[derive(Debug)]
pub struct PeerManager {
    /// A map for so few would weigh more in the first load than looking through them costs.
    connections: Vec<(ConnectionId, PeerConnection)>,
    events: EventSender,
}

impl PeerManager {
    /// A manager without connections, which tells what happens through `events`.
    pub fn new(events: EventSender) -> Self {
        Self {
            connections: Vec::new(),
            events,
        }
    }

    /// Makes a connection; one that cannot be made has failed.
    pub fn create(&mut self, id: ConnectionId, ice_servers: &[IceServer]) {
        match PeerConnection::new(id, ice_servers, &self.events) {
            Ok(connection) => {
                self.connections.push((id, connection));
            }
            Err(_) => push(&self.events, Input::Rtc(id, RtcEvent::Failed)),
        }
    }

    /// Makes an offer; [`Input::OpDone`] brings it.
    pub fn create_offer(&mut self, id: ConnectionId, op: OpId) {
        if let Some(connection) = self.find_mut(id) {
            connection.create_offer(op);
        }
    }

    /// Takes the other side's description; [`Input::OpDone`] says whether that worked.
    pub fn apply_description(
        &mut self,
        id: ConnectionId,
        op: OpId,
        description: &RemoteDescription,
    ) {
        if let Some(connection) = self.find_mut(id) {
            connection.apply_description(op, description);
        }
    }

    /// Makes an answer; [`Input::OpDone`] brings it.
    pub fn create_answer(&mut self, id: ConnectionId, op: OpId) {
        if let Some(connection) = self.find_mut(id) {
            connection.create_answer(op);
        }
    }

    /// Takes a candidate of the other side's.
    pub fn add_candidate(&self, id: ConnectionId, candidate: &RemoteCandidate) {
        if let Some(connection) = self.find(id) {
            connection.add_candidate(candidate);
        }
    }

    /// Sends a text frame.
    pub fn send(&self, id: ConnectionId, channel: Channel, text: &str) {
        if let Some(connection) = self.find(id) {
            connection.send(channel, text);
        }
    }

    /// Closes a connection and forgets it.
    pub fn close(&mut self, id: ConnectionId) {
        self.connections.retain(|(held, _)| *held != id);
    }
    fn find(&self, id: ConnectionId) -> Option<&PeerConnection> {
        let mut held = self.connections.iter();
        held.find(|(held, _)| *held == id)
            .map(|(_, connection)| connection)
    }

    fn find_mut(&mut self, id: ConnectionId) -> Option<&mut PeerConnection> {
        let mut held = self.connections.iter_mut();
        held.find(|(held, _)| *held == id)
            .map(|(_, connection)| connection)
    }
}
