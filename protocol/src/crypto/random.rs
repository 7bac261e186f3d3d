//! Random bytes that nobody can guess, from one seed of the browser's, so that the engine needs no source of its own and
//! every run can be played again.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::labels::{RANDOM_NEXT, RANDOM_OUTPUT};

/// A stream of random bytes: HMAC-SHA-256 under a key that is replaced after each draw, so that what was drawn before cannot
/// be found again (NIST SP 800-90A, section 10.1.2, without reseeding).
#[derive(Clone)]
pub struct SecureRandom {
    key: Zeroizing<[u8; 32]>,
}

impl SecureRandom {
    /// From 32 bytes of `crypto.getRandomValues`.
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            key: Zeroizing::new(seed),
        }
    }

    /// The next random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for (block, piece) in (0_u32..).zip(bytes.chunks_mut(32)) {
            let output = self.block(RANDOM_OUTPUT, block);
            piece.copy_from_slice(output.split_at(piece.len()).0);
        }
        self.key = self.block(RANDOM_NEXT, 0);
        bytes
    }

    fn block(&self, label: &str, number: u32) -> Zeroizing<[u8; 32]> {
        let mut mac = hmac_sha256(&*self.key);
        mac.update(label.as_bytes());
        mac.update(&number.to_be_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

/// The bytes to come are a secret.
impl fmt::Debug for SecureRandom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecureRandom")
    }
}

/// HMAC-SHA-256 (RFC 2104), which takes keys of every length.
pub(crate) fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    #[expect(
        clippy::expect_used,
        reason = "RFC 2104 defines HMAC for keys of every length"
    )]
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_and_no_draw_repeats() {
        let mut one = SecureRandom::new([7; 32]);
        let mut same = SecureRandom::new([7; 32]);
        let mut other = SecureRandom::new([8; 32]);
        let drawn: [u8; 70] = one.bytes();
        assert_eq!(drawn, same.bytes());
        assert_ne!(drawn, other.bytes());
        assert_ne!(drawn, one.bytes());
        assert_ne!(drawn[..32], drawn[32..64]);
    }
}
