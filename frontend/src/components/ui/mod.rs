//! What every screen is made of: buttons, icons, dialogs, focus, words of errors.

pub(crate) mod cluster;
pub(crate) mod dialog;
pub(crate) mod error_banner;
pub(crate) mod error_words;
pub(crate) mod focus;
pub(crate) mod icon;
pub(crate) mod logo;
pub(crate) mod press;
pub(crate) mod qr_code;
pub(crate) mod relay_switch;
pub(crate) mod sentence;
pub(crate) mod theme_switch;
pub(crate) mod update_notice;
