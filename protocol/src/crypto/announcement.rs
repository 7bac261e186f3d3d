//! Announcements: who somebody is in a room, and which key reaches them now. In a private room it is sealed into the
//! `displayName`; in every room it goes with offers and answers.

use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, KeyInit},
};

use super::{
    encoding::{self, Reader},
    identity::{Identity, IdentityKey, Session, SessionKey},
    labels::ANNOUNCEMENT,
    random::SecureRandom,
    room_keys::RoomKeys,
};
use crate::{ids::PeerId, limits, names::PersonName};

/// The first byte of an announcement.
const VERSION: u8 = 1;
/// Every announcement is padded to so many bytes, so that its length tells nothing of the name.
const PADDED_BYTES: usize = 320;
const NONCE_BYTES: usize = 24;

/// What somebody says of themselves, with the signatures that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The tab.
    pub peer: PeerId,
    /// The person.
    pub identity: IdentityKey,
    /// Signs what the tab says.
    pub session: SessionKey,
    /// Counts up with every new key.
    pub epoch: u32,
    /// X25519 public key (RFC 7748) of this epoch.
    pub epoch_key: [u8; 32],
    /// What the tab can do besides this version of the protocol; nothing yet.
    pub capabilities: u32,
    /// The person's name.
    pub name: PersonName,
    bytes: Vec<u8>,
}

impl Announcement {
    /// Signs an announcement.
    pub fn sign(
        room: &RoomKeys,
        (identity, session): (&Identity, &Session),
        peer: PeerId,
        (epoch, epoch_key): (u32, [u8; 32]),
        name: PersonName,
    ) -> Self {
        let capabilities = 0_u32;
        let certificate = identity.certify(&session.key(), peer, room.tag());
        let name_bytes = name.as_str().as_bytes();
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(peer.as_bytes());
        bytes.extend_from_slice(identity.key().as_bytes());
        bytes.extend_from_slice(session.key().as_bytes());
        bytes.extend_from_slice(&epoch.to_be_bytes());
        bytes.extend_from_slice(&epoch_key);
        bytes.extend_from_slice(&capabilities.to_be_bytes());
        // A name has at most 64 bytes.
        bytes.push(u8::try_from(name_bytes.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(name_bytes);
        bytes.extend_from_slice(&certificate);
        let signature = session.sign(&[ANNOUNCEMENT.as_bytes(), room.tag(), &bytes]);
        bytes.extend_from_slice(&signature);
        Self {
            peer,
            identity: identity.key(),
            session: session.key(),
            epoch,
            epoch_key,
            capabilities,
            name,
            bytes,
        }
    }

    /// What is signed and goes into transcripts, signature included.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Seals it for the room: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under a random nonce, which stands in front.
    pub fn seal(&self, room: &RoomKeys, random: &mut SecureRandom) -> String {
        let nonce: [u8; NONCE_BYTES] = random.bytes();
        let mut padded = self.bytes.clone();
        padded.resize(PADDED_BYTES, 0);
        #[expect(
            clippy::expect_used,
            reason = "only messages of many gigabytes cannot be sealed"
        )]
        let sealed = XChaCha20Poly1305::new(room.announce_key().into())
            .encrypt(&nonce.into(), &*padded)
            .expect("an announcement can be sealed");
        encoding::encode(&[&nonce, &*sealed].concat())
    }

    /// Opens what somebody sealed, and checks every signature in it.
    pub fn open(text: &str, room: &RoomKeys) -> Option<Self> {
        if text.len() > limits::DISPLAY_NAME_BYTES {
            return None;
        }
        let sealed = encoding::decode(text)?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let padded = XChaCha20Poly1305::new(room.announce_key().into())
            .decrypt(nonce.into(), sealed)
            .ok()?;
        if padded.len() != PADDED_BYTES {
            return None;
        }
        Self::read(&padded, room)
    }

    fn read(padded: &[u8], room: &RoomKeys) -> Option<Self> {
        let mut reader = Reader(padded);
        if reader.byte()? != VERSION {
            return None;
        }
        let peer = PeerId::from_bytes(reader.array()?);
        let identity = IdentityKey::from_bytes(reader.array()?)?;
        let session = SessionKey::from_bytes(reader.array()?)?;
        let epoch = reader.u32()?;
        let epoch_key = reader.array().filter(is_canonical)?;
        let capabilities = reader.u32()?;
        let name_length = reader.byte()?;
        let name = reader.take(name_length.into())?;
        if name.len() > limits::PERSON_NAME_BYTES {
            return None;
        }
        let name = PersonName::from_remote(std::str::from_utf8(name).ok()?);
        let certificate = reader.array()?;
        let signed = padded.get(..padded.len() - reader.0.len())?;
        let signature = reader.array()?;
        let bytes = padded.get(..padded.len() - reader.0.len())?.to_vec();
        let genuine = reader.only_padding_follows()
            && identity.vouches_for(&session, peer, room.tag(), &certificate)
            && session.has_signed(&[ANNOUNCEMENT.as_bytes(), room.tag(), signed], &signature);
        genuine.then_some(Self {
            peer,
            identity,
            session,
            epoch,
            epoch_key,
            capabilities,
            name,
            bytes,
        })
    }
}

/// Whether a coordinate is below 2^255 - 19: X25519 takes others too (RFC 7748, section 5), and then one key has two spellings.
fn is_canonical(u: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = u;
    let is_below = *highest < 0x7f || *lowest < 0xed || middle.iter().any(|&byte| byte != 0xff);
    *highest <= 0x7f && is_below
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::invite::{Invite, InviteSecret, RoomSecret};

    fn room(id: &str, secret: u8) -> RoomKeys {
        let secret = InviteSecret::new(RoomSecret::new([secret; 32]));
        let invite = Invite::private(id.parse().unwrap(), secret).unwrap();
        RoomKeys::derive(&invite, None)
    }

    fn announcement(room: &RoomKeys, name: &str) -> Announcement {
        let (identity, session) = (Identity::from_seed(&[1; 32]), Session::from_seed(&[2; 32]));
        let peer = PeerId::from_random(3);
        let name = name.parse().unwrap();
        Announcement::sign(room, (&identity, &session), peer, (4, [5; 32]), name)
    }

    #[test]
    fn an_announcement_opens_in_its_room_only_and_has_one_length() {
        let tea = room("p_tea", 1);
        let mut random = SecureRandom::new([6; 32]);
        let ada = announcement(&tea, "Ada");
        let sealed = ada.seal(&tea, &mut random);
        assert_eq!(Announcement::open(&sealed, &tea), Some(ada.clone()));
        assert_eq!(Announcement::open(&sealed, &room("p_tea", 2)), None);
        assert_eq!(Announcement::open(&sealed, &room("p_pot", 1)), None);
        let longest = announcement(&tea, &"é".repeat(32)).seal(&tea, &mut random);
        assert_eq!(longest.len(), sealed.len());
        assert!(
            sealed.len() < limits::DISPLAY_NAME_BYTES,
            "{}",
            sealed.len()
        );
        assert_ne!(ada.seal(&tea, &mut random), sealed);
    }

    /// Promises 3 and 9: whoever knows the room's secret can seal what they like, and still not speak for others.
    #[test]
    fn any_changed_byte_of_the_signed_text_is_refused() {
        let tea = room("p_tea", 1);
        let mut padded = announcement(&tea, "Ada").bytes;
        padded.resize(PADDED_BYTES, 0);
        assert!(Announcement::read(&padded, &tea).is_some());
        for at in 0..padded.len() {
            for bit in [1, 0x80] {
                padded[at] ^= bit;
                assert_eq!(Announcement::read(&padded, &tea), None, "byte {at}");
                padded[at] ^= bit;
            }
        }
        // Signed for another room, whose secret somebody knows as well.
        let mut elsewhere = announcement(&room("p_pot", 1), "Ada").bytes;
        elsewhere.resize(PADDED_BYTES, 0);
        assert_eq!(Announcement::read(&elsewhere, &tea), None);
    }

    #[test]
    fn garbage_of_every_length_is_refused() {
        let tea = room("p_tea", 1);
        for length in 0..600 {
            assert_eq!(Announcement::open(&"A".repeat(length), &tea), None);
            assert_eq!(Announcement::read(&vec![1; length], &tea), None);
        }
    }

    /// Promise 6: a key has one spelling, so that nobody passes one's own off as another's.
    #[test]
    fn an_epoch_key_with_a_second_spelling_is_refused() {
        let prime_and = |more: u8| {
            let mut key = [0xff; 32];
            key[0] = 0xed + more;
            key[31] = 0x7f;
            key
        };
        assert!(is_canonical(&[5; 32]));
        let mut below = prime_and(0);
        below[0] -= 1;
        assert!(is_canonical(&below));
        let mut high_bit = [5; 32];
        high_bit[31] |= 0x80;
        for second in [prime_and(0), prime_and(9), high_bit] {
            assert!(!is_canonical(&second), "{second:02x?}");
        }
    }
}
