//! The room that one is in: its head, its dialogs, how it is connected, what an empty one says.

pub(crate) mod chat_room;
mod connection_status;
mod copy_invite;
pub(crate) mod empty_room;
mod invite_dialog;
mod move_invites;
pub(crate) mod page_title;
mod renew_dialog;
pub(crate) mod room_dialog;
mod room_header;
