//! Seven emoji that two people compare by voice or video. One commits to a random value before it sees the other's, so that whoever
//! stands between them has one guess and cannot search (ZRTP, RFC 6189, section 4.4.1.1; Vaudenay 2005).

use hmac::Mac;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    identity::IdentityKey,
    labels::{EMOJI, EMOJI_COMMITMENT, join},
    random::hmac_sha256,
};

/// What each side adds.
pub type Share = [u8; 32];

/// SHA-256 of a share; tells nothing of it and allows no other.
pub fn commitment(share: &Share) -> [u8; 32] {
    Sha256::digest(join(&[EMOJI_COMMITMENT.as_bytes(), share])).into()
}

/// Whether a share is the one that was committed to.
pub fn opens(commitment_seen: &[u8; 32], share: &Share) -> bool {
    commitment_seen.ct_eq(&commitment(share)).into()
}

/// The two ends of a confirmed connection, the one who began first, with what each added.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// From the keys of the pair.
    pub export: Zeroizing<[u8; 32]>,
    /// Who committed.
    pub first: (IdentityKey, Share),
    /// Who answered.
    pub second: (IdentityKey, Share),
}

impl Comparison {
    /// The bits that are compared, the highest of 64.
    pub fn bits(&self) -> u64 {
        let mut mac = hmac_sha256(&*self.export);
        mac.update(&join(&[
            EMOJI.as_bytes(),
            self.first.0.as_bytes(),
            self.second.0.as_bytes(),
            &self.first.1,
            &self.second.1,
        ]));
        let hash: [u8; 32] = mac.finalize().into_bytes().into();
        let (bits, _) = hash.split_first_chunk().unwrap_or((&[0; 8], &[]));
        u64::from_be_bytes(*bits)
    }

    /// Seven emoji of six bits each, from the highest bits on.
    pub fn emoji(&self) -> [Emoji; 7] {
        let bits = self.bits();
        std::array::from_fn(|place| {
            let index = bits >> (58 - 6 * place) & 63;
            usize::try_from(index)
                .ok()
                .and_then(|index| TABLE.get(index).copied())
                .unwrap_or(TABLE[0])
        })
    }
}

/// A picture and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// The picture.
    pub picture: &'static str,
    /// What one says to another over the telephone.
    pub name: &'static str,
}

macro_rules! table {
    ($($picture:literal $name:literal)*) => {
        /// Pictures that nobody takes for one another, whatever the font.
        pub const TABLE: [Emoji; 64] = [$(Emoji { picture: $picture, name: $name }),*];
    };
}

table! {
    "🐶" "Dog" "🐱" "Cat" "🦁" "Lion" "🐎" "Horse" "🦄" "Unicorn" "🐷" "Pig" "🐘" "Elephant" "🐰" "Rabbit"
    "🐼" "Panda" "🐓" "Rooster" "🐧" "Penguin" "🐢" "Turtle" "🐟" "Fish" "🐙" "Octopus" "🦋" "Butterfly" "🐝" "Bee"
    "🌷" "Tulip" "🌳" "Tree" "🌵" "Cactus" "🍄" "Mushroom" "🌍" "Globe" "🌙" "Moon" "☁️" "Cloud" "🔥" "Fire"
    "🍌" "Banana" "🍎" "Apple" "🍓" "Strawberry" "🌽" "Corn" "🍕" "Pizza" "🎂" "Cake" "☕" "Coffee" "🧀" "Cheese"
    "🤖" "Robot" "🎩" "Hat" "👓" "Glasses" "🔧" "Spanner" "🎅" "Santa" "👍" "Thumb" "☂️" "Umbrella" "⌛" "Hourglass"
    "⏰" "Clock" "🎁" "Gift" "💡" "Lamp" "📕" "Book" "✏️" "Pencil" "📎" "Paperclip" "✂️" "Scissors" "🔒" "Lock"
    "🔑" "Key" "🔨" "Hammer" "☎️" "Telephone" "🏁" "Flag" "🚂" "Train" "🚲" "Bicycle" "✈️" "Aeroplane" "🚀" "Rocket"
    "🏆" "Trophy" "⚽" "Ball" "🎸" "Guitar" "🎺" "Trumpet" "🔔" "Bell" "⚓" "Anchor" "🎧" "Headphones" "📁" "Folder"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{identity::Identity, random::SecureRandom};

    fn comparison(export: u8, first: Share, second: Share) -> Comparison {
        let key = |seed| Identity::from_seed(&[seed; 32]).key();
        Comparison {
            export: Zeroizing::new([export; 32]),
            first: (key(1), first),
            second: (key(2), second),
        }
    }

    /// The same with other shares, without making the keys anew.
    fn again(with: &Comparison, first: Share, second: Share) -> u64 {
        let mut comparison = with.clone();
        comparison.first.1 = first;
        comparison.second.1 = second;
        comparison.bits()
    }

    #[test]
    fn no_two_emoji_look_or_sound_alike() {
        for (place, emoji) in TABLE.iter().enumerate() {
            for other in &TABLE[..place] {
                assert!(emoji.picture != other.picture && emoji.name != other.name);
            }
        }
    }

    #[test]
    fn both_sides_see_the_same_emoji_and_another_share_or_key_others() {
        let emoji = comparison(1, [1; 32], [2; 32]).emoji();
        assert_eq!(emoji, comparison(1, [1; 32], [2; 32]).emoji());
        for other in [
            comparison(2, [1; 32], [2; 32]),
            comparison(1, [3; 32], [2; 32]),
            comparison(1, [1; 32], [3; 32]),
            comparison(1, [2; 32], [1; 32]),
        ] {
            assert_ne!(other.emoji(), emoji);
        }
    }

    #[test]
    fn a_commitment_opens_to_one_share() {
        let committed = commitment(&[1; 32]);
        assert!(opens(&committed, &[1; 32]) && !opens(&committed, &[2; 32]));
    }

    /// Promise 12: cut to 16 bits, with a million attacks, whoever stands between two people and has to commit before they see
    /// the other's share wins no more often than chance; who need not commit always wins.
    #[test]
    fn a_grinding_attacker_wins_at_chance() {
        const BITS: u32 = 16;
        const ATTACKS: u32 = 1_000_000;
        let cut = |bits: u64| bits >> (64 - BITS);
        let mut random = SecureRandom::new([4; 32]);
        let mut state = u64::from_be_bytes(random.bytes());
        // xorshift64: shares that do not repeat; what must not be guessed is not tested here.
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let (ada_side, bob_side) = (
            comparison(1, [0; 32], [0; 32]),
            comparison(2, [0; 32], [0; 32]),
        );
        let share = |number: u64| {
            let mut share = [0; 32];
            share[..8].copy_from_slice(&number.to_be_bytes());
            share
        };
        let mut wins = 0_u32;
        for _ in 0..ATTACKS {
            // Towards Ada the attacker answers, towards Bob it begins: it has to commit to Bob before Ada reveals her share,
            // and to answer Ada before Bob reveals his.
            let (ada, bob) = (share(draw()), share(draw()));
            let (to_ada, to_bob) = (share(draw()), share(draw()));
            let with_ada = again(&ada_side, ada, to_ada);
            let with_bob = again(&bob_side, to_bob, bob);
            wins += u32::from(cut(with_ada) == cut(with_bob));
        }
        // Expected 15.3; more than 40 has a probability of 1 in ten million.
        assert!(wins < 40, "{wins} wins of {ATTACKS}");

        // Without commitments the last to speak searches: about 65,000 tries are enough.
        let (ada, bob, to_ada) = (share(draw()), share(draw()), share(draw()));
        let goal = cut(again(&ada_side, ada, to_ada));
        let found = (0..2_000_000).any(|guess| cut(again(&bob_side, share(guess), bob)) == goal);
        assert!(found, "the attack itself works");
    }
}
