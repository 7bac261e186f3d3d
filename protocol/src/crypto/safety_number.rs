//! Safety numbers: sixty digits that two people compare over another way, to know that nobody stands between them. The scheme
//! is libsignal's numeric fingerprint (`NumericFingerprintGenerator`, version 0), over this protocol's identity keys.

use std::fmt;

use sha2::{Digest, Sha512};

use super::{identity::IdentityKey, labels::SAFETY_NUMBER};

/// So many times a key is hashed, which makes look-alikes dear.
const ITERATIONS: u32 = 5_200;

/// Sixty digits, the same for both people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyNumber(String);

impl SafetyNumber {
    /// Of two people, in either order.
    pub fn of(one: &IdentityKey, other: &IdentityKey) -> Self {
        let (one, other) = (digits(one), digits(other));
        Self(if one <= other {
            one + &other
        } else {
            other + &one
        })
    }

    /// The sixty digits without spaces.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Twelve groups of five digits.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        (0..self.0.len())
            .step_by(5)
            .filter_map(|start| self.0.get(start..start + 5))
    }
}

/// In groups of five.
impl fmt::Display for SafetyNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, group) in self.groups().enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(formatter, "{space}{group}")?;
        }
        Ok(())
    }
}

/// Thirty digits of one key.
fn digits(key: &IdentityKey) -> String {
    let mut hash: [u8; 64] = Sha512::new()
        .chain_update([0, 0])
        .chain_update(key.as_bytes())
        .chain_update(SAFETY_NUMBER)
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    for _ in 1..ITERATIONS {
        hash = Sha512::new()
            .chain_update(hash)
            .chain_update(key.as_bytes())
            .finalize()
            .into();
    }
    hash.chunks_exact(5)
        .take(6)
        .map(|chunk| {
            let number = chunk
                .iter()
                .fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
            format!("{:05}", number % 100_000)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::identity::Identity;

    fn key(seed: [u8; 32]) -> IdentityKey {
        Identity::from_seed(&seed).key()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// Promise 13: both sides read the same, twice the same, and another key gives another number.
        #[test]
        fn both_sides_read_the_same_number_and_another_key_another(
            one: [u8; 32],
            two: [u8; 32],
            three: [u8; 32],
        ) {
            prop_assume!(one != two && two != three && one != three);
            let (one, two, three) = (key(one), key(two), key(three));
            let number = SafetyNumber::of(&one, &two);
            prop_assert_eq!(&number, &SafetyNumber::of(&two, &one));
            prop_assert_ne!(&number, &SafetyNumber::of(&one, &three));
            prop_assert_ne!(&number, &SafetyNumber::of(&three, &two));
            prop_assert_eq!(number.digits().len(), 60);
            prop_assert_eq!(number.groups().count(), 12);
            prop_assert_eq!(number.to_string().len(), 71);
        }
    }
}
