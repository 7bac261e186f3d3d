//! Moments as a person reads them: the local time of day and the day. Pure: the offset of the local clock from
//! UTC comes in as minutes.

use std::time::Duration;

use banter_protocol::time::Timestamp;

use crate::words::time;

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The last millisecond of the year 9999: what a peer dates later than that is shown as that.
const LATEST_MS: u64 = 253_402_300_799_999;

/// A moment on a clock that is `offset_minutes` ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    local_ms: i64,
    offset_minutes: i32,
}

impl LocalTime {
    pub(crate) fn new(moment: Timestamp, offset_minutes: i32) -> Self {
        let utc_ms = moment.as_millis().min(LATEST_MS).cast_signed();
        Self {
            local_ms: utc_ms + i64::from(offset_minutes) * MINUTE_MS,
            offset_minutes,
        }
    }

    /// `HH:MM`, 24 hours.
    pub(crate) fn hours_and_minutes(self) -> String {
        let minutes = self.local_ms.rem_euclid(DAY_MS) / MINUTE_MS;
        time::time_of_day(minutes / 60, minutes % 60)
    }

    pub(crate) fn day(self) -> Day {
        Day(self.local_ms.div_euclid(DAY_MS))
    }

    /// How long until the day ends, if the clock is not set meanwhile.
    pub(crate) fn until_midnight(self) -> Duration {
        let left_ms = DAY_MS - self.local_ms.rem_euclid(DAY_MS);
        Duration::from_millis(left_ms.unsigned_abs())
    }

    /// A global date and time for the `datetime` attribute (HTML, section 2.3.5.7), in UTC.
    pub(crate) fn datetime(self) -> String {
        let utc_ms = self.local_ms - i64::from(self.offset_minutes) * MINUTE_MS;
        let (year, month, day) = Day(utc_ms.div_euclid(DAY_MS)).date();
        let seconds = utc_ms.rem_euclid(DAY_MS) / 1000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
    }
}

/// A day of the local calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64);

impl Day {
    /// What stands above the messages of this day, seen from `today`.
    pub(crate) fn label(self, today: Self) -> String {
        let (year, month, day) = self.date();
        let other_year = (year != today.date().0).then_some(year);
        match today.0 - self.0 {
            0 => time::TODAY.to_owned(),
            1 => time::YESTERDAY.to_owned(),
            _ => time::date(self.0.rem_euclid(7), day, month, other_year),
        }
    }

    /// A valid date string for the `datetime` attribute (HTML, section 2.3.5.2).
    pub(crate) fn datetime(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Year, month from 1 and day from 1 of the Gregorian calendar, counted in eras of 400 years that begin in
    /// March, so that the leap day comes last.
    fn date(self) -> (i64, i64, i64) {
        const ERA_DAYS: i64 = 146_097;
        const DAYS_FROM_MARCH_OF_YEAR_0: i64 = 719_468;
        let days = self.0 + DAYS_FROM_MARCH_OF_YEAR_0;
        let era = days.div_euclid(ERA_DAYS);
        let day_of_era = days.rem_euclid(ERA_DAYS);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2 November 2026, 13:05:09 UTC.
    const MOMENT: Timestamp = Timestamp::from_millis(1_793_624_709_123);

    #[test]
    fn the_time_of_day_is_local_and_the_attribute_is_utc() {
        for (offset, shown) in [(0, "13:05"), (60, "14:05"), (-330, "07:35"), (845, "03:10")] {
            let time = LocalTime::new(MOMENT, offset);
            assert_eq!(time.hours_and_minutes(), shown, "offset {offset}");
            assert_eq!(time.datetime(), "2026-11-02T13:05:09Z");
        }
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        assert_eq!(LocalTime::new(MOMENT, 0).day().datetime(), "2026-11-02");
        assert_eq!(
            LocalTime::new(MOMENT, 11 * 60).day().datetime(),
            "2026-11-03"
        );
        assert_eq!(
            LocalTime::new(Timestamp::from_millis(0), -60)
                .day()
                .datetime(),
            "1969-12-31"
        );
    }

    #[test]
    fn midnight_is_as_far_as_the_local_clock_says() {
        let minutes = |offset| LocalTime::new(MOMENT, offset).until_midnight().as_secs() / 60;
        assert_eq!([minutes(0), minutes(60), minutes(-330)], [654, 594, 984]);
        let midnight = LocalTime::new(Timestamp::from_millis(0), 0);
        assert_eq!(midnight.until_midnight(), Duration::from_secs(24 * 60 * 60));
    }

    #[test]
    fn days_are_named_as_people_name_them() {
        let today = LocalTime::new(MOMENT, 0).day();
        for (days_ago, label) in [
            (0, "Today"),
            (1, "Yesterday"),
            (2, "Saturday 31 October"),
            (245, "Monday 2 March"),
            (365, "Sunday 2 November 2025"),
            (-1, "Tuesday 3 November"),
        ] {
            assert_eq!(Day(today.0 - days_ago).label(today), label);
        }
    }

    #[test]
    fn leap_days_and_turns_of_centuries_are_right() {
        for (days, date) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_512, "2026-02-28"),
            (20_513, "2026-03-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(Day(days).datetime(), date);
        }
    }

    #[test]
    fn a_clock_from_the_far_future_is_shown_without_harm() {
        let time = LocalTime::new(Timestamp::from_millis(u64::MAX), 0);
        assert_eq!(time.datetime(), "9999-12-31T23:59:59Z");
        assert_eq!(time.hours_and_minutes(), "23:59");
    }
}
