//! How long a draft is, in words that help before it is too long.

use banter_protocol::limits::MESSAGE_TEXT_BYTES;

use crate::words::messages;

/// From here on the length is worth showing.
const NEAR: usize = MESSAGE_TEXT_BYTES / 10 * 9;

/// How the length of a draft stands to the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DraftLength {
    /// Far from it.
    Fine,
    /// Near it, with the words that say how near.
    Near(String),
    /// Over it, with the words that say by how much.
    TooLong(String),
}

impl DraftLength {
    /// Of a text, by its bytes in UTF-8.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.len();
        let words = || messages::length(bytes, MESSAGE_TEXT_BYTES);
        if bytes > MESSAGE_TEXT_BYTES {
            Self::TooLong(words())
        } else if bytes >= NEAR {
            Self::Near(words())
        } else {
            Self::Fine
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_counted_in_bytes_and_shown_near_the_limit() {
        assert_eq!(DraftLength::of(&"x".repeat(44_000)), DraftLength::Fine);
        assert_eq!(
            DraftLength::of(&"é".repeat(24_576)),
            DraftLength::Near("49,152 of 49,152 bytes".to_owned())
        );
        assert_eq!(
            DraftLength::of(&"x".repeat(49_153)),
            DraftLength::TooLong("49,153 of 49,152 bytes".to_owned())
        );
    }
}
