//! What a person sees. Components read the store through selectors and call the handle; they decide nothing.
//!
//! Rules that need no browser (grouping, words, times, which messages are in the page) are pure functions in
//! files of their own.

mod author_mark;
mod avatar;
mod chat_room;
mod cluster;
mod connection_status;
mod copy_invite;
mod dialog;
mod draft;
mod emoji_comparison;
mod empty_room;
mod error_banner;
mod error_words;
mod focus;
mod gap_row;
mod grouping;
mod icon;
mod identity;
mod invite_dialog;
mod key_notices;
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
mod move_invites;
mod namesakes;
mod page;
mod page_title;
mod passphrase_field;
mod peer_item;
mod peer_list;
mod person_dialog;
mod press;
mod protection_dialog;
mod protection_words;
mod qr_code;
mod reading;
mod relay_switch;
mod renew_dialog;
mod room_dialog;
mod room_field;
mod room_header;
mod room_lobby;
mod room_protection;
mod safety_number;
mod scene;
mod sentence;
mod standing_words;
mod theme_switch;
mod typing_indicator;
mod update_notice;

pub use local_clock::LocalClock;
pub use page::Page;
pub use room_dialog::RoomDialog;
