//! Relaying: credentials, the server's own TURN, and the configuration of coturn that is shipped, all tried with
//! coturn's own tools.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

#[allow(dead_code, unused_imports, reason = "another suite uses the rest")]
#[path = "../server/harness/mod.rs"]
mod harness;

mod coturn;
mod credentials;
mod outside;
#[cfg(target_os = "linux")]
mod own_host;
#[cfg(target_os = "linux")]
mod own_network;
mod relay;
mod settings;
