//! Invites: a room's id with the secret that lets somebody in.

use std::{fmt, str::FromStr};

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    encoding,
    labels::{PASSPHRASE, PASSPHRASE_CHECK, join},
};
use crate::ids::RoomId;

/// The secret of a private room: 32 random bytes that stay behind the `#` of its invite.
#[derive(Clone, PartialEq, Eq)]
pub struct RoomSecret(Zeroizing<[u8; 32]>);

impl RoomSecret {
    /// From 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A passphrase after Argon2id (RFC 9106) with 64 MiB and three passes: every guess costs that much.
#[derive(Clone, PartialEq, Eq)]
pub struct StretchedPassphrase(Zeroizing<[u8; 32]>);

impl StretchedPassphrase {
    /// Memory in KiB, passes and lanes.
    const COST: (u32, u32, u32) = (64 * 1024, 3, 1);

    /// Stretches a passphrase, which must be in Unicode normalization form NFKC (UAX #15). Takes some tenths of a second and
    /// 64 MiB; `None` where there is not so much memory.
    pub fn stretch(passphrase: &str, secret: &RoomSecret) -> Option<Self> {
        let (memory, passes, lanes) = Self::COST;
        let params = Params::new(memory, passes, lanes, Some(32)).ok()?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt = Sha256::digest(join(&[PASSPHRASE.as_bytes(), secret.as_bytes()]));
        let mut stretched = Zeroizing::new([0; 32]);
        argon2
            .hash_password_into(passphrase.as_bytes(), &salt, &mut *stretched)
            .ok()?;
        Some(Self(stretched))
    }

    /// From what a tab kept for its reload.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// For a tab to keep.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What an invite tells about the passphrase, so that a wrong one is known at once. Whoever holds the invite can test
    /// guesses against it, as they could against the announcements of the room; each costs a whole stretching.
    fn check(&self) -> [u8; CHECK_BYTES] {
        let [first, second, third, fourth, ..] =
            Sha256::digest(join(&[PASSPHRASE_CHECK.as_bytes(), &*self.0])).0;
        [first, second, third, fourth]
    }
}

const CHECK_BYTES: usize = 4;

/// What stands behind the `#` of a private room's invite: the secret, and whether a passphrase is asked besides.
#[derive(Clone, PartialEq, Eq)]
pub struct InviteSecret {
    secret: RoomSecret,
    passphrase_check: Option<[u8; CHECK_BYTES]>,
}

impl InviteSecret {
    /// An invite that lets in whoever holds it.
    pub fn new(secret: RoomSecret) -> Self {
        Self {
            secret,
            passphrase_check: None,
        }
    }

    /// An invite that asks for a passphrase.
    pub fn with_passphrase(secret: RoomSecret, stretched: &StretchedPassphrase) -> Self {
        Self {
            secret,
            passphrase_check: Some(stretched.check()),
        }
    }

    /// The room's secret.
    pub fn secret(&self) -> &RoomSecret {
        &self.secret
    }

    /// Whether a passphrase is asked.
    pub fn asks_passphrase(&self) -> bool {
        self.passphrase_check.is_some()
    }

    /// Whether this is the passphrase that is asked; none is right where none is asked.
    pub fn is_opened_by(&self, stretched: Option<&StretchedPassphrase>) -> bool {
        match (self.passphrase_check, stretched) {
            (None, None) => true,
            (Some(check), Some(stretched)) => check.ct_eq(&stretched.check()).into(),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

/// A text is no secret of an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this invite is incomplete")]
pub struct IncompleteInvite;

impl FromStr for InviteSecret {
    type Err = IncompleteInvite;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (secret, check) = match text.split_once('.') {
            Some((secret, check)) => (secret, Some(check)),
            None => (text, None),
        };
        let secret = encoding::decode_exactly(secret).ok_or(IncompleteInvite)?;
        let passphrase_check = check
            .map(|check| encoding::decode_exactly(check).ok_or(IncompleteInvite))
            .transpose()?;
        Ok(Self {
            secret: RoomSecret::new(secret),
            passphrase_check,
        })
    }
}

/// A room, and what lets somebody in: a secret exactly where the room is private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    room: RoomId,
    secret: Option<InviteSecret>,
}

impl Invite {
    /// To an open room; `None` for the id of a private one.
    pub fn open(room: RoomId) -> Option<Self> {
        (!room.is_private()).then_some(Self { room, secret: None })
    }

    /// To a private room; `None` for the id of an open one.
    pub fn private(room: RoomId, secret: InviteSecret) -> Option<Self> {
        let secret = Some(secret);
        room.is_private().then_some(Self { room, secret })
    }

    /// A new private room, from 16 and 32 random bytes.
    pub fn generate(id: [u8; 16], secret: [u8; 32]) -> Self {
        Self {
            room: RoomId::private(u128::from_be_bytes(id)),
            secret: Some(InviteSecret::new(RoomSecret::new(secret))),
        }
    }

    /// The same room, behind a passphrase.
    pub fn guarded_by(self, stretched: &StretchedPassphrase) -> Self {
        let secret = self
            .secret
            .map(|held| InviteSecret::with_passphrase(held.secret, stretched));
        Self { secret, ..self }
    }

    /// The room.
    pub fn room(&self) -> &RoomId {
        &self.room
    }

    /// The secret of a private room.
    pub fn secret(&self) -> Option<&InviteSecret> {
        self.secret.as_ref()
    }

    /// Whether the server and strangers are kept out.
    pub fn is_private(&self) -> bool {
        self.secret.is_some()
    }

    /// What follows the room's id in an address: nothing, or `#` and the secret.
    pub fn fragment(&self) -> String {
        self.secret
            .as_ref()
            .map(|secret| format!("#{}", secret.reveal()))
            .unwrap_or_default()
    }
}

impl InviteSecret {
    /// The secret as it stands in an invite: for the address bar and for people, never for a log.
    pub fn reveal(&self) -> String {
        let secret = encoding::encode(self.secret.as_bytes());
        match &self.passphrase_check {
            Some(check) => format!("{secret}.{}", encoding::encode(check)),
            None => secret,
        }
    }
}

/// Secrets are not for logs.
macro_rules! hidden {
    ($($name:ident),*) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(stringify!($name))
            }
        })*
    };
}

hidden!(RoomSecret, StretchedPassphrase, InviteSecret);

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> RoomSecret {
        RoomSecret::new([7; 32])
    }

    #[test]
    fn an_invite_reads_as_it_is_written() {
        let invite = Invite::generate([1; 16], [7; 32]);
        assert!(invite.is_private());
        assert_eq!(invite.room().as_str(), "p_01010101010101010101010101010101");
        let fragment = invite.fragment();
        assert_eq!(fragment.len(), 44);
        let secret: InviteSecret = fragment.trim_start_matches('#').parse().unwrap();
        assert_eq!(Invite::private(invite.room().clone(), secret), Some(invite));
    }

    #[test]
    fn a_secret_that_lost_a_letter_is_incomplete() {
        let whole = InviteSecret::new(secret()).reveal();
        for bad in [
            "",
            ".",
            "x",
            &whole[1..],
            &format!("{whole}x"),
            &format!("{whole}."),
            &format!("{whole}.AAAA"),
            &format!("{whole}.AAAAAA.AAAAAA"),
        ] {
            assert_eq!(bad.parse::<InviteSecret>(), Err(IncompleteInvite), "{bad}");
        }
    }

    #[test]
    fn a_room_is_private_exactly_where_it_has_a_secret() {
        assert_eq!(Invite::open("p_tea".parse().unwrap()), None);
        let secret = InviteSecret::new(secret());
        assert_eq!(Invite::private("tea".parse().unwrap(), secret), None);
    }

    /// Promise 18: a wrong passphrase is known for what it is, and every guess costs 64 MiB and three passes.
    #[test]
    fn only_the_right_passphrase_opens_an_invite() {
        let right = StretchedPassphrase::stretch("correct horse", &secret()).unwrap();
        let wrong = StretchedPassphrase::stretch("battery staple", &secret()).unwrap();
        let elsewhere =
            StretchedPassphrase::stretch("correct horse", &RoomSecret::new([8; 32])).unwrap();
        assert_eq!(StretchedPassphrase::COST, (65_536, 3, 1));
        assert_ne!(right, elsewhere);
        let invite: InviteSecret = InviteSecret::with_passphrase(secret(), &right)
            .reveal()
            .parse()
            .unwrap();
        assert!(invite.asks_passphrase());
        assert!(invite.is_opened_by(Some(&right)));
        assert!(!invite.is_opened_by(Some(&wrong)));
        assert!(!invite.is_opened_by(None));
        let unguarded = InviteSecret::new(secret());
        assert!(unguarded.is_opened_by(None) && !unguarded.is_opened_by(Some(&right)));
    }

    /// Promise 22: nothing that is printed for debugging holds a secret.
    #[test]
    fn secrets_do_not_print() {
        let invite = Invite::generate([1; 16], [7; 32]);
        let printed = format!("{invite:?} {:?}", StretchedPassphrase::from_bytes([7; 32]));
        assert!(
            !printed.contains("7, 7") && !printed.contains("BwcH"),
            "{printed}"
        );
    }
}
