//! What every part of a room is handed with an input.

use super::Io;
use crate::time::Timestamp;

/// The time, and where to put what is to be done.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) now: Timestamp,
    /// What people call the time.
    pub(super) wall: Timestamp,
    pub(super) io: &'a mut Io,
}
