//! Who somebody is: a signing key for each browser profile, and one for each tab that the first one vouches for.

use std::{borrow::Borrow, fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    encoding,
    labels::{SESSION, join},
};
use crate::ids::PeerId;

/// A text or some bytes are no public key that this protocol takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key")]
pub struct NotAKey;

/// Makes a newtype of an Ed25519 public key (RFC 8032) that is written in base64url.
macro_rules! public_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 32]);

        impl $name {
            /// From its 32 bytes; refuses what is no point of the curve, is not written in the one canonical way, or has a
            /// small order, so that anybody could sign for it.
            pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
                let key = VerifyingKey::from_bytes(&bytes).ok()?;
                let canonical = key.to_edwards().compress().to_bytes() == bytes;
                (canonical && !key.is_weak()).then_some(Self(bytes))
            }

            /// Its 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Whether this key has signed these fields. Strict (RFC 8032, section 5.1.7, with canonical points only).
            pub(crate) fn has_signed(&self, fields: &[&[u8]], signature: &[u8; 64]) -> bool {
                VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
                    let signature = Signature::from_bytes(signature);
                    key.verify_strict(&join(fields), &signature).is_ok()
                })
            }
        }

        impl FromStr for $name {
            type Err = NotAKey;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                encoding::decode_exactly(text)
                    .and_then(Self::from_bytes)
                    .ok_or(NotAKey)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAKey;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(key: $name) -> Self {
                key.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&encoding::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({self})", stringify!($name))
            }
        }
    };
}

public_key! {
    /// A person, as far as a browser profile is one.
    IdentityKey
}

public_key! {
    /// One tab of a person's.
    SessionKey
}

/// A session as somebody names it: 32 bytes, of which nothing was checked. They are those of a [`SessionKey`] where a session that is
/// known has the same; to look at each point of the curve of a thousand names would take a browser long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionName([u8; 32]);

impl SessionName {
    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<SessionKey> for SessionName {
    fn from(key: SessionKey) -> Self {
        Self(key.0)
    }
}

impl PartialEq<SessionKey> for SessionName {
    fn eq(&self, key: &SessionKey) -> bool {
        self.0 == key.0
    }
}

impl TryFrom<String> for SessionName {
    type Error = NotAKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        encoding::decode_exactly(&text).map(Self).ok_or(NotAKey)
    }
}

impl From<SessionName> for String {
    fn from(name: SessionName) -> Self {
        encoding::encode(&name.0)
    }
}

impl fmt::Debug for SessionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SessionName({})", encoding::encode(&self.0))
    }
}

/// For maps by session, to be asked by name: names and keys have the same order.
impl Borrow<[u8; 32]> for SessionKey {
    fn borrow(&self) -> &[u8; 32] {
        &self.0
    }
}

impl IdentityKey {
    /// Four letters and digits that tell two people with one name apart. Not a proof: somebody with much patience makes a key
    /// with the same ones; the safety number is the proof.
    pub fn badge(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let hash: [u8; 32] = Sha256::digest(self.0).into();
        hash.iter()
            .take(4)
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
            .map(|&letter| char::from(letter))
            .collect()
    }

    /// Whether this identity vouches for a session key.
    pub(crate) fn vouches_for(
        &self,
        session: &SessionKey,
        peer: PeerId,
        room_tag: &[u8; 32],
        certificate: &[u8; 64],
    ) -> bool {
        self.has_signed(&certified(session, peer.as_bytes(), room_tag), certificate)
    }
}

fn certified<'a>(
    session: &'a SessionKey,
    peer: &'a [u8; 16],
    room_tag: &'a [u8; 32],
) -> [&'a [u8]; 4] {
    [SESSION.as_bytes(), room_tag, peer, session.as_bytes()]
}

/// The private half of an identity; kept in the browser profile and sent nowhere.
#[derive(Clone)]
pub struct Identity(SigningKey);

impl Identity {
    /// From 32 random bytes (RFC 8032, section 5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn key(&self) -> IdentityKey {
        IdentityKey(self.0.verifying_key().to_bytes())
    }

    /// Vouches for a session key as that of a tab in a room.
    pub fn certify(&self, session: &SessionKey, peer: PeerId, room_tag: &[u8; 32]) -> [u8; 64] {
        let fields = join(&certified(session, peer.as_bytes(), room_tag));
        self.0.sign(&fields).to_bytes()
    }
}

/// The private half of a session key; kept for the reload of a tab and sent nowhere.
#[derive(Clone)]
pub struct Session(SigningKey);

impl Session {
    /// From 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn key(&self) -> SessionKey {
        SessionKey(self.0.verifying_key().to_bytes())
    }

    /// What [`Session::from_seed`] takes, for the tab to keep.
    pub fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) fn sign(&self, fields: &[&[u8]]) -> [u8; 64] {
        self.0.sign(&join(fields)).to_bytes()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity of {}", self.key())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Session of {}", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> [u8; 32] {
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        std::array::from_fn(|place| byte(2 * place))
    }

    /// Promise 6: points of small order, in every encoding that curve libraries have been seen to take (the table of
    /// "Taming the many EdDSAs", Chalkias, Garillot, Nikolaenko 2020), and what is no point at all.
    #[test]
    fn weak_and_non_canonical_keys_are_refused() {
        for bad in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            // A point of the right order, written as y + p.
            "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0200000000000000000000000000000000000000000000000000000000000000",
        ] {
            assert_eq!(IdentityKey::from_bytes(hex(bad)), None, "{bad}");
        }
    }

    /// Promise 6: the other spelling of a signature, with s + L, is not taken.
    #[test]
    fn signatures_have_one_spelling() {
        let session = Session::from_seed(&[3; 32]);
        let mut signature = session.sign(&[b"x"]);
        assert!(session.key().has_signed(&[b"x"], &signature));
        assert!(!session.key().has_signed(&[b"y"], &signature));
        let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
        let mut carry = 0_u16;
        for (byte, order) in signature[32..].iter_mut().zip(hex(order)) {
            carry += u16::from(*byte) + u16::from(order);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        assert!(!session.key().has_signed(&[b"x"], &signature));
    }

    #[test]
    fn a_certificate_is_for_one_tab_in_one_room() {
        let (identity, session) = (Identity::from_seed(&[1; 32]), Session::from_seed(&[2; 32]));
        let (peer, other) = (PeerId::from_random(1), PeerId::from_random(2));
        let certificate = identity.certify(&session.key(), peer, &[9; 32]);
        let vouches = |peer, tag| {
            identity
                .key()
                .vouches_for(&session.key(), peer, tag, &certificate)
        };
        assert!(vouches(peer, &[9; 32]));
        assert!(!vouches(other, &[9; 32]));
        assert!(!vouches(peer, &[8; 32]));
    }

    #[test]
    fn keys_read_as_they_are_written_and_private_ones_do_not_print() {
        let identity = Identity::from_seed(&[1; 32]);
        assert_eq!(identity.key().to_string().parse(), Ok(identity.key()));
        assert_eq!(identity.key().badge().len(), 4);
        assert!(!format!("{identity:?}").contains("1, 1"));
    }
}
