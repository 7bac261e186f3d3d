//! Every screen, rendered natively from a state of the store.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use banter_frontend::{components::RoomDialog, store::ChatStore};

mod markup;
mod screen;
mod states;
mod update;

mod bounds;
mod dialogs;
mod hiding;
mod lobby;
mod log;
mod markup_in_text;
mod moves;
mod names;
mod people;
mod room;

/// The page as HTML, without a dialog of the room.
fn render(state: ChatStore) -> String {
    screen::render_with(state, RoomDialog::Closed)
}
