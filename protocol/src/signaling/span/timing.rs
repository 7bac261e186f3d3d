//! How long servers wait for each other. Several must run out in order: a server that dies is out of the rosters
//! within 15 s.

use std::time::Duration;

/// Between two signs that a server gives of itself.
pub const SIGN_EVERY: Duration = Duration::from_secs(2);

/// A server that gives no sign for so long is gone.
pub const GONE_AFTER: Duration = Duration::from_secs(10);

/// Between two digests of a room.
pub const DIGEST_EVERY: Duration = Duration::from_secs(30);

/// A server that says nothing of a room for so long has nobody in it: its last word was lost.
pub const PAGE_SILENT_AFTER: Duration = Duration::from_secs(100);

/// Before a server is asked for the same page again.
pub const ASK_AGAIN: Duration = Duration::from_secs(2);

/// Whoever opens a room waits so long for the others' answers.
pub const ANSWERS_WITHIN: Duration = Duration::from_millis(500);

/// A relayed frame waits so long for the news that its sender has come.
pub const EARLY_FRAME_KEPT: Duration = Duration::from_secs(3);
