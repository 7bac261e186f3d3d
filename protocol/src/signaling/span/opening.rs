//! A server opens a room: it waits until everybody who is in the room already has said who sits there.

use std::collections::BTreeSet;

use crate::ids::ServerId;

/// Whose answers are here, and whose are not.
#[derive(Debug, Default)]
pub struct Opening {
    answered: BTreeSet<ServerId>,
    named: BTreeSet<ServerId>,
}

impl Opening {
    /// `me` has asked.
    pub fn new(me: ServerId) -> Self {
        Self {
            answered: [me].into(),
            named: BTreeSet::new(),
        }
    }

    /// A server's last part has come; it knows of others in the room. Gives whether all have answered who are
    /// known to be in the room.
    pub fn handle_answer(&mut self, server: ServerId, others: &[ServerId]) -> bool {
        self.answered.insert(server);
        self.named.extend(others);
        self.named.is_subset(&self.answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_says_whose_are_still_to_come() {
        let [me, first, second, third] =
            [1, 2, 3, 4].map(|number| ServerId::from_bytes([number; 16]));
        let mut opening = Opening::new(me);
        assert!(!opening.handle_answer(first, &[second, me]));
        assert!(!opening.handle_answer(second, &[first, third]));
        assert!(opening.handle_answer(third, &[]));
        assert!(Opening::new(me).handle_answer(first, &[]), "alone there");
    }
}
