//! A client of the signaling protocol without a browser: says whatever a test wants said.

use std::{net::TcpStream, time::Duration};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket, client::IntoClientRequest, http::HeaderValue,
};

use crate::{patience::PATIENCE, server::Server};

/// A peer that has joined a room and speaks frames.
#[derive(Debug)]
pub struct SignalingPeer {
    /// Its peer id.
    pub id: String,
    /// What `room_joined` said.
    pub joined: Value,
    socket: WebSocket<TcpStream>,
}

impl SignalingPeer {
    /// Joins a room under a fresh id.
    pub fn join(server: &Server, room: &str, display_name: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://127.0.0.1:{}/ws", server.port())
            .into_client_request()
            .unwrap();
        let origin = HeaderValue::from_str(&server.origin()).unwrap();
        request.headers_mut().insert("origin", origin);
        let (socket, _) =
            tungstenite::client(request, stream).expect("the server takes a WebSocket");
        let id = uuid::Uuid::new_v4().to_string();
        let mut peer = Self {
            id,
            joined: Value::Null,
            socket,
        };
        peer.says(&json!({
            "type": "join_room", "roomId": room, "peerId": peer.id, "displayName": display_name,
        }));
        peer.joined = peer.hears("room_joined");
        peer
    }

    /// Sends a message.
    pub fn says(&mut self, message: &Value) {
        self.says_raw(&message.to_string());
    }

    /// Sends a text frame of any content.
    pub fn says_raw(&mut self, frame: &str) {
        self.socket
            .send(Message::text(frame))
            .expect("the server listens");
    }

    /// Waits for a message of this type and passes over others.
    pub fn hears(&mut self, kind: &str) -> Value {
        loop {
            let message = self
                .next()
                .unwrap_or_else(|| panic!("the server did not say {kind}"));
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// Gives its seat up and goes.
    pub fn leaves(mut self, room: &str) {
        self.says(&json!({ "type": "leave_room", "roomId": room, "peerId": self.id }));
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
        // A socket that is dropped with something unread in it is reset (RFC 1122, section 4.2.2.13), and then the server may not
        // get to read what was said last.
        while self.socket.read().is_ok() {}
    }

    /// Takes everything that has arrived, waiting at most `patience` for the first of it.
    pub fn drain(&mut self, patience: Duration) -> Vec<Value> {
        self.socket
            .get_ref()
            .set_read_timeout(Some(patience))
            .unwrap();
        let heard = std::iter::from_fn(|| self.next()).collect();
        self.socket
            .get_ref()
            .set_read_timeout(Some(PATIENCE))
            .unwrap();
        heard
    }

    /// Who was in the room before.
    pub fn peers(&self) -> Vec<String> {
        let peers = self.joined["peers"].as_array().expect("a list of peers");
        peers
            .iter()
            .filter_map(|peer| peer["id"].as_str().map(str::to_owned))
            .collect()
    }

    fn next(&mut self) -> Option<Value> {
        loop {
            if let Message::Text(text) = self.socket.read().ok()? {
                return serde_json::from_str(&text).ok();
            }
        }
    }
}
