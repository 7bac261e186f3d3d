//! What keys, hashes and signatures are for. Each label is used in one place only, so that nothing made for one purpose is
//! good for another.

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = concat!("banter/1 ", $text);)*

        #[cfg(test)]
        const ALL: &[&str] = &[$($name),*];
    };
}

labels! {
    /// Salt of the extraction of a room's keys.
    ROOM = "room";
    /// The key that seals announcements.
    ANNOUNCE = "announce";
    /// What goes into every pair's keys besides their own.
    PAIR_SECRET = "pair secret";
    /// The tag of a room, inside every signature.
    ROOM_TAG = "room tag";
    /// Salt of a passphrase.
    PASSPHRASE = "passphrase";
    /// What an invite tells about a stretched passphrase.
    PASSPHRASE_CHECK = "passphrase check";
    /// An identity's signature over a session key.
    SESSION = "session";
    /// A session's signature over an announcement.
    ANNOUNCEMENT = "announcement";
    /// The transcript of a pair.
    PAIR = "pair";
    /// The keys of a pair.
    PAIR_KEYS = "pair keys";
    /// What is authenticated beside a sealed signal.
    SIGNAL = "signal";
    /// The proof that a connection ends where it should.
    CONFIRM = "confirm";
    /// A session's signature over an entry.
    ENTRY = "entry";
    /// A session's signature over what is told of it to those who have not met it.
    CARD = "card";
    /// A session's signature over what it has and what was read.
    RECEIPT = "receipt";
    /// What is compared before vectors are told.
    VECTOR = "vector";
    /// Part of a safety number.
    SAFETY_NUMBER = "safety number";
    /// The commitment before emoji are compared.
    EMOJI_COMMITMENT = "emoji commitment";
    /// Which emoji are shown.
    EMOJI = "emoji";
    /// Random bytes.
    RANDOM_OUTPUT = "random output";
    /// The state after random bytes were taken.
    RANDOM_NEXT = "random next";
}

/// Joins fields so that no two lists give the same bytes: each after its length, four bytes, the highest first.
pub(crate) fn join(fields: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(fields.iter().map(|field| 4 + field.len()).sum());
    for field in fields {
        // Nothing that is joined comes near 4 GiB.
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
        joined.extend_from_slice(&length.to_be_bytes());
        joined.extend_from_slice(field);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise 9: no two purposes share a label.
    #[test]
    fn every_label_is_there_once() {
        for (place, label) in ALL.iter().enumerate() {
            assert!(!ALL[..place].contains(label), "{label}");
            assert!(label.starts_with("banter/1 ") && label.is_ascii());
        }
    }

    #[test]
    fn joined_fields_tell_where_each_ends() {
        assert_eq!(join(&[b"ab", b""]), b"\0\0\0\x02ab\0\0\0\0");
        assert_ne!(join(&[b"ab", b"c"]), join(&[b"a", b"bc"]));
        assert_ne!(join(&[]), join(&[b""]));
    }
}
