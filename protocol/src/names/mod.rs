//! The names of people.

mod lower_case;
mod skeleton;

pub use skeleton::skeleton;

use std::{fmt, str::FromStr};

use crate::limits;

/// Why a text cannot be a person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseNameError {
    /// Nothing that can be seen.
    #[error("a name needs at least one visible character")]
    Empty,
    /// More than [`limits::PERSON_NAME_BYTES`].
    #[error("a name has at most {} bytes", limits::PERSON_NAME_BYTES)]
    TooLong,
    /// A control, bidirectional or invisible formatting character.
    #[error("a name has no control, direction or invisible characters")]
    HiddenCharacter,
}

/// Brings a text into Unicode normalization form NFKC (UAX #15). It is the same for the same text wherever it runs, and comes
/// from outside only because browsers have its tables and the web app need not carry them.
pub type NormalForm = fn(&str) -> String;

/// A person's name: 1 to 64 bytes, trimmed, without control or bidirectional characters.
///
/// Parsing expects text in Unicode normalization form NFKC (UAX #15). The browser normalises by
/// `String.prototype.normalize`; the tables would weigh more here than the rest of the engine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name that somebody else sent, made showable: hidden characters are left out, what is too long is
    /// cut, and what has nothing to show becomes "Someone". Never fails, since a person who is there must
    /// have a name on the screen.
    pub fn from_remote(text: &str) -> Self {
        let visible: String = text.chars().filter(|&c| !is_hidden(c)).collect();
        let mut name = visible.trim();
        if name.len() > limits::PERSON_NAME_BYTES {
            let end = name.floor_char_boundary(limits::PERSON_NAME_BYTES);
            name = name.split_at(end).0.trim_end();
        }
        Self(if skeleton(name).is_empty() {
            "Someone".to_owned()
        } else {
            name.to_owned()
        })
    }

    /// The same in a normal form, which may show what was hidden in another one: it is made showable again.
    #[must_use]
    pub fn normalised(&self, normal_form: NormalForm) -> Self {
        Self::from_remote(&normal_form(&self.0))
    }
}

impl FromStr for PersonName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.chars().any(is_hidden) {
            return Err(ParseNameError::HiddenCharacter);
        }
        let name = text.trim();
        if skeleton(name).is_empty() {
            return Err(ParseNameError::Empty);
        }
        if name.len() > limits::PERSON_NAME_BYTES {
            return Err(ParseNameError::TooLong);
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Controls, and characters that steer direction or cannot be seen (Unicode `Bidi_Control` and the common
/// default-ignorable ones). The zero-width joiner stays: emoji and Indic scripts are written with it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_visible_and_at_most_64_bytes() {
        assert_eq!(" Ada ".parse::<PersonName>().unwrap().as_str(), "Ada");
        assert_eq!("李小龍".parse::<PersonName>().unwrap().as_str(), "李小龍");
        assert_eq!("  ".parse::<PersonName>(), Err(ParseNameError::Empty));
        assert_eq!(
            "x".repeat(65).parse::<PersonName>(),
            Err(ParseNameError::TooLong)
        );
        for hidden in [
            "a\nb",
            "a\u{202e}b",
            "a\u{200b}",
            "\u{0}",
            "\u{2066}x\u{2069}",
        ] {
            assert_eq!(
                hidden.parse::<PersonName>(),
                Err(ParseNameError::HiddenCharacter),
                "{hidden:?}"
            );
        }
    }

    /// Promise 35: letters that fonts draw as nothing, and marks without a letter.
    #[test]
    fn a_name_that_nobody_can_see_is_none() {
        for unseen in [
            "\u{200d}",
            "\u{3164}",
            "\u{2800}",
            "\u{ffa0} \u{115f}",
            "\u{fe0f}",
            "\u{34f}",
            "\u{e0041}",
        ] {
            assert_eq!(
                unseen.parse::<PersonName>(),
                Err(ParseNameError::Empty),
                "{unseen:?}"
            );
            assert_eq!(PersonName::from_remote(unseen).as_str(), "Someone");
        }
    }

    /// Promise 36.
    #[test]
    fn unusual_names_are_ordinary_names() {
        for name in [
            "__proto__",
            "constructor",
            "toString",
            "null",
            "<b>&amp;",
            "../..",
            "%00",
            &"x".repeat(64),
            "👩\u{200d}🚀",
        ] {
            assert_eq!(name.parse::<PersonName>().unwrap().as_str(), name);
            assert_eq!(PersonName::from_remote(name).as_str(), name);
        }
    }

    /// Promise 35: what another form is longer in, or hides, is judged after normalising.
    #[test]
    fn a_name_in_another_form_keeps_the_rules() {
        let name = |text| PersonName::from_remote(text);
        assert_eq!(name("Ada").normalised(str::to_owned), name("Ada"));
        let longer = name("x").normalised(|_| "é".repeat(600));
        assert_eq!(longer.as_str(), "é".repeat(32));
        let hidden = name("x").normalised(|_| "A\u{200b}da\n".to_owned());
        assert_eq!(hidden.as_str(), "Ada");
        let unseen = name("x").normalised(|_| "\u{1160}".to_owned());
        assert_eq!(unseen.as_str(), "Someone");
    }

    #[test]
    fn a_remote_name_is_always_showable() {
        assert_eq!(PersonName::from_remote("E\u{202e}ve\n").as_str(), "Eve");
        assert_eq!(PersonName::from_remote(" \u{200b} ").as_str(), "Someone");
        let long = PersonName::from_remote(&"é".repeat(600));
        assert_eq!(long.as_str(), "é".repeat(32));
    }
}
