//! Cards: whose session it is, told to those who have not met it, so that entries of somebody who is not there can be read.
//!
//! The identity vouches for the session, and the session says whose it is: so nobody can hand over somebody else's session under
//! another person or name.

use serde::{Deserialize, Serialize};

use super::{
    encoding,
    identity::{Identity, IdentityKey, Session, SessionKey},
    labels::CARD,
};
use crate::{ids::PeerId, limits, names::PersonName};

/// A card as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedCard {
    /// The tab that the certificate was made for.
    pub peer_id: PeerId,
    /// The session.
    pub session: SessionKey,
    /// The person.
    pub identity: IdentityKey,
    /// The name at that time; at most [`limits::PERSON_NAME_BYTES`].
    pub name: String,
    /// The identity's signature over the session: 64 bytes in base64url.
    pub certificate: String,
    /// The session's signature over the card: 64 bytes in base64url.
    pub signature: String,
}

impl SignedCard {
    /// Writes and signs a card.
    pub fn sign(
        peer_id: PeerId,
        name: &PersonName,
        identity: &Identity,
        session: &Session,
        room_tag: &[u8; 32],
    ) -> Self {
        let certificate = identity.certify(&session.key(), peer_id, room_tag);
        let mut card = Self {
            peer_id,
            session: session.key(),
            identity: identity.key(),
            name: name.as_str().to_owned(),
            certificate: encoding::encode(&certificate),
            signature: String::new(),
        };
        card.signature = encoding::encode(&session.sign(&card.signed(room_tag)));
        card
    }

    fn signed<'a>(&'a self, room_tag: &'a [u8; 32]) -> [&'a [u8]; 5] {
        [
            CARD.as_bytes(),
            room_tag,
            self.peer_id.as_bytes(),
            self.identity.as_bytes(),
            self.name.as_bytes(),
        ]
    }

    /// Whether both signatures hold in this room, and the name is one.
    pub fn is_genuine(&self, room_tag: &[u8; 32]) -> bool {
        let Some(certificate) = encoding::decode_exactly(&self.certificate) else {
            return false;
        };
        let Some(signature) = encoding::decode_exactly(&self.signature) else {
            return false;
        };
        self.name.len() <= limits::PERSON_NAME_BYTES
            && self.session.has_signed(&self.signed(room_tag), &signature)
            && self
                .identity
                .vouches_for(&self.session, self.peer_id, room_tag, &certificate)
    }

    /// The name as it is shown.
    pub fn person_name(&self) -> PersonName {
        PersonName::from_remote(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: [u8; 32] = [9; 32];

    #[test]
    fn a_card_is_of_one_session_person_name_and_room() {
        let (identity, session) = (Identity::from_seed(&[1; 32]), Session::from_seed(&[2; 32]));
        let name = "Ada".parse().unwrap();
        let card = SignedCard::sign(PeerId::from_random(1), &name, &identity, &session, &ROOM);
        assert!(card.is_genuine(&ROOM) && !card.is_genuine(&[8; 32]));
        assert_eq!(card.person_name(), name);
        let mallory = Identity::from_seed(&[3; 32]);
        let peer_id = card.peer_id;
        let vouched = encoding::encode(&mallory.certify(&session.key(), peer_id, &ROOM));
        for changed in [
            SignedCard {
                name: "Bob".into(),
                ..card.clone()
            },
            SignedCard {
                peer_id: PeerId::from_random(2),
                ..card.clone()
            },
            // Whoever vouches for somebody else's session does not own it.
            SignedCard {
                identity: mallory.key(),
                certificate: vouched,
                ..card.clone()
            },
            SignedCard {
                session: Session::from_seed(&[4; 32]).key(),
                ..card.clone()
            },
            SignedCard {
                signature: "AA".into(),
                ..card
            },
        ] {
            assert!(!changed.is_genuine(&ROOM), "{changed:?}");
        }
    }
}
