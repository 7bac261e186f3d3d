//! A client's socket, with as little of its own as can be.

use std::{
    io::ErrorKind,
    task::{Context, Poll},
};

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    contender::{Contender, Server},
    frames::{FrameReader, text_frame},
};

/// In a room.
pub(crate) struct Socket {
    stream: TcpStream,
    reader: FrameReader,
    /// What the system did not take yet.
    unsent: Vec<u8>,
}

/// A peer's id.
pub(crate) fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

impl Socket {
    /// Opens a socket; it is in no room yet.
    pub(crate) async fn open(server: &Server, room: &str) -> Self {
        let address = server.address;
        let path = match server.contender {
            Contender::Banter => "/ws".to_owned(),
            Contender::Bare => format!("/ws/{room}"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::with_capacity(2048);
        while !head.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut head).await.unwrap(), 0, "no answer");
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "no WebSocket");
        Self {
            stream,
            reader: FrameReader::default(),
            unsent: Vec::new(),
        }
    }

    /// Opens a socket and joins; gives how many others it learnt of.
    pub(crate) async fn join(server: &Server, room: &str, number: usize) -> (Self, usize) {
        let mut socket = Self::open(server, room).await;
        socket.send(&join_frame(room, number));
        let known = known_in(&socket.next_text().await);
        (socket, known)
    }

    /// So many join at the same time, from a number on, four to a room.
    pub(crate) async fn join_together(
        server: &Server,
        first: usize,
        people: usize,
    ) -> Vec<(Self, usize)> {
        let coming = (first..first + people).map(|number| async move {
            let room = format!("room-{}", number / 4);
            Self::join(server, &room, number).await
        });
        join_all(coming).await
    }

    /// Sends as much as the system takes now; the rest goes with the next.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.unsent.extend_from_slice(bytes);
        match self.stream.try_write(&self.unsent) {
            Ok(sent) => drop(self.unsent.drain(..sent)),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }

    /// Takes what is there without waiting; gives how many texts are whole with it.
    pub(crate) fn receive_now(&mut self) -> usize {
        match self.stream.try_read_buf(self.reader.room()) {
            Ok(0) => panic!("the server ended the connection"),
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        std::iter::from_fn(|| self.reader.next_text().map(|_| ())).count()
    }

    /// Ready when there is something to read. Keeps the task's waker, so that it may be polled by one task alone.
    pub(crate) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<()> {
        self.stream.poll_read_ready(context).map(Result::unwrap)
    }

    /// The next text.
    pub(crate) async fn next_text(&mut self) -> Vec<u8> {
        loop {
            if let Some(text) = self.reader.next_text() {
                return text.to_vec();
            }
            let read = self.stream.read_buf(self.reader.room()).await.unwrap();
            assert_ne!(read, 0, "the server ended the connection");
        }
    }
}

/// `join_room`; the bare relay takes it for an announcement.
pub(crate) fn join_frame(room: &str, number: usize) -> Vec<u8> {
    let id = id(number);
    text_frame(&format!(
        r#"{{"type":"join_room","roomId":"{room}","peerId":"{id}","displayName":"peer {number}"}}"#
    ))
}

/// How many others a frame tells of.
pub(crate) fn known_in(text: &[u8]) -> usize {
    let name = br#""displayName""#;
    text.windows(name.len()).filter(|part| part == name).count()
}
