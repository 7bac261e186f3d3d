//! Every screen, rendered natively from a state of the store.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod markup;
mod screen;
mod states;

mod lobby;
mod log;
mod markup_in_text;
mod room;
