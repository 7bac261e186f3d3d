//! Every rule of Banter, and no wire.
//!
//! This crate decides what happens; it never makes it happen. It has no sockets, no clock, no source of
//! randomness and no async: time and random bytes come in as arguments, what must be done outside goes out as
//! values. So the same code runs in the server, in the browser and, in milliseconds, in the tests.
//!
//! | module | what it decides |
//! |---|---|
//! | [`ids`], [`names`], [`time`] | values that can only be made by parsing |
//! | [`visibility`] | what of a text can be seen |
//! | `message_text` | what a chat message says (feature `engine`) |
//! | [`token_bucket`] | how much of something in which time |
//! | [`limits`] | every cap of the protocol |
//! | [`signaling`] | what browsers and the server say to each other, and the rules of a room |
//! | `peer` | what browsers say to each other on a data channel (feature `engine`) |
//! | `crypto` | keys and seals (feature `engine`) |
//! | `log` | the replicated log of a room: what lasts, and how it travels (feature `engine`) |
//! | `engine` | a peer: input in, effects out (feature `engine`) |

#![warn(clippy::wildcard_enum_match_arm)]

#[cfg(feature = "engine")]
pub mod crypto;
mod decoding;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod flat_set;
pub mod ids;
pub mod limits;
#[cfg(feature = "engine")]
pub mod log;
#[cfg(feature = "engine")]
pub mod message_text;
pub mod names;
#[cfg(feature = "engine")]
pub mod peer;
pub mod signaling;
pub mod time;
pub mod token_bucket;
pub mod visibility;
