//! Identifiers. Each can only be made by parsing, so whoever holds one holds a valid one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits;

/// Why a string is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    /// A room id has no characters.
    #[error("a room needs a name")]
    EmptyRoomId,
    /// A room id has more than [`limits::ROOM_ID_CHARS`] characters.
    #[error("a room's name has at most {} characters", limits::ROOM_ID_CHARS)]
    RoomIdTooLong,
    /// A room id has a character outside `A-Z a-z 0-9 _ -`.
    #[error("a room's name is made of letters a to z, digits, - and _")]
    RoomIdCharacter,
    /// Not a UUID in its hyphenated form (RFC 9562, section 4).
    #[error("not a hyphenated UUID")]
    NotUuid,
}

/// The name of a room: 1 to 64 of `A-Z a-z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(String);

/// The ids of private rooms begin with this; their invites carry a secret besides.
const PRIVATE_PREFIX: &str = "p_";

impl RoomId {
    /// The id as it stands in addresses and messages.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id names a private room, which nobody may enter without its secret.
    pub fn is_private(&self) -> bool {
        self.0.starts_with(PRIVATE_PREFIX)
    }

    /// The id of a private room, from 128 random bits in hexadecimal: nobody guesses it.
    pub fn private(bits: u128) -> Self {
        Self(format!("{PRIVATE_PREFIX}{bits:032x}"))
    }
}

impl FromStr for RoomId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(ParseIdError::EmptyRoomId);
        }
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        {
            return Err(ParseIdError::RoomIdCharacter);
        }
        if text.len() > limits::ROOM_ID_CHARS {
            return Err(ParseIdError::RoomIdTooLong);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for RoomId {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RoomId> for String {
    fn from(id: RoomId) -> Self {
        id.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Makes a newtype over [`Uuid`] that parses only the hyphenated form and writes it in lower case.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// An id (UUID version 4) from 128 random bits.
            pub fn from_random(bits: u128) -> Self {
                Self(uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid())
            }

            /// The 16 bytes of the UUID (RFC 9562, section 4).
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From the 16 bytes of a UUID.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_hyphenated(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(formatter)
            }
        }
    };
}

uuid_id! {
    /// One tab in one room: a hyphenated UUID, compared without regard to case.
    PeerId
}

uuid_id! {
    /// One chat message, the same on every side.
    MessageId
}

uuid_id! {
    /// One run of one server: a server that was started again is another.
    ServerId
}

/// Whether a text is a UUID in its hyphenated form (RFC 9562, section 4).
#[cfg(feature = "engine")]
pub(crate) fn is_hyphenated_uuid(text: &str) -> bool {
    parse_hyphenated(text).is_ok()
}

/// `Uuid::try_parse` alone also accepts braces, `urn:uuid:` and 32 bare digits; only the hyphenated form has
/// 36 characters.
fn parse_hyphenated(text: &str) -> Result<Uuid, ParseIdError> {
    const HYPHENATED_CHARS: usize = 36;
    if text.len() != HYPHENATED_CHARS {
        return Err(ParseIdError::NotUuid);
    }
    Uuid::try_parse(text).map_err(|_| ParseIdError::NotUuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_id_is_one_to_64_safe_characters() {
        for good in ["a", "Tea-Time_2", &"x".repeat(64), "p_secret"] {
            assert_eq!(good.parse::<RoomId>().unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", ParseIdError::EmptyRoomId),
            (&*"x".repeat(65), ParseIdError::RoomIdTooLong),
            ("tea time", ParseIdError::RoomIdCharacter),
            ("../etc", ParseIdError::RoomIdCharacter),
            ("caf\u{e9}", ParseIdError::RoomIdCharacter),
            ("a\0", ParseIdError::RoomIdCharacter),
        ] {
            assert_eq!(bad.parse::<RoomId>(), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn only_ids_with_the_prefix_are_private() {
        assert!("p_abc".parse::<RoomId>().unwrap().is_private());
        assert!(!"abc".parse::<RoomId>().unwrap().is_private());
        let generated = RoomId::private(7);
        assert!(generated.is_private() && generated.as_str().parse() == Ok(generated.clone()));
    }

    #[test]
    fn a_peer_id_is_a_hyphenated_uuid_in_any_case() {
        let lower = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let id: PeerId = lower.parse().unwrap();
        assert_eq!(lower.to_uppercase().parse(), Ok(id));
        assert_eq!(id.to_string(), lower);
        for bad in [
            "",
            "67e5504410b1426f9247bb680e5fe0c8",
            "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
            "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8",
            "67e55044-10b1-426f-9247-bb680e5fe0cg",
        ] {
            assert_eq!(bad.parse::<PeerId>(), Err(ParseIdError::NotUuid), "{bad:?}");
        }
    }

    #[test]
    fn random_ids_are_uuids_of_version_four() {
        let id = PeerId::from_random(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
        assert_eq!(id.0.get_version_num(), 4);
    }
}
