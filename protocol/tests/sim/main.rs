//! The deterministic simulator: many engines, the real rules of a room, a network that delays, loses and splits,
//! and a WebRTC that exists only here. One seed is one run; a failing seed fails again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    reason = "a simulator stops where something is impossible"
)]

mod away;
mod chance;
mod costs;
mod crowd;
mod dropped;
mod epochs;
mod evil_properties;
mod evil_server;
mod flood;
mod forks;
mod injected;
mod judge;
mod lines;
mod locks;
mod mallory;
mod mischief;
mod moves;
mod newer;
mod node;
mod properties;
mod reach;
mod renewals;
mod restarts;
mod routes;
mod rtc;
mod scenario;
mod scenarios;
mod seeds;
mod server;
mod settling;
mod several;
mod truth;
mod visit;
mod world;
