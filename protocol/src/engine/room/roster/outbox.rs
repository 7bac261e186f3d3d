//! What one peer has not acknowledged yet, in the order in which it was said.
//!
//! Acknowledgements are the flow control: at most [`limits::UNACKNOWLEDGED_BYTES`] are under way, so that the
//! browser's own queue stays short and a burst never makes typing wait. A new connection gets again what the
//! one before it may have lost.

use std::{collections::VecDeque, time::Duration};

use crate::{crypto::IdentityKey, ids::MessageId, limits, time::Timestamp};

#[derive(Debug, Default)]
pub(in crate::engine) struct Outbox {
    /// Whom all this is for; a peer id can be taken by somebody else.
    owner: Option<IdentityKey>,
    waiting: VecDeque<MessageId>,
    under_way: VecDeque<(MessageId, usize)>,
    bytes_under_way: usize,
    /// How often this has gone on, and what it was when it was looked at first and how long ago that is.
    progress: u64,
    stands_since: Option<(u64, Timestamp)>,
}

/// Whoever acknowledges nothing for so long, with as much under way as may be, is waited for no more.
const STALLED_AFTER: Duration = Duration::from_secs(60);

impl Outbox {
    /// One for somebody who is known, or for whoever sits there.
    pub(in crate::engine) fn of(owner: Option<IdentityKey>) -> Self {
        Self {
            owner,
            ..Self::default()
        }
    }

    /// Somebody has proved who they are. Gives what was for another person, and is not for them.
    pub(in crate::engine) fn claim(&mut self, identity: IdentityKey) -> Vec<MessageId> {
        let was_for = self.owner.replace(identity);
        if was_for.is_none_or(|owner| owner == identity) {
            return Vec::new();
        }
        self.handle_reconnected();
        self.waiting.drain(..).collect()
    }

    /// Whom this is for, where they are known.
    pub(in crate::engine) fn owner(&self) -> Option<IdentityKey> {
        self.owner
    }

    /// Everything that was not acknowledged.
    pub(in crate::engine) fn into_messages(mut self) -> impl Iterator<Item = MessageId> {
        self.handle_reconnected();
        self.waiting.into_iter()
    }

    /// Whether nothing goes on, though there is more to send and a connection. Asked again and again.
    pub(in crate::engine) fn is_stalled(&mut self, now: Timestamp) -> bool {
        if self.waiting.is_empty() || self.next_message().is_some() {
            self.stands_since = None;
            return false;
        }
        match self.stands_since {
            Some((progress, since)) if progress == self.progress => {
                now.since(since) >= STALLED_AFTER
            }
            Some(_) | None => {
                self.stands_since = Some((self.progress, now));
                false
            }
        }
    }

    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.under_way.is_empty()
    }

    /// Queues a message; gives the oldest one back where there are too many.
    pub(in crate::engine) fn push(&mut self, id: MessageId) -> Option<MessageId> {
        self.waiting.push_back(id);
        if self.waiting.len() > limits::OUTBOX_MESSAGES {
            self.waiting.pop_front()
        } else {
            None
        }
    }

    /// The next message to send, if it may be sent now.
    pub(in crate::engine) fn next_message(&self) -> Option<MessageId> {
        let next = *self.waiting.front()?;
        (self.bytes_under_way < limits::UNACKNOWLEDGED_BYTES).then_some(next)
    }

    /// The next message was sent, with so many bytes.
    pub(in crate::engine) fn handle_sent(&mut self, bytes: usize) {
        if let Some(id) = self.waiting.pop_front() {
            self.under_way.push_back((id, bytes));
            self.bytes_under_way += bytes;
        }
    }

    /// The next message is not to be sent any more.
    pub(in crate::engine) fn skip(&mut self) {
        self.waiting.pop_front();
    }

    /// The peer has this message. Gives whether it was waited for.
    pub(in crate::engine) fn handle_delivered(&mut self, id: MessageId) -> bool {
        let Some(index) = self.under_way.iter().position(|&(sent, _)| sent == id) else {
            return false;
        };
        if let Some((_, bytes)) = self.under_way.remove(index) {
            self.bytes_under_way = self.bytes_under_way.saturating_sub(bytes);
        }
        self.progress += 1;
        true
    }

    /// A new connection is in use: all that was under way goes again, before the rest.
    pub(in crate::engine) fn handle_reconnected(&mut self) {
        self.bytes_under_way = 0;
        self.progress += 1;
        while let Some((id, _)) = self.under_way.pop_back() {
            self.waiting.push_front(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Identity;

    /// Promise 4: whoever takes a peer id that another person had gets nothing of what was for that person.
    #[test]
    fn what_was_for_one_person_is_not_handed_to_another() {
        let key = |seed| Identity::from_seed(&[seed; 32]).key();
        let message = |number| MessageId::from_random(number);
        let mut outbox = Outbox::of(Some(key(1)));
        for number in 0..3 {
            outbox.push(message(number));
        }
        outbox.handle_sent(10);
        assert!(outbox.claim(key(1)).is_empty());
        assert_eq!(outbox.claim(key(2)), [0, 1, 2].map(message));
        assert!(outbox.is_empty() && outbox.claim(key(2)).is_empty());
        // Whoever is not known yet is whoever proves to be there.
        let mut unknown = Outbox::default();
        unknown.push(message(7));
        assert!(unknown.claim(key(1)).is_empty());
        assert_eq!(unknown.next_message(), Some(message(7)));
    }

    #[test]
    fn whoever_acknowledges_nothing_for_a_minute_is_stalled_and_nobody_else() {
        let at = |seconds: u64| Timestamp::from_millis(seconds * 1000);
        let mut outbox = Outbox::default();
        for number in 0..3 {
            outbox.push(id(number));
        }
        assert!(!outbox.is_stalled(at(0)));
        drain(&mut outbox, limits::UNACKNOWLEDGED_BYTES);
        for (second, stalled) in [(1, false), (60, false), (61, true), (500, true)] {
            assert_eq!(outbox.is_stalled(at(second)), stalled, "{second}");
        }
        outbox.handle_delivered(id(0));
        assert!(!outbox.is_stalled(at(501)), "there is room");
        drain(&mut outbox, limits::UNACKNOWLEDGED_BYTES);
        assert!(!outbox.is_stalled(at(502)) && outbox.is_stalled(at(600)));
        outbox.handle_reconnected();
        drain(&mut outbox, limits::UNACKNOWLEDGED_BYTES);
        assert!(!outbox.is_stalled(at(601)));
        // All that there is to send was sent.
        let mut sent = Outbox::default();
        sent.push(id(9));
        drain(&mut sent, limits::UNACKNOWLEDGED_BYTES);
        assert!(!sent.is_stalled(at(0)) && !sent.is_stalled(at(900)));
    }

    fn id(number: u128) -> MessageId {
        MessageId::from_random(number << 80)
    }

    fn drain(outbox: &mut Outbox, bytes: usize) -> Vec<MessageId> {
        let mut sent = Vec::new();
        while let Some(next) = outbox.next_message() {
            outbox.handle_sent(bytes);
            sent.push(next);
        }
        sent
    }

    #[test]
    fn no_more_is_under_way_than_the_cap_and_acknowledgements_make_room() {
        let mut outbox = Outbox::default();
        for number in 0..10 {
            outbox.push(id(number));
        }
        let half = limits::UNACKNOWLEDGED_BYTES / 2;
        assert_eq!(drain(&mut outbox, half), [id(0), id(1)]);
        assert!(outbox.handle_delivered(id(0)));
        assert_eq!(drain(&mut outbox, half), [id(2)]);
    }

    #[test]
    fn a_new_connection_gets_everything_unacknowledged_in_order() {
        let mut outbox = Outbox::default();
        for number in 0..4 {
            outbox.push(id(number));
        }
        drain(&mut outbox, 1);
        outbox.handle_delivered(id(1));
        outbox.push(id(4));
        outbox.handle_reconnected();
        assert_eq!(drain(&mut outbox, 1), [id(0), id(2), id(3), id(4)]);
        assert!(!outbox.handle_delivered(id(1)), "acknowledged once already");
    }

    #[test]
    fn of_too_many_the_oldest_is_given_up() {
        let mut outbox = Outbox::default();
        let given_up: Vec<_> = (0..=limits::OUTBOX_MESSAGES as u128)
            .filter_map(|number| outbox.push(id(number)))
            .collect();
        assert_eq!(given_up, [id(0)]);
    }
}
