//! Which sequence numbers were there already (RFC 4303, section 3.4.3): what comes twice or far too late is dropped, what comes
//! out of order is not.

const WIDTH: u64 = 64;

/// A window over the last 64 numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReplayWindow {
    highest: u64,
    /// Bit n stands for `highest - n`.
    seen: u64,
}

impl ReplayWindow {
    /// Whether this number may still come. Numbers begin at 1.
    pub(crate) fn is_new(&self, number: u64) -> bool {
        match self.highest.checked_sub(number) {
            None => true,
            Some(age) => number != 0 && age < WIDTH && self.seen & (1 << age) == 0,
        }
    }

    /// Takes note of a number whose message is genuine.
    pub(crate) fn remember(&mut self, number: u64) {
        if let Some(ahead) = number.checked_sub(self.highest).filter(|&ahead| ahead > 0) {
            self.seen = if ahead < WIDTH { self.seen << ahead } else { 0 };
            self.highest = number;
        }
        let age = self.highest - number;
        if age < WIDTH {
            self.seen |= 1 << age;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_comes_twice_or_64_late_is_old() {
        let mut window = ReplayWindow::default();
        assert!(!window.is_new(0));
        for number in [1, 3, 100] {
            assert!(window.is_new(number));
            window.remember(number);
            assert!(!window.is_new(number));
        }
        assert!(!window.is_new(36) && window.is_new(37));
        window.remember(u64::MAX);
        assert!(!window.is_new(u64::MAX) && window.is_new(u64::MAX - 63));
    }

    proptest! {
        /// Promise 7.
        #[test]
        fn the_window_agrees_with_a_set(numbers in prop::collection::vec(1_u64..300, 1..200)) {
            let (mut window, mut seen) = (ReplayWindow::default(), BTreeSet::new());
            for number in numbers {
                let highest = seen.last().copied().unwrap_or(0);
                let expected = !seen.contains(&number) && number + WIDTH > highest;
                prop_assert_eq!(window.is_new(number), expected);
                if expected {
                    window.remember(number);
                    seen.insert(number);
                }
            }
        }
    }
}
