//! Browsers behind NATs: `make lab`. Every host is a network namespace that the test makes and takes away, so it needs
//! Linux, root and iptables; nothing leaves the machine.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod host;
mod matrix;
mod network;
mod relay_only;
mod visit;
