//! What only a browser can answer. Natively there is nothing here.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod certificates;
mod database;
mod dialogs;
mod driver;
mod links;
mod log_store;
mod page_address;
mod patience;
mod profile_store;
mod shell;
mod signaling;
mod storage;
mod stranger;
mod tab_lock;
mod text;
mod two_sides;
mod vectors;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
