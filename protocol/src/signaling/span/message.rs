//! What servers say to each other: JSON (RFC 8259) about rooms and themselves, and relayed frames as they came.
//!
//! Servers of one bus trust each other. A message that is none of these is no harm all the same: it is refused
//! whole, and nothing that it holds can be larger than a server itself would say.

use serde::{Deserialize, Serialize};

use super::ResumeProof;
use crate::{
    ids::{PeerId, RoomId, ServerId},
    limits,
    signaling::PeerInfo,
    time::Timestamp,
};

/// Seats in one message; with every character of every name escaped (`\u0000`) it stays below half a megabyte,
/// and NATS carries one megabyte.
pub const SEATS_IN_PART: usize = 64;

/// Servers that one message names.
pub const SERVERS_NAMED: usize = 1024;

/// Bytes of one message that is not a relayed frame.
pub const MESSAGE_BYTES: usize = 1024 * 1024;

/// A server, about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerPresence {
    /// It is there.
    Here,
    /// It ends in good order; its seats are kept for a while.
    Leaving,
}

/// A server says that it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    /// Which.
    pub server: ServerId,
    /// How it is.
    pub presence: ServerPresence,
}

/// A server says something about one room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomMessage {
    /// The room.
    pub room: RoomId,
    /// Who says it.
    pub server: ServerId,
    /// What.
    pub word: RoomWord,
}

/// What a server says about a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomWord {
    /// It opens the room: who is in it?
    Ask,
    /// Its own seats, all of them.
    Page(PageWord),
    /// One of its seats is another than before.
    Change {
        /// The version that this changes.
        after: u64,
        /// The version that this makes.
        version: u64,
        /// What is new.
        change: SeatChange,
    },
    /// Its seats are still those of this version.
    Digest {
        /// The version.
        version: u64,
    },
    /// It has missed something: send your seats.
    Want,
}

/// Seats of one server, or a part of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageWord {
    /// Of the seats. It only grows.
    pub version: u64,
    /// Counted from 0.
    pub part: u32,
    /// How many parts there are.
    pub parts: u32,
    /// At most [`SEATS_IN_PART`].
    pub seats: Vec<SeatWord>,
    /// To whom it may concern: what the sender knows of the others. Whoever finds itself out of date here answers
    /// with its own page. An answer has none.
    pub known: Option<Vec<KnownPage>>,
    /// In an answer: the other servers that are in the room.
    pub others: Vec<ServerId>,
    /// In an answer: seats of servers that have left.
    pub kept: Vec<LeftSeat>,
}

/// A page that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPage {
    /// Whose.
    pub server: ServerId,
    /// Of which version.
    pub version: u64,
}

/// A seat of a server that has left in good order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftSeat {
    /// Whose it was.
    pub server: ServerId,
    /// How long it is still kept, in milliseconds.
    pub for_ms: u64,
    /// The seat.
    pub seat: SeatWord,
}

/// One seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatWord {
    /// Whose.
    pub id: PeerId,
    /// As the client sent it.
    pub name: String,
    /// When it was first taken.
    pub joined_at: Timestamp,
    /// How many servers it has moved over.
    pub moves: u32,
    /// Of the resume value that takes it again.
    pub proof: ResumeProof,
    /// Of the resume value that came with it, where the server did not know the seat that it was for.
    pub claim: Option<ResumeProof>,
    /// Whether a socket is there now.
    pub connected: bool,
}

/// What is new about a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatChange {
    /// Taken, or taken again.
    Taken(SeatWord),
    /// Its socket is gone; it is kept.
    Away(PeerId),
    /// Free, or given over to another server.
    Gone(PeerId),
}

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBusMessage {
    /// Not in the form of one.
    #[error("not a message of this version")]
    Form,
    /// Something in it is outside its limits.
    #[error("`{0}` is outside its limits")]
    Limit(&'static str),
}

impl Sign {
    /// As it goes over the bus.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads what came over the bus.
    ///
    /// # Errors
    ///
    /// See [`BadBusMessage`].
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBusMessage> {
        from_json(bytes)
    }
}

impl RoomMessage {
    /// As it goes over the bus.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads what came over the bus.
    ///
    /// # Errors
    ///
    /// See [`BadBusMessage`].
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBusMessage> {
        let message: Self = from_json(bytes)?;
        match &message.word {
            RoomWord::Page(page) => page.check()?,
            RoomWord::Change {
                change: SeatChange::Taken(seat),
                ..
            } => seat.check()?,
            RoomWord::Change {
                change: SeatChange::Away(_) | SeatChange::Gone(_),
                ..
            }
            | RoomWord::Ask
            | RoomWord::Digest { .. }
            | RoomWord::Want => {}
        }
        Ok(message)
    }
}

impl PageWord {
    fn check(&self) -> Result<(), BadBusMessage> {
        let known = self.known.as_ref().map_or(0, Vec::len);
        let fits = |what, length, most| {
            if length <= most {
                Ok(())
            } else {
                Err(BadBusMessage::Limit(what))
            }
        };
        fits("seats", self.seats.len(), SEATS_IN_PART)?;
        fits("known", known, SERVERS_NAMED)?;
        fits("others", self.others.len(), SERVERS_NAMED)?;
        fits("kept", self.kept.len(), SEATS_IN_PART)?;
        if self.part >= self.parts {
            return Err(BadBusMessage::Limit("part"));
        }
        let kept = self.kept.iter().map(|kept| &kept.seat);
        let mut seats = self.seats.iter().chain(kept);
        seats.try_for_each(SeatWord::check)
    }
}

impl SeatWord {
    fn check(&self) -> Result<(), BadBusMessage> {
        if self.name.is_empty() || self.name.len() > limits::DISPLAY_NAME_BYTES {
            return Err(BadBusMessage::Limit("name"));
        }
        Ok(())
    }

    /// As clients are told of it.
    pub fn info(&self) -> PeerInfo {
        PeerInfo {
            id: self.id,
            display_name: self.name.clone(),
            joined_at: self.joined_at,
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "these types have only text keys and no value that can refuse"
)]
fn to_json(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("every message can be written")
}

fn from_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, BadBusMessage> {
    if bytes.len() > MESSAGE_BYTES {
        return Err(BadBusMessage::Limit("message"));
    }
    serde_json::from_slice(bytes).map_err(|_| BadBusMessage::Form)
}

#[cfg(test)]
mod tests;
