//! What is said: the list with its place of reading, each row, the box to write in.

pub(crate) mod anchor;
pub(crate) mod author_mark;
pub(crate) mod draft;
pub(crate) mod gap_row;
pub(crate) mod grouping;
pub(crate) mod local_clock;
pub(crate) mod local_time;
pub(crate) mod message_chunk;
pub(crate) mod message_input;
pub(crate) mod message_length;
pub(crate) mod message_list;
pub(crate) mod message_row;
pub(crate) mod printing;
pub(crate) mod reading;
pub(crate) mod reading_place;
pub(crate) mod today;
pub(crate) mod transcript;
pub(crate) mod typing_indicator;
