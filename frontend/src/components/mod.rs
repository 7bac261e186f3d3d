//! What a person sees. Components read the store through selectors and call the handle; they decide nothing, and take their
//! texts from `frontend/src/words/`.
//!
//! Rules that need no browser (grouping, times, which messages are in the page) are pure functions in files of their own.

mod lobby;
mod messages;
mod page;
mod people;
mod room;
mod trust;
mod ui;

pub use messages::local_clock::LocalClock;
pub use page::Page;
pub use room::room_dialog::RoomDialog;
