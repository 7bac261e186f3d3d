//! What browsers and the server say to each other, and the rules of a room.

pub mod error_code;
pub mod message;

pub use error_code::ErrorCode;
pub use message::{ClientMessage, IceServer, PeerInfo, ServerMessage};
