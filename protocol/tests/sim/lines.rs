//! The lines between pages and the server.

use banter_protocol::{
    engine::{Input, SocketEvent, SocketId},
    signaling::{CloseCause, ConnectionKey, ErrorCode, ServerMessage},
};

use crate::{
    server::{Delivery, Server},
    world::{Event, World},
};

/// Between which milliseconds a server that goes away lets clients come back.
const COME_BACK: (u64, u64) = (500, 10_000);

fn is_relayed(event: &SocketEvent) -> bool {
    matches!(event, SocketEvent::Frame(text) if text.contains(r#""from":"#))
}

/// A TCP connection: what is on it arrives in order.
pub struct Line {
    pub node: usize,
    pub page: u64,
    pub socket: SocketId,
    pub to_server_at: u64,
    to_client_at: u64,
}

impl World {
    pub fn open_socket(&mut self, node: usize, page: u64, socket: SocketId) {
        if self.nodes[node].page != page || !self.nodes[node].alive {
            return;
        }
        let fails = self.cut_off.contains(&node) || (!self.calm && self.chance.one_in(8));
        let Some(server) = self.server.as_mut().filter(|_| !fails) else {
            self.feed(
                node,
                page,
                Input::Socket(socket, SocketEvent::Closed { code: 1006 }),
            );
            return;
        };
        self.next_key += 1;
        let key = ConnectionKey(self.next_key);
        let belongs_to_mallory = self.evil.as_mut().is_some_and(|evil| evil.open(node, key));
        if !belongs_to_mallory {
            server.open(key);
        }
        self.nodes[node].sockets.insert(socket, key);
        let (to_server_at, to_client_at) = (self.now, self.now);
        self.clients.insert(
            key,
            Line {
                node,
                page,
                socket,
                to_server_at,
                to_client_at,
            },
        );
        self.feed(node, page, Input::Socket(socket, SocketEvent::Opened));
    }

    pub fn deliver(&mut self, deliveries: Vec<Delivery>) {
        for delivery in self.tampered(deliveries) {
            let (key, event) = match delivery {
                Delivery::Frame(key, text) => (key, SocketEvent::Frame(text)),
                Delivery::Close(key, code) => (key, SocketEvent::Closed { code }),
            };
            if self.disorder && !self.calm && is_relayed(&event) {
                for _ in 0..[0, 1, 1, 1, 1, 2][self.chance.index(6)] {
                    let delay = self.chance.within(1, 1_500);
                    self.schedule(delay, Event::ToClient(key, event.clone()));
                }
                continue;
            }
            let delay = self.chance.within(1, 60);
            if let Some(line) = self.clients.get_mut(&key) {
                line.to_client_at = (self.now + delay).max(line.to_client_at);
                let at = line.to_client_at - self.now;
                self.schedule(at, Event::ToClient(key, event));
            }
        }
        let expiry = self.server.as_ref().and_then(Server::next_expiry);
        if let Some(at) = expiry {
            self.schedule(at.as_millis().saturating_sub(self.now), Event::ExpireSeats);
        }
    }

    /// The server learns that a socket is gone once what was on it has arrived.
    pub fn lose_line(&mut self, key: ConnectionKey, delay: u64) {
        self.clients.remove(&key);
        if delay > 1 {
            self.run_to_server_first(key);
        }
        let now = self.timestamp();
        if let Some(server) = &mut self.server {
            server.lost(now, key);
        }
        self.deliver(Vec::new());
    }

    /// A browser that goes away: what it sent before arrives.
    pub fn hang_up(&mut self, key: ConnectionKey) {
        self.lose_line(key, 2);
    }

    fn run_to_server_first(&mut self, key: ConnectionKey) {
        let due: Vec<_> = self
            .events
            .iter()
            .filter(|(_, event)| matches!(event, Event::ToServer(k, _) if *k == key))
            .map(|(&at, _)| at)
            .collect();
        for at in due {
            if let Some(event) = self.events.remove(&at) {
                self.happen(event);
            }
        }
    }

    /// A network failure: both directions stop, and what was under way is lost.
    pub fn drop_line(&mut self, node: usize) {
        let keys: Vec<_> = self.nodes[node].sockets.values().copied().collect();
        for key in keys {
            self.cut(key);
        }
    }

    fn cut(&mut self, key: ConnectionKey) {
        let Some(line) = self.clients.remove(&key) else {
            return;
        };
        self.events.retain(
            |_, event| !matches!(event, Event::ToServer(k, _) | Event::ToClient(k, _) if *k == key),
        );
        self.nodes[line.node].sockets.remove(&line.socket);
        let closed = Input::Socket(line.socket, SocketEvent::Closed { code: 1006 });
        self.schedule(5, Event::Input(line.node, line.page, closed));
        let now = self.timestamp();
        if let Some(server) = &mut self.server {
            server.lost(now, key);
        }
        self.deliver(Vec::new());
    }

    /// The server is asked to end: tells everybody when to come back, closes every socket, and is gone.
    pub fn drain_server(&mut self) {
        let keys = self.server.as_ref().map(Server::sockets);
        for key in keys.unwrap_or_default() {
            let code = ErrorCode::ServerDraining;
            let notice = ServerMessage::Error {
                code,
                message: code.message().to_owned(),
                retry_after_ms: Some(self.chance.within(COME_BACK.0, COME_BACK.1)),
                peer_id: None,
            };
            let notice = serde_json::to_string(&notice).unwrap();
            self.deliver(vec![
                Delivery::Frame(key, notice),
                Delivery::Close(key, CloseCause::Draining.code()),
            ]);
        }
        self.server = None;
    }

    pub fn stop_server(&mut self) {
        let keys = self
            .server
            .take()
            .map(|server| server.sockets())
            .unwrap_or_default();
        for key in keys {
            self.cut(key);
        }
    }
}
