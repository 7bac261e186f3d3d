//! Rooms that span servers, over a real NATS: servers in this process and as programs of their own.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    reason = "a test says what is wrong by panicking, and not every test target needs all of the harness"
)]

#[path = "../server/harness/mod.rs"]
mod harness;

mod nats;
mod network;

mod deaths;
mod faults;
mod rosters;
mod seats;
mod speed;
mod stalls;
