//! A comparison by emoji with one person, message by message; see [`crate::crypto::emoji`].

use zeroize::Zeroizing;

use crate::{
    crypto::{
        IdentityKey, SecureRandom, decode_exactly,
        emoji::{self, Comparison, Share},
        encode,
    },
    engine::EmojiView,
    peer::PeerMessage,
};

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// The other side has committed and the person has not agreed yet.
    Asked([u8; 32]),
    /// This side has committed.
    Committed(Share),
    /// This side has agreed and waits for the commitment to be opened.
    Shared([u8; 32], Share),
    Compare(Comparison),
    Same,
    Different,
}

/// How a comparison with one person stands.
#[derive(Debug, Default)]
pub(in crate::engine) struct Comparing(State);

/// What the two sides have in common.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Ends {
    pub(in crate::engine) export: Zeroizing<[u8; 32]>,
    pub(in crate::engine) me: IdentityKey,
    pub(in crate::engine) them: IdentityKey,
    /// Whether this side stands where both begin.
    pub(in crate::engine) leads: bool,
}

impl Comparing {
    pub(in crate::engine) fn view(&self) -> EmojiView {
        match &self.0 {
            State::Idle => EmojiView::Idle,
            State::Asked(_) => EmojiView::Asked,
            State::Committed(_) | State::Shared(..) => EmojiView::Waiting,
            State::Compare(comparison) => EmojiView::Compare(comparison.emoji()),
            State::Same => EmojiView::Same,
            State::Different => EmojiView::Different,
        }
    }

    /// The person wants to compare, or agrees to. Gives what to say.
    pub(in crate::engine) fn begin(&mut self, random: &mut SecureRandom) -> Option<PeerMessage> {
        let share: Share = random.bytes();
        match &self.0 {
            State::Asked(commitment) => {
                self.0 = State::Shared(*commitment, share);
                let share = encode(&share);
                Some(PeerMessage::EmojiShare { share })
            }
            State::Idle | State::Same | State::Different => {
                self.0 = State::Committed(share);
                let commitment = encode(&emoji::commitment(&share));
                Some(PeerMessage::EmojiCommit { commitment })
            }
            State::Committed(_) | State::Shared(..) | State::Compare(_) => None,
        }
    }

    /// The person has compared. Gives whether it counts, and what to say.
    pub(in crate::engine) fn judge(&mut self, same: bool) -> (bool, Option<PeerMessage>) {
        match (&self.0, same) {
            (State::Compare(_), true) => {
                self.0 = State::Same;
                (true, None)
            }
            (State::Idle | State::Same | State::Different, _) | (_, true) => (false, None),
            (_, false) => {
                self.0 = State::Different;
                (false, Some(PeerMessage::EmojiCancel {}))
            }
        }
    }

    /// The other side said something about it; what is out of order ends the comparison. Gives what to say.
    pub(in crate::engine) fn handle(
        &mut self,
        message: &PeerMessage,
        ends: &Ends,
    ) -> Option<PeerMessage> {
        let (next, answer) = match (&self.0, message) {
            (State::Committed(_), PeerMessage::EmojiCommit { .. }) if ends.leads => return None,
            // Both have begun, so both have agreed. What was committed to here is open to nobody yet, and serves as the share.
            (State::Committed(own), PeerMessage::EmojiCommit { commitment }) => {
                let own = *own;
                let next = decode_exactly(commitment).map(|theirs| State::Shared(theirs, own));
                let share = encode(&own);
                let answer = next.is_some().then_some(PeerMessage::EmojiShare { share });
                (next, answer)
            }
            (
                State::Idle | State::Asked(_) | State::Same | State::Different,
                PeerMessage::EmojiCommit { commitment },
            ) => (decode_exactly(commitment).map(State::Asked), None),
            (State::Committed(own), PeerMessage::EmojiShare { share }) => {
                let reveal = PeerMessage::EmojiReveal { share: encode(own) };
                let next = decode_exactly(share).map(|theirs| {
                    State::Compare(ends.compare((ends.me, *own), (ends.them, theirs)))
                });
                let answer = next.is_some().then_some(reveal);
                (next, answer)
            }
            (State::Shared(commitment, own), PeerMessage::EmojiReveal { share }) => {
                let theirs = decode_exactly(share).filter(|it| emoji::opens(commitment, it));
                let next = theirs.map(|theirs| {
                    State::Compare(ends.compare((ends.them, theirs), (ends.me, *own)))
                });
                (next, None)
            }
            (State::Idle | State::Same | State::Different, PeerMessage::EmojiCancel {}) => {
                return None;
            }
            (State::Asked(_), PeerMessage::EmojiCancel {}) => (Some(State::Idle), None),
            // Out of order, or given up.
            (State::Idle, _) => return None,
            (_, _) => (None, None),
        };
        self.0 = next.unwrap_or(State::Different);
        answer
    }

    /// The connection is another one: what was begun on the old one is over.
    pub(in crate::engine) fn reset(&mut self) {
        match &self.0 {
            State::Same | State::Different => {}
            State::Idle
            | State::Asked(_)
            | State::Committed(_)
            | State::Shared(..)
            | State::Compare(_) => self.0 = State::Idle,
        }
    }
}

impl Ends {
    fn compare(&self, first: (IdentityKey, Share), second: (IdentityKey, Share)) -> Comparison {
        Comparison {
            export: self.export.clone(),
            first,
            second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Identity;

    struct Side {
        comparing: Comparing,
        ends: Ends,
        random: SecureRandom,
    }

    fn side(own: u8, other: u8, leads: bool) -> Side {
        let key = |seed| Identity::from_seed(&[seed; 32]).key();
        Side {
            comparing: Comparing::default(),
            ends: Ends {
                export: Zeroizing::new([5; 32]),
                me: key(own),
                them: key(other),
                leads,
            },
            random: SecureRandom::new([own; 32]),
        }
    }

    impl Side {
        fn begins(&mut self) -> PeerMessage {
            self.comparing.begin(&mut self.random).unwrap()
        }

        fn hears(&mut self, message: &PeerMessage) -> Option<PeerMessage> {
            self.comparing.handle(message, &self.ends)
        }
    }

    #[test]
    fn both_sides_see_the_same_emoji() {
        let (mut ada, mut bob) = (side(1, 2, true), side(2, 1, false));
        let commit = ada.begins();
        assert_eq!(bob.hears(&commit), None);
        assert_eq!(bob.comparing.view(), EmojiView::Asked);
        let share = bob.begins();
        let reveal = ada.hears(&share).unwrap();
        assert_eq!(bob.hears(&reveal), None);
        assert!(matches!(ada.comparing.view(), EmojiView::Compare(_)));
        assert_eq!(ada.comparing.view(), bob.comparing.view());
        assert_eq!(ada.comparing.judge(true), (true, None));
        assert_eq!(
            bob.comparing.judge(false),
            (false, Some(PeerMessage::EmojiCancel {}))
        );
        assert_eq!(bob.comparing.view(), EmojiView::Different);
    }

    #[test]
    fn where_both_begin_at_once_neither_is_asked_again() {
        let (mut ada, mut bob) = (side(1, 2, true), side(2, 1, false));
        let (from_ada, from_bob) = (ada.begins(), bob.begins());
        assert_eq!(ada.hears(&from_bob), None);
        let share = bob.hears(&from_ada).unwrap();
        assert_eq!(bob.comparing.view(), EmojiView::Waiting);
        let reveal = ada.hears(&share).unwrap();
        assert_eq!(bob.hears(&reveal), None);
        assert!(matches!(ada.comparing.view(), EmojiView::Compare(_)));
        assert_eq!(ada.comparing.view(), bob.comparing.view());
    }

    /// Promise 12: the order is enforced.
    #[test]
    fn a_share_before_its_time_or_another_than_was_committed_to_ends_it() {
        let share = |byte| encode(&[byte; 32]);
        let reveal = |byte| PeerMessage::EmojiReveal { share: share(byte) };
        let mut bob = side(2, 1, false);
        bob.hears(&PeerMessage::EmojiCommit {
            commitment: encode(&emoji::commitment(&[7; 32])),
        });
        bob.begins();
        bob.hears(&reveal(8));
        assert_eq!(bob.comparing.view(), EmojiView::Different);
        assert_eq!(bob.comparing.judge(true), (false, None));

        let mut ada = side(1, 2, true);
        ada.begins();
        ada.hears(&reveal(7));
        assert_eq!(ada.comparing.view(), EmojiView::Different);

        let mut idle = side(1, 2, true);
        assert_eq!(
            idle.hears(&PeerMessage::EmojiShare { share: share(1) }),
            None
        );
        assert_eq!(idle.comparing.view(), EmojiView::Idle);
    }
}
