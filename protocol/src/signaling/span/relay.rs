//! A relayed frame on its way from server to server: who it is from and for, and the sender's own bytes behind.

use super::{BadBusMessage, message::MESSAGE_BYTES};
use crate::{
    ids::{PeerId, RoomId, ServerId},
    limits,
};

/// The first byte; a message about a room begins with `{`.
const MARK: u8 = b'r';
const ID_BYTES: usize = 16;

/// What stands before the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayHead {
    /// The room of both.
    pub room: RoomId,
    /// The sender's server.
    pub server: ServerId,
    /// The sender.
    pub from: PeerId,
    /// The receiver.
    pub to: PeerId,
}

impl RelayHead {
    /// The head and the frame, as they go over the bus.
    pub fn encode(&self, frame: &[u8]) -> Vec<u8> {
        let room = self.room.as_str().as_bytes();
        let mut bytes = Vec::with_capacity(2 + room.len() + 3 * ID_BYTES + frame.len());
        bytes.push(MARK);
        // A room id has at most 64 bytes.
        bytes.push(u8::try_from(room.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(room);
        bytes.extend_from_slice(self.server.as_bytes());
        bytes.extend_from_slice(self.from.as_bytes());
        bytes.extend_from_slice(self.to.as_bytes());
        bytes.extend_from_slice(frame);
        bytes
    }

    /// Whether this is a relayed frame, well formed or not.
    pub fn leads(bytes: &[u8]) -> bool {
        bytes.first() == Some(&MARK)
    }

    /// The head, and where the frame begins.
    ///
    /// # Errors
    ///
    /// See [`BadBusMessage`].
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), BadBusMessage> {
        if bytes.len() > MESSAGE_BYTES {
            return Err(BadBusMessage::Limit("message"));
        }
        let (mark, rest) = split(bytes)?;
        let ([length], rest) = split(rest)?;
        if mark != [MARK] || rest.len() < usize::from(length) {
            return Err(BadBusMessage::Form);
        }
        let (room, rest) = rest.split_at(usize::from(length));
        let (server, rest) = split::<ID_BYTES>(rest)?;
        let (from, rest) = split::<ID_BYTES>(rest)?;
        let (to, frame) = split::<ID_BYTES>(rest)?;
        if frame.len() > limits::SIGNALING_FRAME_BYTES {
            return Err(BadBusMessage::Limit("frame"));
        }
        let room = std::str::from_utf8(room).map_err(|_| BadBusMessage::Form)?;
        let head = Self {
            room: room.parse().map_err(|_| BadBusMessage::Form)?,
            server: ServerId::from_bytes(server),
            from: PeerId::from_bytes(from),
            to: PeerId::from_bytes(to),
        };
        Ok((head, bytes.len() - frame.len()))
    }
}

fn split<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), BadBusMessage> {
    let (first, rest) = bytes.split_first_chunk().ok_or(BadBusMessage::Form)?;
    Ok((*first, rest))
}
