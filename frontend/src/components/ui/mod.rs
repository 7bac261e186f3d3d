//! What every screen is made of: buttons, icons, dialogs, focus, banners.

pub(crate) mod cluster;
pub(crate) mod dialog;
pub(crate) mod error_banner;
pub(crate) mod focus;
pub(crate) mod icon;
pub(crate) mod logo;
pub(crate) mod press;
pub(crate) mod problem;
pub(crate) mod qr_code;
pub(crate) mod relay_switch;
pub(crate) mod theme_switch;
pub(crate) mod update_notice;
