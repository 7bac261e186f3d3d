//! Keys and seals: what keeps a private room private from the server, and makes people recognisable in every room.
//!
//! | file | what it decides |
//! |---|---|
//! | [`invite`] | the secret behind `#`, passphrases |
//! | [`invite_text`] | an invite in a text, as people pass it on |
//! | [`room_keys`] | what everybody in a room has in common |
//! | [`identity`] | who somebody is, and which tab speaks for them |
//! | [`announcement`] | what a tab says of itself before anybody connects to it |
//! | [`epoch`] | keys that are wiped |
//! | [`pair`], [`signal`] | what two tabs have in common, and how they seal what the server relays |
//! | [`fingerprint`] | the certificates that a connection is confirmed over |
//! | [`entry`] | what is said, signed |
//! | [`card`] | whose session it is, for those who have not met it |
//! | [`receipt`] | what a session has and has read, signed |
//! | [`safety_number`], [`emoji`] | how people make sure of each other |
//!
//! Nothing here has a source of randomness or a clock: both come in as arguments.

pub mod announcement;
pub mod card;
pub mod emoji;
mod encoding;
pub mod entry;
pub mod epoch;
mod fingerprint;
pub mod identity;
pub mod invite;
pub mod invite_text;
mod labels;
pub mod pair;
pub mod random;
pub mod receipt;
mod replay;
pub mod room_keys;
pub mod safety_number;
pub mod signal;

pub use announcement::Announcement;
pub use card::SignedCard;
pub(crate) use encoding::{decode_exactly, encode};
pub use fingerprint::CertificateFingerprint;
pub use identity::{Identity, IdentityKey, Session, SessionKey, SessionName};
pub use invite::{Invite, InviteSecret, RoomSecret, StretchedPassphrase};
pub(crate) use labels::{VECTOR, join};
pub use random::SecureRandom;
pub use receipt::SignedReceipt;
pub use room_keys::RoomKeys;
pub use safety_number::SafetyNumber;
