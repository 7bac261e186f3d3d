//! What browsers say to each other on the data channels of one connection.
//!
//! Both sides make the channels themselves, with `negotiated: true` and the ids of [`Channel`] (W3C WebRTC,
//! section 6.1), so that neither waits for the other to announce them.

mod decoding;
pub mod framing;
pub mod log_message;
pub mod message;

pub use log_message::{Answer, Extent, LogMessage, WantedRange};
pub use message::{Head, PeerMessage};

/// A data channel of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// Ordered and reliable: everything that must arrive.
    Chat,
    /// Unordered, never sent again: what is stale when it is late.
    Live,
}

impl Channel {
    /// Every channel of a connection.
    pub const ALL: [Self; 2] = [Self::Chat, Self::Live];

    /// The channel's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Live => "live",
        }
    }

    /// The channel's negotiated id, its SCTP stream (RFC 8831, section 6.4).
    pub fn id(self) -> u16 {
        match self {
            Self::Chat => 0,
            Self::Live => 1,
        }
    }
}
