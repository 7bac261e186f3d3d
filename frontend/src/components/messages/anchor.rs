//! What a reader holds on to while the page is laid out anew: a message, and where it stands in the view. Pure; lengths
//! are CSS pixels below the view's upper edge.

/// What is seen of a message at least: who says it, and the first line.
const FIRST_LINE_PX: f64 = 48.0;

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    /// Of its upper edge.
    pub(crate) top: f64,
    /// From there to its lower edge.
    pub(crate) height: f64,
}

/// How a row is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hold {
    /// It begins so far below the view's upper edge.
    Edge(f64),
    /// This share of it is above the view's upper edge.
    Within(f64),
}

/// Which of two rows is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// The one that lies over the view's upper edge.
    Covering,
    /// The first one that begins in the view.
    Beginning,
}

impl Hold {
    /// Chooses what to hold in a view of this height. A row that can be seen from its beginning is what the eye goes back to; of
    /// a long one that fills the upper half, the place in it.
    pub(crate) fn choose(
        view_height: f64,
        covering: Option<Span>,
        beginning: Option<Span>,
    ) -> Option<(Held, Self)> {
        let begins_high = beginning.filter(|row| row.top <= view_height / 2.0);
        let edge = |row: Span| (Held::Beginning, Self::Edge(row.top));
        let within = |row: Span| {
            let share = -row.top / row.height.max(1.0);
            (Held::Covering, Self::Within(share.clamp(0.0, 1.0)))
        };
        begins_high
            .map(edge)
            .or(covering.map(within))
            .or(beginning.map(edge))
    }

    /// Where the upper edge of the row belongs, now that the view and the row are so high. Also in a view that became much lower
    /// the row's beginning stays in sight.
    pub(crate) fn place(self, view_height: f64, row_height: f64) -> f64 {
        match self {
            Self::Edge(top) => top.min((view_height - FIRST_LINE_PX).max(view_height / 2.0)),
            Self::Within(share) => -share * row_height,
        }
    }
}

/// The first of `len` rows for which `is_before` does not hold, where it holds for the first ones only. Asks for few of them, since
/// each answer costs the browser a measurement.
pub(crate) fn first_not(len: u32, is_before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn row(top: f64, height: f64) -> Option<Span> {
        Some(Span { top, height })
    }

    #[test]
    fn the_first_message_that_begins_in_the_view_is_held_where_it_stands() {
        let (held, hold) = Hold::choose(600.0, row(-30.0, 50.0), row(24.0, 40.0)).unwrap();
        assert_eq!((held, hold), (Held::Beginning, Hold::Edge(24.0)));
        for (view, row) in [(600.0, 40.0), (100.0, 400.0), (2_000.0, 10.0)] {
            assert!((hold.place(view, row) - 24.0).abs() < 0.01);
        }
    }

    #[test]
    fn of_a_message_longer_than_the_view_the_place_in_it_is_held() {
        let (held, hold) = Hold::choose(600.0, row(-1_500.0, 3_000.0), row(1_500.0, 40.0)).unwrap();
        assert_eq!(held, Held::Covering);
        // Three times as long on a narrow screen: still its middle.
        assert!((hold.place(600.0, 9_000.0) + 4_500.0).abs() < 0.01);
    }

    #[test]
    fn in_a_view_that_became_low_what_was_read_stays_in_sight() {
        let (_, hold) = Hold::choose(600.0, row(-200.0, 480.0), row(280.0, 40.0)).unwrap();
        assert!((hold.place(400.0, 40.0) - 280.0).abs() < 0.01);
        assert!(hold.place(100.0, 40.0) <= 52.0);
        assert!(hold.place(60.0, 40.0) <= 30.0);
        // And is back where it was when the view is.
        assert!((hold.place(600.0, 40.0) - 280.0).abs() < 0.01);
    }

    #[test]
    fn whatever_there_is_can_be_held() {
        assert_eq!(Hold::choose(600.0, None, None), None);
        let low = Hold::choose(600.0, None, row(500.0, 40.0));
        assert_eq!(low, Some((Held::Beginning, Hold::Edge(500.0))));
        let last = Hold::choose(600.0, row(0.0, 0.0), None);
        assert_eq!(last, Some((Held::Covering, Hold::Within(0.0))));
    }

    #[test]
    fn the_border_between_rows_is_found_with_few_questions() {
        for border in [0, 1, 50, 99, 100] {
            let asked = Cell::new(0);
            let found = first_not(100, |row| {
                asked.set(asked.get() + 1);
                row < border
            });
            assert_eq!(found, border);
            assert!(asked.get() <= 7, "{} questions", asked.get());
        }
        assert_eq!(first_not(0, |_| true), 0);
    }
}
