//! The room that one is in: its head, its dialogs, how it is connected, what an empty one says.

pub(crate) mod chat_room;
pub(crate) mod connection_status;
pub(crate) mod copy_invite;
pub(crate) mod empty_room;
pub(crate) mod invite_dialog;
pub(crate) mod move_invites;
pub(crate) mod page_title;
pub(crate) mod renew_dialog;
pub(crate) mod room_dialog;
pub(crate) mod room_header;
