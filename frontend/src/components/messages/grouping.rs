//! How messages stand together: by day, and by author while they go on talking.

use std::time::Duration;

use banter_protocol::{engine::ChatMessage, time::Timestamp};

use super::local_time::LocalTime;

/// A longer pause shows the author again.
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// How a message stands to the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// The first of its day: the day and the author are shown.
    NewDay,
    /// The author is shown.
    NewSender,
    /// The same author goes on.
    FollowUp,
}

impl Placement {
    /// Places `message` below `previous`; `latest` is the latest time of all above it, and `offset_minutes` tells the local clock's
    /// offset from UTC at a moment. Days only go forward: what was said yesterday and comes late stands among today's.
    pub(crate) fn of(
        message: &ChatMessage,
        previous: Option<&ChatMessage>,
        latest: Option<Timestamp>,
        offset_minutes: impl Fn(Timestamp) -> i32,
    ) -> Self {
        let (Some(previous), Some(latest)) = (previous, latest) else {
            return Self::NewDay;
        };
        let day = |moment: Timestamp| LocalTime::new(moment, offset_minutes(moment)).day();
        if day(message.timestamp) > day(latest) {
            return Self::NewDay;
        }
        let same_author = message.from == previous.from
            && message.author == previous.author
            && message.name == previous.name;
        // Clocks of different visits of one author may disagree, so the pause counts both ways.
        let pause = message
            .timestamp
            .since(previous.timestamp)
            .max(previous.timestamp.since(message.timestamp));
        if same_author && pause <= PAUSE {
            Self::FollowUp
        } else {
            Self::NewSender
        }
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::engine::DeliveryStatus;

    use super::*;

    const NOON_MS: u64 = 1_793_620_800_000;

    fn message(author: u128, minutes_after_noon: i64) -> ChatMessage {
        ChatMessage {
            id: uuid_of(1),
            from: uuid_of(author),
            name: format!("Person {author}"),
            author: None,
            own: false,
            text: "Hello".parse().unwrap(),
            timestamp: Timestamp::from_millis(
                NOON_MS
                    .checked_add_signed(minutes_after_noon * 60_000)
                    .unwrap(),
            ),
            status: DeliveryStatus::Delivered,
        }
    }

    fn uuid_of<T: std::str::FromStr>(bits: u128) -> T
    where
        T::Err: std::fmt::Debug,
    {
        format!("00000000-0000-4000-8000-{bits:012x}")
            .parse()
            .unwrap()
    }

    fn place(message: &ChatMessage, previous: &ChatMessage) -> Placement {
        Placement::of(message, Some(previous), Some(previous.timestamp), |_| 0)
    }

    #[test]
    fn the_first_message_opens_its_day() {
        assert_eq!(
            Placement::of(&message(1, 0), None, None, |_| 0),
            Placement::NewDay
        );
    }

    #[test]
    fn one_author_goes_on_until_a_pause_of_more_than_five_minutes() {
        assert_eq!(place(&message(1, 5), &message(1, 0)), Placement::FollowUp);
        assert_eq!(place(&message(1, 6), &message(1, 0)), Placement::NewSender);
        assert_eq!(place(&message(1, -6), &message(1, 0)), Placement::NewSender);
    }

    #[test]
    fn another_author_or_another_name_is_shown() {
        assert_eq!(place(&message(2, 1), &message(1, 0)), Placement::NewSender);
        let renamed = ChatMessage {
            name: "Ada".to_owned(),
            ..message(1, 1)
        };
        assert_eq!(place(&renamed, &message(1, 0)), Placement::NewSender);
    }

    #[test]
    fn a_day_begins_where_the_reader_lives() {
        let (before, after) = (message(1, 719), message(1, 720));
        assert_eq!(place(&after, &before), Placement::NewDay);
        let an_hour_ahead = |_: Timestamp| 60;
        assert_eq!(
            Placement::of(&after, Some(&before), Some(before.timestamp), an_hour_ahead),
            Placement::FollowUp
        );
    }

    #[test]
    fn what_was_said_yesterday_and_comes_late_opens_no_day_and_neither_does_what_follows() {
        let (today, late) = (message(1, 0), message(2, -24 * 60));
        let latest = Some(today.timestamp);
        let placed = |message: &ChatMessage, previous: &ChatMessage| {
            Placement::of(message, Some(previous), latest, |_| 0)
        };
        assert_eq!(placed(&late, &today), Placement::NewSender);
        assert_eq!(placed(&message(1, 1), &late), Placement::NewSender);
        assert_eq!(placed(&message(1, 720), &late), Placement::NewDay);
    }
}
