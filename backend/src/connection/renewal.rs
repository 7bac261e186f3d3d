//! When a socket's `iceServers` are to be renewed.

use std::time::Duration;

use banter_protocol::time::Timestamp;

/// Runs while the socket is in a room: only who has a seat is given credentials.
#[derive(Debug)]
pub(super) struct Renewal {
    after: Option<Duration>,
    due: Option<Timestamp>,
}

impl Renewal {
    /// Each time so long after the last; never without a time.
    pub(super) fn new(after: Option<Duration>) -> Self {
        Self { after, due: None }
    }

    /// Some were given just now.
    pub(super) fn start(&mut self, now: Timestamp) {
        self.due = self.after.map(|after| now + after);
    }

    /// No more are given.
    pub(super) fn stop(&mut self) {
        self.due = None;
    }

    /// Whether it is time for new ones. Asked at each heartbeat, so that it needs no timer of its own.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_again_and_again_but_only_in_a_room() {
        let minute = Duration::from_secs(60);
        let now = Timestamp::from_millis(5);
        let mut renewal = Renewal::new(Some(minute));
        assert!(!renewal.is_due(now + minute), "not joined yet");
        renewal.start(now);
        assert!(!renewal.is_due(now + minute - Duration::from_millis(1)));
        assert!(renewal.is_due(now + minute));
        renewal.start(now + minute);
        assert!(!renewal.is_due(now + minute));
        assert!(renewal.is_due(now + 2 * minute));
        renewal.stop();
        assert!(!renewal.is_due(now + 3 * minute));
        let mut never = Renewal::new(None);
        never.start(now);
        assert!(!never.is_due(now + 100 * minute));
    }
}
