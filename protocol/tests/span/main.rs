//! Rooms that span servers: several servers with the real rules, a bus that delays and loses, servers that end
//! well and badly, and people who wander between them. One seed, one run.
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

#[path = "../sim/chance.rs"]
mod chance;

mod bus;
mod faults;
mod node;
mod people;
mod scenarios;
mod world;
