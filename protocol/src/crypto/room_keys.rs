//! What everybody in a room has in common: keys from the secret of its invite.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{
    invite::{Invite, StretchedPassphrase},
    labels::{ANNOUNCE, PAIR_SECRET, ROOM, ROOM_TAG, join},
};
use crate::ids::RoomId;

/// The keys of a room. Of an open room they are known to whoever knows its name, the server too.
#[derive(Clone)]
pub struct RoomKeys {
    room: RoomId,
    is_private: bool,
    announce: Zeroizing<[u8; 32]>,
    pair_secret: Zeroizing<[u8; 32]>,
    tag: [u8; 32],
}

impl RoomKeys {
    /// HKDF-SHA-256 (RFC 5869) of the room's id, its secret and its stretched passphrase.
    pub fn derive(invite: &Invite, passphrase: Option<&StretchedPassphrase>) -> Self {
        let secret: &[u8] = invite
            .secret()
            .map_or(&[], |held| held.secret().as_bytes().as_slice());
        let stretched = passphrase.map_or(&[0; 32], StretchedPassphrase::as_bytes);
        let salt = join(&[ROOM.as_bytes(), invite.room().as_str().as_bytes()]);
        let keys = Hkdf::<Sha256>::new(Some(&salt), &Zeroizing::new(join(&[secret, stretched])));
        Self {
            room: invite.room().clone(),
            is_private: invite.is_private(),
            announce: expand(&keys, &[ANNOUNCE.as_bytes()]),
            pair_secret: expand(&keys, &[PAIR_SECRET.as_bytes()]),
            tag: *expand(&keys, &[ROOM_TAG.as_bytes()]),
        }
    }

    /// The room.
    pub fn room(&self) -> &RoomId {
        &self.room
    }

    /// Whether what the server relays is sealed.
    pub fn is_private(&self) -> bool {
        self.is_private
    }

    /// Stands for the room in every signature; never sent.
    pub fn tag(&self) -> &[u8; 32] {
        &self.tag
    }

    /// Seals announcements; never sent.
    pub fn announce_key(&self) -> &[u8; 32] {
        &self.announce
    }

    /// Goes into the keys of every pair; never sent.
    pub fn pair_secret(&self) -> &[u8; 32] {
        &self.pair_secret
    }
}

/// HKDF-Expand to as many bytes as fit the array.
pub(crate) fn expand<const N: usize>(keys: &Hkdf<Sha256>, context: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    #[expect(
        clippy::expect_used,
        reason = "HKDF-SHA-256 gives up to 8,160 bytes; the protocol asks for 128 at most"
    )]
    keys.expand(&join(context), &mut *bytes)
        .expect("HKDF gives so many bytes");
    bytes
}

/// Secrets are not for logs.
impl fmt::Debug for RoomKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RoomKeys({})", self.room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::invite::{InviteSecret, RoomSecret};

    #[test]
    fn another_room_another_secret_or_another_passphrase_gives_other_keys() {
        let secret = |byte| InviteSecret::new(RoomSecret::new([byte; 32]));
        let room = |id: &str| id.parse::<RoomId>().unwrap();
        let invite = |id, byte| Invite::private(room(id), secret(byte)).unwrap();
        let passphrase = StretchedPassphrase::from_bytes([5; 32]);
        let all = [
            RoomKeys::derive(&invite("p_a", 1), None),
            RoomKeys::derive(&invite("p_b", 1), None),
            RoomKeys::derive(&invite("p_a", 2), None),
            RoomKeys::derive(&invite("p_a", 1), Some(&passphrase)),
            RoomKeys::derive(&Invite::open(room("a")).unwrap(), None),
        ];
        let mut keys: Vec<[u8; 32]> = Vec::new();
        for room in &all {
            keys.extend([*room.announce_key(), *room.pair_secret(), *room.tag()]);
        }
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
