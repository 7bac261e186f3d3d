//! A server of a test's own, and clients that speak the contract's words.

pub(crate) mod binary;
pub(crate) mod client;
pub(crate) mod exposition;
pub(crate) mod http;
pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod tls;

pub(crate) use client::Client;
pub(crate) use server::TestServer;

use std::time::Duration;

/// No test waits longer than this for anything that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A peer id with this number in it.
pub(crate) fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let poll = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, poll)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}
