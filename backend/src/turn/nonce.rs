//! Nonces that need no memory: whoever sends one back shows that it receives at its address.
//!
//! A table of nonces would grow with every forged address that asks for one.

use std::{net::SocketAddr, time::Duration};

use banter_protocol::time::Timestamp;
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// How long one is good.
const LIFETIME: Duration = Duration::from_secs(600);
/// Bytes of the code. Twenty characters together with the time, so that an answer to a stranger stays short.
const CODE: usize = 11;

/// Makes nonces and knows its own.
pub(super) struct Nonces {
    key: [u8; 32],
}

impl Nonces {
    /// `key` is random.
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// For this client, from now on.
    pub(super) fn make(&self, now: Timestamp, client: SocketAddr) -> String {
        let seconds = u32::try_from(now.as_millis() / 1_000).unwrap_or(u32::MAX);
        self.at(seconds, client)
    }

    /// Whether it was made for this client and not too long ago.
    pub(super) fn is_fresh(&self, now: Timestamp, client: SocketAddr, nonce: &str) -> bool {
        let mut bytes = [0; 4 + CODE];
        let Ok([a, b, c, d, ..]) = Base64UrlUnpadded::decode(nonce, &mut bytes) else {
            return false;
        };
        let seconds = u32::from_be_bytes([*a, *b, *c, *d]);
        let made = Timestamp::from_millis(u64::from(seconds) * 1_000);
        // Not secret once it is sent, so that a comparison in constant time would protect nothing.
        now.since(made) <= LIFETIME && self.at(seconds, client) == nonce
    }

    fn at(&self, seconds: u32, client: SocketAddr) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.key).expect("any length");
        let seconds = seconds.to_be_bytes();
        mac.update(&seconds);
        mac.update(client.to_string().as_bytes());
        let code = mac.finalize().into_bytes();
        let bytes: Vec<u8> = seconds
            .into_iter()
            .chain(code.into_iter().take(CODE))
            .collect();
        Base64UrlUnpadded::encode_string(&bytes)
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonces(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_for_one_client_and_for_ten_minutes() {
        let nonces = Nonces::new([7; 32]);
        let client = "192.0.2.1:4000".parse().unwrap();
        let other = "192.0.2.1:4001".parse().unwrap();
        let now = Timestamp::from_millis(50_000_000);
        let nonce = nonces.make(now, client);
        assert_eq!(nonce.len(), 20);
        assert!(nonces.is_fresh(now, client, &nonce));
        assert!(nonces.is_fresh(now + LIFETIME, client, &nonce));
        assert!(!nonces.is_fresh(now + LIFETIME + Duration::from_secs(1), client, &nonce));
        assert!(!nonces.is_fresh(now, other, &nonce));
        assert!(!Nonces::new([8; 32]).is_fresh(now, client, &nonce));
        for nonce in ["", "x", "AAAAAAAAAAAAAAAAAAAA", &nonce[..19], "ääääääääää"] {
            assert!(!nonces.is_fresh(now, client, nonce), "{nonce}");
        }
    }
}
