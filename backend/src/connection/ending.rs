//! How the service of a socket comes to its end.

use banter_protocol::signaling::CloseCause;

/// How a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The client is gone already.
    Gone,
    /// The server closes.
    Close(CloseCause),
}
