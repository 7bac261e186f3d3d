//! The browser's side of Banter. Every rule lives in `banter-protocol`; this crate carries them out.

pub mod handle;
pub mod store;
