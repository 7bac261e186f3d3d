//! The wires between browsers, and the socket to the server that introduces them. RAII over web-sys: dropping a
//! value removes its listeners and closes what it holds, and a listener only pushes an event.

pub mod certificate;
pub mod data_channel;
pub mod peer_connection;
pub mod peer_manager;
pub mod signaling_client;
pub mod statistics;

pub use peer_manager::PeerManager;
pub use signaling_client::SignalingClient;
