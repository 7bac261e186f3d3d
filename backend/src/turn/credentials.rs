//! Credentials that hold for a while and need no list of users.
//!
//! The form is that of "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest-00), which coturn
//! calls `use-auth-secret`: the name says when it ends, and whoever knows the secret can tell that it is genuine.

use std::time::Duration;

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::config::TurnSecret;

/// A name and its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// `expiry:random`, the expiry in seconds since the Unix epoch.
    pub(crate) username: String,
    /// Base64 of the HMAC-SHA1 of the name under the secret.
    pub(crate) password: String,
}

/// Makes credentials that end at `expiry`, since the Unix epoch.
pub(crate) fn make(secret: &TurnSecret, expiry: Duration, random: [u8; 8]) -> Credentials {
    let random = u64::from_be_bytes(random);
    let username = format!("{}:{random:016x}", expiry.as_secs());
    let password = password(secret, &username);
    Credentials { username, password }
}

/// The password that belongs to a name.
pub(crate) fn password(secret: &TurnSecret, username: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(username.as_bytes());
    Base64::encode_string(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> TurnSecret {
        TurnSecret::new("north").unwrap()
    }

    /// The password is what `printf %s 1433065916:1234 | openssl dgst -sha1 -hmac north -binary | base64` prints.
    #[test]
    fn passwords_are_those_of_other_programs() {
        assert_eq!(
            password(&secret(), "1433065916:1234"),
            "Euntu5NioUDddlwukYDDIR1aLlk="
        );
    }

    /// Promise 54.
    #[test]
    fn a_name_says_when_it_ends_and_is_new_each_time() {
        let expiry = Duration::from_secs(1_900_000_000);
        let first = make(&secret(), expiry, [0; 8]);
        assert_eq!(first.username, "1900000000:0000000000000000");
        assert_eq!(first.password, password(&secret(), &first.username));
        let second = make(&secret(), expiry, [1; 8]);
        assert_ne!(first.username, second.username);
        assert_ne!(first.password, second.password);
    }
}
