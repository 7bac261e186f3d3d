//! What is said: the list with its place of reading, each row, the box to write in.

mod anchor;
mod author_mark;
mod draft;
mod gap_row;
mod grouping;
pub(crate) mod local_clock;
mod local_time;
mod message_chunk;
pub(crate) mod message_input;
mod message_length;
pub(crate) mod message_list;
mod message_row;
mod printing;
mod reading;
mod reading_place;
mod today;
mod transcript;
pub(crate) mod typing_indicator;
