//! The simulator of the log: many nodes, links that come and go, stores that are kept or lost, members who lie. One seed is one run; a
//! failing seed fails again.

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

mod bounds;
#[path = "../sim/chance.rs"]
mod chance;
mod judge;
mod liars;
mod lies;
mod mad;
mod measures;
mod node;
mod properties;
mod scenarios;
#[path = "../sim/seeds.rs"]
mod seeds;
mod stores;
mod world;
