//! What a person sees. Components read the store through selectors and call the handle; they decide nothing.
//!
//! Rules that need no browser (grouping, words, times, which messages are in the page) are pure functions in
//! files of their own.

mod avatar;
mod chat_room;
mod connection_status;
mod copy_invite;
mod draft;
mod empty_room;
mod error_banner;
mod error_words;
mod focus;
mod grouping;
mod icon;
mod identity;
mod link_words;
mod lobby_form;
mod lobby_words;
mod local_clock;
mod local_time;
mod logo;
mod message_chunk;
mod message_input;
mod message_length;
mod message_list;
mod message_row;
mod page;
mod page_title;
mod passphrase_field;
mod peer_item;
mod peer_list;
mod reading;
mod room_field;
mod room_header;
mod room_lobby;
mod scene;
mod theme_switch;
mod typing_indicator;

pub use local_clock::LocalClock;
pub use page::Page;
