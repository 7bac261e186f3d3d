//! How long the driver goes on before the browser has its turn: to draw, and to hear what the person does. Pure.

use std::time::Duration;

use banter_protocol::time::Timestamp;

/// About two frames of a screen.
const LONGEST: Duration = Duration::from_millis(32);

/// After so long without an event the browser has had its turn. Shorter pauses may have gone into drawing what the last event changed.
const PAUSE: Duration = Duration::from_millis(50);

/// A run of events without a longer pause.
#[derive(Debug, Default)]
pub struct Turn {
    /// When it began, and when its last event was done.
    span: Option<(Timestamp, Timestamp)>,
}

impl Turn {
    /// An event was handled, from then to then. Whether it is somebody else's turn now.
    pub fn handle_event(&mut self, from: Timestamp, to: Timestamp) -> bool {
        let span = self.span.filter(|(_, last)| from.since(*last) < PAUSE);
        let (began, _) = span.unwrap_or((from, from));
        self.span = Some((began, to));
        to.since(began) >= LONGEST
    }

    /// The others have had theirs.
    pub fn begin_anew(&mut self) {
        self.span = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_000 + millis)
    }

    #[test]
    fn many_small_events_in_a_row_end_the_turn_as_one_long_one_does() {
        let mut turn = Turn::default();
        let over = (0..20).find(|number| turn.handle_event(at(number * 3), at(number * 3 + 2)));
        assert_eq!(over, Some(10));
        turn.begin_anew();
        assert!(!turn.handle_event(at(60), at(62)));
        assert!(turn.handle_event(at(62), at(100)));
    }

    #[test]
    fn events_with_pauses_between_them_never_do() {
        let mut turn = Turn::default();
        for number in 0..100 {
            assert!(
                !turn.handle_event(at(number * 60), at(number * 60 + 5)),
                "{number}"
            );
        }
    }
}
