//! What servers tell each other of a resume value: enough to know it again, too little to use it.

use std::{fmt, hint::black_box};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{PeerId, RoomId};

const LABEL: &[u8] = b"banter/1 resume on another server";
const BYTES: usize = 32;

/// SHA-256 (FIPS 180-4) of a resume value with the room and the peer that it is for: of no use in another room or
/// for another id.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResumeProof([u8; BYTES]);

/// A text that is no [`ResumeProof`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct NotAProof;

impl ResumeProof {
    /// The proof of `resume`, which may be a guess of any length.
    pub fn of(room: &RoomId, peer: PeerId, resume: &str) -> Self {
        let room = room.as_str().as_bytes();
        let hash = Sha256::new()
            .chain_update(LABEL)
            .chain_update((room.len() as u64).to_be_bytes())
            .chain_update(room)
            .chain_update(peer.as_bytes())
            .chain_update(resume.as_bytes());
        Self(hash.finalize().into())
    }

    /// Whether both are of one value. Takes the same time however much of it is right.
    pub fn matches(&self, other: &Self) -> bool {
        let both = self.0.iter().zip(&other.0);
        let difference = both.fold(0, |difference, (ours, theirs)| {
            black_box(difference | (ours ^ theirs))
        });
        difference == 0
    }
}

impl fmt::Debug for ResumeProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ResumeProof(..)")
    }
}

impl From<ResumeProof> for String {
    fn from(proof: ResumeProof) -> Self {
        proof.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl TryFrom<String> for ResumeProof {
    type Error = NotAProof;

    fn try_from(text: String) -> Result<Self, NotAProof> {
        let digits = text.as_bytes();
        if digits.len() != 2 * BYTES {
            return Err(NotAProof);
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for &digit in pair {
                let value = char::from(digit).to_digit(16).ok_or(NotAProof)?;
                *byte = *byte << 4 | u8::try_from(value).map_err(|_| NotAProof)?;
            }
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(room: &str, peer: u128, resume: &str) -> ResumeProof {
        ResumeProof::of(&room.parse().unwrap(), PeerId::from_random(peer), resume)
    }

    /// Promise 49.
    #[test]
    fn a_proof_is_of_one_value_in_one_room_for_one_id() {
        let right = proof("tea", 1, "abc");
        assert!(right.matches(&proof("tea", 1, "abc")));
        for wrong in [
            proof("te", 1, "aabc"),
            proof("tea", 2, "abc"),
            proof("tea", 1, ""),
            proof("tea", 1, "ab"),
            proof("tea", 1, "abd"),
        ] {
            assert!(!right.matches(&wrong));
        }
        assert_eq!(format!("{right:?}"), "ResumeProof(..)");
    }

    #[test]
    fn a_proof_survives_the_wire_and_nothing_else_is_one() {
        let proof = proof("tea", 1, "abc");
        let text = String::from(proof);
        assert_eq!(text.len(), 64);
        assert_eq!(ResumeProof::try_from(text.clone()), Ok(proof));
        for wrong in [
            "",
            &text[1..],
            &format!("{}g", &text[1..]),
            &format!("{text}0"),
        ] {
            assert_eq!(
                ResumeProof::try_from(wrong.to_owned()),
                Err(NotAProof),
                "{wrong}"
            );
        }
    }
}
