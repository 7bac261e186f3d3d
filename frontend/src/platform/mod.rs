//! What the browser gives besides WebRTC, each piece behind a name that cannot throw: an absent or blocked API
//! is a value here, never a panic.

pub mod address;
pub mod alarm;
pub mod build;
pub mod capability;
pub mod clipboard;
pub mod clock;
pub mod database;
pub mod log_store;
pub mod page_listeners;
pub mod preferences;
pub mod profile_store;
pub mod random;
pub mod size_watch;
pub mod storage;
pub mod tab_lock;
pub mod tab_storage;
pub mod text;
pub mod theme;
pub mod transfer;
