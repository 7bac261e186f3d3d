//! Two servers have a seat for one id: whose stays?

use std::cmp::Reverse;

use super::SeatWord;
use crate::{ids::ServerId, signaling::ErrorCode, time::Timestamp};

/// What becomes of a server's own seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stays; the other server will find the same.
    Keep,
    /// It stays as what it really is: the other one, moved here.
    Inherit { joined_at: Timestamp, moves: u32 },
    /// It goes.
    Yield(Eviction),
}

/// Why a socket lost its seat to one on another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// Its owner sits elsewhere now.
    MovedAway,
    /// Somebody elsewhere was there first.
    WasTaken,
}

impl Eviction {
    /// What the socket is told before it is closed.
    pub fn error(self) -> Option<ErrorCode> {
        match self {
            Self::MovedAway => None,
            Self::WasTaken => Some(ErrorCode::PeerIdTaken),
        }
    }
}

/// Judges the own seat, by what both servers know of both seats, so that both find the same.
///
/// A server that was cut off takes a resume value that it cannot know for good, and keeps its proof as a claim:
/// where the claim fits, the seat has only moved. Everything else goes by [`rank`], so a newer seat without such a
/// claim never displaces an older one, however often it has moved.
pub(super) fn judge(
    (me, mine): (ServerId, &SeatWord),
    (server, theirs): (ServerId, &SeatWord),
) -> Verdict {
    if claims(theirs, mine) {
        return Verdict::Yield(Eviction::MovedAway);
    }
    if claims(mine, theirs) {
        return Verdict::Inherit {
            joined_at: theirs.joined_at,
            moves: theirs.moves.saturating_add(1),
        };
    }
    if rank(me, mine) < rank(server, theirs) {
        return Verdict::Keep;
    }
    let has_moved = mine.joined_at == theirs.joined_at && mine.moves < theirs.moves;
    Verdict::Yield(if has_moved {
        Eviction::MovedAway
    } else {
        Eviction::WasTaken
    })
}

/// Whether one seat displaces another, for everybody who has neither.
pub(super) fn displaces(
    (server, seat): (ServerId, &SeatWord),
    (other_server, other): (ServerId, &SeatWord),
) -> bool {
    if claims(seat, other) || claims(other, seat) {
        return claims(seat, other);
    }
    rank(server, seat) < rank(other_server, other)
}

/// Whether one seat is the other, moved by its resume value.
fn claims(one: &SeatWord, other: &SeatWord) -> bool {
    one.claim.is_some_and(|claim| claim.matches(&other.proof))
}

/// Of several seats for one id the least stays: the one that was taken first, of one that moved the newest. The
/// last word, for clocks that agree to the millisecond, has the server's id.
fn rank(server: ServerId, seat: &SeatWord) -> (Timestamp, Reverse<u32>, ServerId) {
    (seat.joined_at, Reverse(seat.moves), server)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::PeerId, signaling::span::ResumeProof};

    fn seat(joined_at: u64, moves: u32, resume: &str, claim: Option<&str>) -> SeatWord {
        let proof =
            |resume| ResumeProof::of(&"tea".parse().unwrap(), PeerId::from_random(1), resume);
        SeatWord {
            id: PeerId::from_random(1),
            name: "Ada".to_owned(),
            joined_at: Timestamp::from_millis(joined_at),
            moves,
            proof: proof(resume),
            claim: claim.map(proof),
            connected: true,
        }
    }

    /// Both servers' verdicts, the lower id's first.
    fn both(low: &SeatWord, high: &SeatWord) -> (Verdict, Verdict) {
        let (first, second) = (ServerId::from_bytes([1; 16]), ServerId::from_bytes([2; 16]));
        (
            judge((first, low), (second, high)),
            judge((second, high), (first, low)),
        )
    }

    #[test]
    fn whoever_was_there_first_stays() {
        let (early, late) = (seat(1, 0, "a", None), seat(2, 9, "b", Some("c")));
        let lost = Verdict::Yield(Eviction::WasTaken);
        assert_eq!(both(&early, &late), (Verdict::Keep, lost));
        assert_eq!(both(&late, &early), (lost, Verdict::Keep));
        assert_eq!(
            both(&early, &early),
            (Verdict::Keep, lost),
            "the lower id at the same moment"
        );
    }

    #[test]
    fn a_seat_that_has_moved_is_where_it_moved_to() {
        let (old, new) = (seat(1, 0, "a", None), seat(1, 1, "b", None));
        let moved = Verdict::Yield(Eviction::MovedAway);
        assert_eq!(both(&old, &new), (moved, Verdict::Keep));
        assert_eq!(both(&new, &old), (Verdict::Keep, moved));
    }

    /// Promise 49.
    #[test]
    fn a_claim_that_fits_moves_the_seat_and_one_that_does_not_is_worth_nothing() {
        let (old, new) = (seat(1, 4, "a", None), seat(2, 0, "b", Some("a")));
        let inherits = Verdict::Inherit {
            joined_at: Timestamp::from_millis(1),
            moves: 5,
        };
        assert_eq!(
            both(&old, &new),
            (Verdict::Yield(Eviction::MovedAway), inherits)
        );
        let thief = seat(2, 0, "b", Some("wrong"));
        assert_eq!(
            both(&old, &thief),
            (Verdict::Keep, Verdict::Yield(Eviction::WasTaken))
        );
    }
}
