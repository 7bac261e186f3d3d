//! How days and times of day are written.

pub(crate) const TODAY: &str = "Today";
pub(crate) const YESTERDAY: &str = "Yesterday";

/// From the weekday of 1 January 1970 on.
const WEEKDAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day: its weekday (0 was that of 1 January 1970), day and month from 1, and the year where it is another than the reader's.
pub(crate) fn date(weekday: i64, day: i64, month: i64, other_year: Option<i64>) -> String {
    let weekday = name_of(&WEEKDAYS, weekday);
    let month = name_of(&MONTHS, month - 1);
    match other_year {
        None => format!("{weekday} {day} {month}"),
        Some(year) => format!("{weekday} {day} {month} {year}"),
    }
}

/// `HH:MM`, 24 hours.
pub(crate) fn time_of_day(hours: i64, minutes: i64) -> String {
    format!("{hours:02}:{minutes:02}")
}

/// A time of another day than the one that is spoken of.
pub(crate) fn time_on_day(day: &str, time: &str) -> String {
    [day, ", ", time].concat()
}

fn name_of<const N: usize>(names: &[&'static str; N], index: i64) -> &'static str {
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_another_year_names_it() {
        assert_eq!(date(4, 2, 11, None), "Monday 2 November");
        assert_eq!(date(3, 2, 11, Some(2025)), "Sunday 2 November 2025");
    }

    #[test]
    fn a_time_has_two_digits_for_each_and_follows_its_day() {
        assert_eq!(time_of_day(3, 7), "03:07");
        assert_eq!(time_on_day(YESTERDAY, "23:58"), "Yesterday, 23:58");
    }
}
