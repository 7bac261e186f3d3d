//! Promises 7 and 9: what was made for one purpose, room, pair and direction is good for no other, and good there once.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod people;
mod replay;
mod separation;
