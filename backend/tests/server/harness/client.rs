//! A client in the words of the contract. The WebSocket library is another than the server's.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{PATIENCE, TestServer, id};

/// A socket to a server.
pub(crate) struct Client<S = TcpStream> {
    socket: WebSocketStream<S>,
}

/// How the server closed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Client {
    /// Opens a socket as a page of the server's own does.
    pub(crate) async fn connect(server: &TestServer) -> Self {
        Self::connect_to(server.address).await
    }

    pub(crate) async fn connect_to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::over(stream, address).await
    }

    /// Opens a socket over a connection that the test has made.
    pub(crate) async fn over(stream: TcpStream, address: SocketAddr) -> Self {
        Self::of_page(stream, address, &format!("http://{address}")).await
    }

    /// Opens a socket and joins as the peer with this number; gives `room_joined` too.
    pub(crate) async fn join(server: &TestServer, room: &str, number: u32) -> (Self, Value) {
        let mut client = Self::connect(server).await;
        client.send(join(room, number)).await;
        let joined = client.receive().await;
        assert_eq!(joined["type"], "room_joined", "{joined}");
        (client, joined)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Opens a socket over any connection as a page of this origin does.
    pub(crate) async fn of_page(stream: S, address: SocketAddr, origin: &str) -> Self {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        let (socket, _) = client_async(request, stream).await.unwrap();
        Self { socket }
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// Sends though the server may have closed already.
    pub(crate) async fn try_send(&mut self, message: Value) -> bool {
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .is_ok()
    }

    pub(crate) async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The next text frame.
    pub(crate) async fn receive_text(&mut self) -> String {
        match self.next().await {
            Message::Text(text) => text.to_string(),
            other => panic!("not a text: {other:?}"),
        }
    }

    /// The next message.
    pub(crate) async fn receive(&mut self) -> Value {
        serde_json::from_str(&self.receive_text().await).unwrap()
    }

    /// The next message, which must be an error; gives its code.
    pub(crate) async fn refused(&mut self) -> String {
        let message = self.receive().await;
        assert_eq!(message["type"], "error", "{message}");
        assert!(
            message["message"]
                .as_str()
                .is_some_and(|words| !words.is_empty()),
            "{message}"
        );
        message["code"].as_str().unwrap().to_owned()
    }

    /// The next message, or how the server closed.
    pub(crate) async fn receive_or_close(&mut self) -> Result<Value, Closed> {
        match self.next().await {
            Message::Text(text) => Ok(serde_json::from_str(&text).unwrap()),
            Message::Close(frame) => {
                let frame = frame.expect("a close with its code");
                Err(Closed {
                    code: frame.code.into(),
                    reason: frame.reason.to_string(),
                })
            }
            other => panic!("neither a text nor a close: {other:?}"),
        }
    }

    /// Reads until the server closes.
    pub(crate) async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.receive_or_close().await {
                return closed;
            }
        }
    }

    /// Asserts that nothing but what is asked for now arrives: a `pong` is the next message.
    pub(crate) async fn assert_quiet(&mut self) {
        self.send(json!({ "type": "ping" })).await;
        assert_eq!(self.receive().await, json!({ "type": "pong" }));
    }

    /// The next frame but pings and pongs, which must not make a test wait for ever.
    async fn next(&mut self) -> Message {
        let next = async {
            loop {
                let next = self.socket.next().await;
                match next.expect("the connection ended without a close").unwrap() {
                    Message::Ping(_) | Message::Pong(_) => {}
                    message => return message,
                }
            }
        };
        timeout(PATIENCE, next).await.expect("nothing arrives")
    }
}

pub(crate) fn join(room: &str, number: u32) -> Value {
    json!({
        "type": "join_room",
        "roomId": room,
        "peerId": id(number),
        "displayName": format!("name {number}"),
    })
}

pub(crate) fn resume(room: &str, number: u32, resume: &Value) -> Value {
    let mut message = join(room, number);
    message["resume"] = resume.clone();
    message
}

pub(crate) fn leave(room: &str, number: u32) -> Value {
    json!({ "type": "leave_room", "roomId": room, "peerId": id(number) })
}

pub(crate) fn offer(from: u32, to: u32) -> Value {
    json!({ "type": "offer", "from": id(from), "to": id(to), "offer": { "sdp": "v=0" } })
}
