//! Before a room is entered: which one, under what name, and what stands in the way.

mod lobby_form;
mod passphrase_field;
mod room_field;
pub(crate) mod room_lobby;
mod scene;
pub(crate) mod visit;
