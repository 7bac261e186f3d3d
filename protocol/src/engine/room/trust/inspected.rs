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
    safety_number: Option<(IdentityKey, SafetyNumber)>,
}

impl Inspected {
    pub(super) fn new(peer: PeerId) -> Self {
        Self {
            peer,
            safety_number: None,
        }
    }

    pub(super) fn safety_number(&mut self, me: &IdentityKey, them: IdentityKey) -> &SafetyNumber {
        let worked_out = self.safety_number.take().filter(|(of, _)| *of == them);
        let worked_out = worked_out.unwrap_or_else(|| (them, SafetyNumber::of(me, &them)));
        let (_, number) = self.safety_number.insert(worked_out);
        number
    }
}
