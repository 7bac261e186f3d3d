//! What a chat message says.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{limits, visibility::shows_something};

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseTextError {
    /// Nothing that can be seen.
    #[error("there is nothing to send")]
    Empty,
    /// More than [`limits::MESSAGE_TEXT_BYTES`].
    #[error("a message has at most {} KiB", limits::MESSAGE_TEXT_BYTES / 1024)]
    TooLong,
}

/// The text of a chat message: at most 48 KiB, with something to see in it. Shared, since it is shown, stored and sent to
/// many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(Arc<str>);

impl MessageText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageText {
    type Err = ParseTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > limits::MESSAGE_TEXT_BYTES {
            return Err(ParseTextError::TooLong);
        }
        if !shows_something(text) {
            return Err(ParseTextError::Empty);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for MessageText {
    type Error = ParseTextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> Self {
        text.as_str().to_owned()
    }
}

impl fmt::Display for MessageText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_visible_and_at_most_48_kib() {
        for nothing in [
            "",
            " \n",
            "\u{200b}",
            "\u{2800} \u{2800}",
            "\u{fe0f}\u{ad}",
            "\u{1}\t",
        ] {
            assert_eq!(nothing.parse::<MessageText>(), Err(ParseTextError::Empty));
        }
        let longest = "x".repeat(limits::MESSAGE_TEXT_BYTES);
        assert_eq!(longest.parse::<MessageText>().unwrap().as_str(), longest);
        assert_eq!(
            format!("{longest}x").parse::<MessageText>(),
            Err(ParseTextError::TooLong)
        );
    }
}
