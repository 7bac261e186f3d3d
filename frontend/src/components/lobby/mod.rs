//! Before a room is entered: which one, under what name, and what stands in the way.

pub(crate) mod lobby_form;
pub(crate) mod lobby_words;
pub(crate) mod passphrase_field;
pub(crate) mod room_field;
pub(crate) mod room_lobby;
pub(crate) mod scene;
pub(crate) mod visit;
