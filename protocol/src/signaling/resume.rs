//! The value by which a tab proves that a seat is its own.

use std::{fmt, hint::black_box};

/// 256 random bits in hexadecimal. Made by the server at each join, good for one use.
///
/// Comparing takes the same time however much of a guess is right, and the value never shows in logs.
#[derive(Clone)]
pub struct ResumeToken(String);

impl ResumeToken {
    /// A token from 256 random bits.
    pub fn from_random(bits: [u8; 32]) -> Self {
        Self(bits.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The token as it stands in `room_joined`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `guess` is this token. Only the length of a guess can be told from the time that it takes, and
    /// that of a token is no secret.
    pub fn matches(&self, guess: &str) -> bool {
        if guess.len() != self.0.len() {
            return false;
        }
        let difference = self
            .0
            .bytes()
            .zip(guess.bytes())
            .fold(0, |difference, (ours, theirs)| {
                black_box(difference | (ours ^ theirs))
            });
        difference == 0
    }
}

impl fmt::Debug for ResumeToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ResumeToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    #[test]
    fn only_the_very_same_text_matches() {
        let token = ResumeToken::from_random([0xa7; 32]);
        assert!(token.matches(token.as_str()));
        assert!(!token.matches(""));
        assert!(!token.matches(&token.as_str().to_uppercase()));
        assert!(!token.matches(&format!("{}0", token.as_str())));
        for position in 0..64 {
            let mut guess = token.as_str().to_owned();
            guess.replace_range(position..=position, "0");
            assert!(!token.matches(&guess), "differs at {position}");
        }
    }

    #[test]
    fn a_token_fits_the_wire_and_hides_from_logs() {
        let token = ResumeToken::from_random([1; 32]);
        assert!(token.as_str().len() <= limits::RESUME_BYTES);
        assert!(!format!("{token:?}").contains("01"));
    }
}
