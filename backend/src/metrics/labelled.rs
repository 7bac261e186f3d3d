//! Counters of one name that differ in one label, whose values are known when the program is compiled.

use super::{exposition::Exposition, numbers::Counter};

/// What is counted apart, and the words for it.
pub(crate) trait Label: Copy + PartialEq + 'static {
    /// The label.
    const NAME: &'static str;
    /// Its values.
    const ALL: &'static [Self];

    /// A value as operators read it.
    fn word(self) -> &'static str;
}

/// One counter for each value.
#[derive(Debug)]
pub(crate) struct CountersBy<L> {
    counters: Vec<(L, Counter)>,
}

impl<L: Label> Default for CountersBy<L> {
    fn default() -> Self {
        let counters = L::ALL.iter().map(|value| (*value, Counter::default()));
        Self {
            counters: counters.collect(),
        }
    }
}

impl<L: Label> CountersBy<L> {
    /// Counts one.
    pub(crate) fn increment(&self, value: L) {
        self.add(value, 1);
    }

    /// Counts so many.
    pub(crate) fn add(&self, value: L, number: u64) {
        let found = self.counters.iter().find(|(known, _)| *known == value);
        if let Some((_, counter)) = found {
            counter.add(number);
        }
    }

    /// Writes them all as one family.
    pub(crate) fn write(&self, page: &mut Exposition, name: &'static str, help: &str) {
        let mut family = page.counters(name, help);
        for (value, counter) in &self.counters {
            family.sample(&[(L::NAME, value.word())], counter.get());
        }
    }
}

#[cfg(test)]
mod tests {
    use banter_protocol::signaling::CloseCause;

    use super::*;

    #[test]
    fn each_value_is_counted_for_itself_and_all_are_shown() {
        let closes = CountersBy::<CloseCause>::default();
        closes.increment(CloseCause::Abuse);
        closes.add(CloseCause::Goodbye, 3);
        let mut page = Exposition::default();
        closes.write(&mut page, "closes_total", "Closes.");
        let text = page.into_text();
        assert_eq!(text.lines().count(), 2 + CloseCause::ALL.len());
        for line in [
            "closes_total{cause=\"abuse\"} 1",
            "closes_total{cause=\"goodbye\"} 3",
            "closes_total{cause=\"silent\"} 0",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in {text}");
        }
    }
}
