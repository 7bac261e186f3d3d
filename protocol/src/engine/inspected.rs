//! Whom the person looks at closely.

use crate::{
    crypto::{IdentityKey, SafetyNumber},
    ids::PeerId,
};

/// A member, with what takes long to work out.
#[derive(Debug)]
pub(super) struct Inspected {
    pub(super) peer: PeerId,
    /// Thousands of hashes: worked out once for each key.
    pub(super) safety_number: Option<(IdentityKey, SafetyNumber)>,
}
