//! Relaying between browsers that cannot reach each other directly (STUN, RFC 8489; TURN, RFC 8656).
//!
//! | file | what it decides |
//! |---|---|
//! | `credentials.rs` | names that end by themselves, and their passwords |
//! | `relayer.rs`, `relayer/` | what is done with each message; knows no socket and no clock |
//! | `authentication.rs`, `nonce.rs` | who sends a request |
//! | `allocation.rs` | one relay: how long, and whom it may talk to |
//! | `peers.rs`, `own_addresses.rs` | to whom no relay may talk; what this machine's own addresses are |
//! | `quotas.rs` | how many relays |
//! | `message.rs`, `refusal.rs` | what is answered |
//! | `framing.rs`, `urls.rs` | where a message ends in a stream; what browsers are told |
//!
//! The rest carries it out: `server.rs` begins and ends, `hub.rs` is what all tasks share, `receive.rs` and
//! `streams.rs` read from clients, `relay.rs` and `ports.rs` are the sockets of relays.

mod allocation;
mod authentication;
pub(crate) mod credentials;
mod framing;
mod hub;
mod message;
mod metrics;
mod nonce;
mod own_addresses;
mod peers;
mod ports;
mod quotas;
mod receive;
mod refusal;
mod relay;
mod relayer;
mod server;
mod streams;
mod urls;

pub(crate) use metrics::TurnMetrics;
pub use quotas::TurnLimits;
pub(crate) use server::{BoundRelay, RelayError, RunningRelay};
pub(crate) use urls::Tls;

/// Longer messages are dropped: what browsers send fits into an Ethernet frame, the rest is room for others.
const LONGEST_MESSAGE: usize = 4_096;
