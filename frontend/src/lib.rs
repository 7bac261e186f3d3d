//! The browser's side of Banter. Every rule lives in `banter-protocol`; this crate carries them out.

pub mod app;
pub mod components;
pub mod driver;
pub mod event;
pub mod handle;
pub mod notice;
pub mod platform;
pub mod route;
pub mod shell;
pub mod store;
pub mod turn;
pub mod webrtc;
mod words;
