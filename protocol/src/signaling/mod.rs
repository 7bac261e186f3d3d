//! What browsers and the server say to each other, and the rules of a room.

pub mod error_code;
pub mod message;
pub mod resume;
pub mod room;

pub use error_code::ErrorCode;
pub use message::{ClientMessage, IceServer, PeerInfo, ServerMessage};
pub use resume::ResumeToken;
pub use room::{ConnectionKey, RoomState};
