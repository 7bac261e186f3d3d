//! A WebSocket by hand, for what no library lets a client send.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{PATIENCE, TestServer, http::UPGRADE};

pub(crate) const FINAL: u8 = 0x80;
pub(crate) const CONTINUE: u8 = 0;
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// A connection that has done its handshake.
pub(crate) struct RawClient {
    pub(crate) stream: TcpStream,
    received: Vec<u8>,
}

impl RawClient {
    pub(crate) async fn connect(server: &TestServer) -> Self {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = format!(
            "GET /ws HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nConnection: Upgrade\r\n",
            server.address,
            server.origin()
        );
        for (name, value) in UPGRADE {
            request += &format!("{name}: {value}\r\n");
        }
        stream
            .write_all((request + "\r\n").as_bytes())
            .await
            .unwrap();
        let mut client = Self {
            stream,
            received: Vec::new(),
        };
        let end = loop {
            let end = client
                .received
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end;
            }
            assert!(client.read().await, "no handshake");
        };
        assert!(client.received.starts_with(b"HTTP/1.1 101"));
        client.received.drain(..end + 4);
        client
    }

    /// Sends bytes; false where the server has closed already.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// The code and payload of the next frame; `None` where the connection ends before.
    pub(crate) async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some(frame) = self.take_frame() {
                return Some(frame);
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// Reads until a close frame and gives its code; `None` where the connection ends without.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        let close = async {
            while let Some((code, payload)) = self.frame().await {
                if code == CLOSE {
                    return Some(u16::from_be_bytes([payload[0], payload[1]]));
                }
            }
            None
        };
        timeout(PATIENCE, close).await.expect("no close arrives")
    }

    fn take_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let (&first, &second) = (self.received.first()?, self.received.get(1)?);
        let (start, length) = match second {
            126 => (
                4,
                usize::from(u16::from_be_bytes(
                    self.received.get(2..4)?.try_into().ok()?,
                )),
            ),
            127 => (
                10,
                usize::try_from(u64::from_be_bytes(
                    self.received.get(2..10)?.try_into().ok()?,
                ))
                .ok()?,
            ),
            length => (2, usize::from(length)),
        };
        let payload = self.received.get(start..start + length)?.to_vec();
        self.received.drain(..start + length);
        Some((first & 0x0f, payload))
    }

    async fn read(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await;
        read.expect("nothing arrives").is_ok_and(|bytes| bytes > 0)
    }
}

/// A frame as a client sends it, masked.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(first, payload.len() as u64);
    bytes.extend(
        payload
            .iter()
            .zip([1, 2, 3, 4].iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    bytes
}

/// The beginning of a frame, with its mask.
pub(crate) fn header(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..126), _) => bytes.push(0x80 | length),
        (_, Ok(length)) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([1, 2, 3, 4]);
    bytes
}
