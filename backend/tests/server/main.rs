//! The contract of the server, on a real one that listens on a port of its own.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

mod harness;

mod abuse;
mod addresses;
mod app_files;
mod checking;
mod crowds;
#[cfg(target_os = "linux")]
mod disk;
mod draining;
mod errors;
mod frames;
mod half_open;
mod headers;
mod hostile;
mod joining;
mod monitoring;
mod observing;
mod operating;
mod origins;
mod probing;
mod process;
mod relaying;
mod resuming;
mod self_check;
mod settings;
mod silence;
mod slow_readers;
mod stopped;
mod tls;
