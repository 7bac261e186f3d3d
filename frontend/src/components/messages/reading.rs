//! Which part of the log is in the page. A reader at the newest message gets the newest ones; a reader who went
//! back keeps the place, and older messages come in steps.

use std::{ops::Range, rc::Rc};

use yew::Reducible;

/// Messages that are in the page at least.
const NEWEST: usize = 500;

/// Messages that come at once when the reader goes back.
const STEP: usize = 200;

/// Messages that one chunk of the page holds; only chunks that changed are rendered again.
const CHUNK: usize = 100;

/// Where the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reading {
    /// At the newest message, and following.
    #[default]
    Newest,
    /// Further back.
    Back {
        /// The first message in the page.
        start: usize,
        /// How many messages there were when the reader went back, or saw the newest last.
        seen: usize,
        /// Whether older messages are just being added, which nobody needs to hear.
        loading: Loading,
    },
}

/// Whether older messages are just being added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loading {
    /// They are.
    Earlier,
    /// What is added is new.
    Nothing,
}

/// What the reader does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReadingAction {
    /// Arrives at the newest message.
    ReachNewest,
    /// Leaves it, in a log of `len` messages.
    GoBack {
        /// Length of the log.
        len: usize,
    },
    /// Asks for older messages, in a log of `len` messages.
    ShowEarlier {
        /// Length of the log.
        len: usize,
    },
    /// The older messages are there.
    EarlierShown,
}

impl Reading {
    /// All of a log of `len` messages in the page.
    pub(crate) fn all(len: usize) -> Self {
        Self::Back {
            start: 0,
            seen: len,
            loading: Loading::Nothing,
        }
    }

    /// The first message in the page, of a log of `len` messages. Always the first of a chunk.
    pub(crate) fn start(self, len: usize) -> usize {
        match self {
            Self::Newest => len.saturating_sub(NEWEST) / CHUNK * CHUNK,
            Self::Back { start, .. } => start.min(len),
        }
    }

    /// The chunks in the page.
    pub(crate) fn chunks(self, len: usize) -> impl Iterator<Item = Range<usize>> {
        (self.start(len)..len)
            .step_by(CHUNK)
            .map(move |start| start..len.min(start + CHUNK))
    }

    /// Messages that came since the reader went back.
    pub(crate) fn unseen(self, len: usize) -> usize {
        match self {
            Self::Newest => 0,
            Self::Back { seen, .. } => len.saturating_sub(seen),
        }
    }
}

impl Reducible for Reading {
    type Action = ReadingAction;

    fn reduce(self: Rc<Self>, action: ReadingAction) -> Rc<Self> {
        let next = match (action, *self) {
            (ReadingAction::ReachNewest, _) => Self::Newest,
            (ReadingAction::GoBack { .. }, Self::Back { .. })
            | (ReadingAction::EarlierShown, Self::Newest) => return self,
            (ReadingAction::GoBack { len }, Self::Newest) => Self::Back {
                start: self.start(len),
                seen: len,
                loading: Loading::Nothing,
            },
            (ReadingAction::ShowEarlier { len }, reading) => Self::Back {
                start: reading.start(len).saturating_sub(STEP),
                seen: len - reading.unseen(len),
                loading: Loading::Earlier,
            },
            (ReadingAction::EarlierShown, Self::Back { start, seen, .. }) => Self::Back {
                start,
                seen,
                loading: Loading::Nothing,
            },
        };
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(reading: Reading, action: ReadingAction) -> Reading {
        *Rc::new(reading).reduce(action)
    }

    #[test]
    fn at_least_the_newest_500_are_in_the_page_and_never_more_than_a_chunk_besides() {
        for len in [0, 1, 499, 500, 501, 599, 600, 10_000, 10_001, 10_099] {
            let shown = len - Reading::Newest.start(len);
            assert!(shown >= len.min(500), "{shown} of {len}");
            assert!(shown < 600, "{shown} of {len}");
        }
    }

    #[test]
    fn chunks_cover_what_is_shown_and_keep_their_borders() {
        for len in [0, 1, 100, 101, 523, 10_042] {
            let chunks: Vec<_> = Reading::Newest.chunks(len).collect();
            assert_eq!(
                chunks.iter().map(Range::len).sum::<usize>(),
                len - Reading::Newest.start(len)
            );
            assert!(chunks.iter().all(|chunk| chunk.start % 100 == 0));
            assert_eq!(chunks.last().map_or(0, |chunk| chunk.end), len);
        }
    }

    #[test]
    fn a_reader_who_went_back_keeps_the_place_and_hears_of_what_is_new() {
        let back = after(Reading::Newest, ReadingAction::GoBack { len: 1_000 });
        assert_eq!(back.start(1_000), 500);
        assert_eq!(back.unseen(1_000), 0);
        assert_eq!(back.start(1_350), 500);
        assert_eq!(back.unseen(1_350), 350);
        assert_eq!(after(back, ReadingAction::GoBack { len: 1_350 }), back);
        assert_eq!(after(back, ReadingAction::ReachNewest), Reading::Newest);
    }

    #[test]
    fn older_messages_come_in_steps_down_to_the_first() {
        let mut reading = Reading::Newest;
        let mut starts = Vec::new();
        for _ in 0..4 {
            reading = after(reading, ReadingAction::ShowEarlier { len: 1_050 });
            starts.push(reading.start(1_050));
        }
        assert_eq!(starts, [300, 100, 0, 0]);
        assert_eq!(reading.unseen(1_053), 3);
        assert!(matches!(
            reading,
            Reading::Back {
                loading: Loading::Earlier,
                ..
            }
        ));
        let settled = after(reading, ReadingAction::EarlierShown);
        assert!(matches!(
            settled,
            Reading::Back {
                start: 0,
                loading: Loading::Nothing,
                ..
            }
        ));
    }
}
