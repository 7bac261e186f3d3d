//! The replicated log of a room: everything that lasts. Who has what, how it travels, what is kept, what a person sees of it. Knows
//! no connection, no clock and no screen: members are linked or not, time comes in, what is to be done goes out.
//!
//! | file | what it decides |
//! |---|---|
//! | [`room_log`] | one room's log: hands on what one part gives and another needs |
//! | `session_log` | one session's entries, without holes, each naming the one before |
//! | `logs` | those of all sessions, whose they are, and how much is held |
//! | `piles` | how much there is of each person's, and who makes room |
//! | `stored` | how much of each session is in the store |
//! | `log_entry` | a verified entry, or what is left of one that was deleted |
//! | `sync` | who is asked, answered and told |
//! | `handover` | what is handed over to whom |
//! | [`receipts`] | how far each has come |
//! | [`content`] | what entries say |
//! | [`view`] | the order, and what is seen in it |
//! | [`storing`] | what is stored |
//!
//! What travels is in [`crate::peer::LogMessage`].

pub mod content;
mod handover;
pub mod log_entry;
mod logs;
mod piles;
pub mod place;
pub mod receipts;
pub mod room_log;
mod session_log;
mod stored;
pub mod storing;
mod sync;
pub mod view;

pub use content::{Content, History, Remains, Setting};
pub use log_entry::LogEntry;
pub use piles::Amount;
pub use place::{EntryId, Place};
pub use room_log::{LogOutput, LogSettings, RoomLog};

#[cfg(test)]
mod tests;
