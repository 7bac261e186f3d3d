//! What browsers and the server say to each other, and the rules of a room.
//!
//! | module | what it decides |
//! |---|---|
//! | [`message`], [`error_code`], [`close`] | the words of both sides |
//! | [`envelope`] | what the server reads of a client's frame |
//! | [`socket`], [`abuse`] | what one socket may do |
//! | [`room`], [`resume`] | what one room does |
//! | `span` | what a room does that spans servers (feature `span`) |

pub mod abuse;
pub mod close;
mod decoding;
pub mod envelope;
pub mod error_code;
pub mod message;
pub mod resume;
pub mod room;
pub mod socket;
#[cfg(feature = "span")]
pub mod span;

pub use abuse::{AbuseGuard, AbuseVerdict};
pub use close::CloseCause;
pub use envelope::{BadFrame, ClientFrame};
pub use error_code::ErrorCode;
pub use message::{ClientMessage, IceServer, PeerInfo, ServerMessage};
pub use resume::ResumeToken;
pub use room::{ConnectionKey, RoomState};
pub use socket::{SocketRequest, SocketState};
