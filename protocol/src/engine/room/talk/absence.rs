//! Whether something may have been said that never reaches this tab.
//!
//! Others keep what they say for everybody who has a seat, and say it once there is a link. A seat is kept for
//! [`limits::SEAT_KEPT`] after the server has lost its socket. Whoever takes one again after that may have missed something of
//! everybody who could not be heard meanwhile; alone in the room there was nothing to miss.

use std::time::Duration;

use crate::{
    engine::{Gap, Presence},
    ids::{MessageId, PeerId},
    limits,
    time::Timestamp,
};

/// After a sleep the socket may still hand over what came before; so much later it has proved to be alive.
const ALIVE_AFTER: Duration = Duration::from_secs(2);

/// Gaps that are kept; of more the oldest go.
const GAPS: usize = 50;

/// See the module. Every time is of the wall clock.
#[derive(Debug, Default)]
pub(in crate::engine) struct Absence {
    /// When the server spoke last to this tab in its seat, and how many others there were.
    seated: Option<(Timestamp, usize)>,
    woke_at: Option<Timestamp>,
    gaps: Vec<Gap>,
}

impl Absence {
    /// Goes on after what the tab kept.
    pub(in crate::engine) fn after(presence: Option<Presence>) -> Self {
        let presence = presence.unwrap_or_default();
        Self {
            // Of who was alone nothing is kept.
            seated: presence.there_until.map(|until| (until, 1)),
            woke_at: None,
            gaps: presence.gaps,
        }
    }

    pub(in crate::engine) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// What a reload needs to know.
    pub(in crate::engine) fn presence(&self) -> Presence {
        let in_company = self.seated.filter(|&(_, others)| others > 0);
        Presence {
            gaps: self.gaps.clone(),
            there_until: in_company.map(|(until, _)| until),
        }
    }

    /// The page or the machine slept until now.
    pub(in crate::engine) fn handle_woken(&mut self, now: Timestamp) {
        self.woke_at = Some(now);
    }

    /// The server said something to this tab in its seat.
    pub(in crate::engine) fn handle_server(&mut self, now: Timestamp, others: usize) {
        let is_proof = |woke_at: Timestamp| now >= woke_at + ALIVE_AFTER;
        if self.woke_at.is_none_or(is_proof) {
            self.woke_at = None;
            self.seated = Some((now, others));
        }
    }

    /// The server gave a seat, with so many others in the room. `unheard_since` is when the first of those who were there before
    /// fell silent, `None` while all are heard; `last` is the newest message. Gives whether there is a new gap.
    pub(in crate::engine) fn handle_seated(
        &mut self,
        now: Timestamp,
        others: usize,
        unheard_since: Option<Timestamp>,
        last: Option<(PeerId, MessageId)>,
    ) -> bool {
        self.woke_at = None;
        let Some((until, others_then)) = self.seated.replace((now, others)) else {
            return false;
        };
        let Some(unheard_since) = unheard_since else {
            return false;
        };
        let is_short = now.since(until) <= limits::SEAT_KEPT;
        // One who came while nobody was there had nobody to talk to.
        let is_nobody_missed = others_then == 0 && others < 2;
        if is_short || is_nobody_missed {
            return false;
        }
        match self.gaps.last_mut() {
            // Nothing was said between the two.
            Some(before) if before.after == last => before.to = now,
            Some(_) | None => self.gaps.push(Gap {
                from: until.max(unheard_since),
                to: now,
                after: last,
            }),
        }
        if self.gaps.len() > GAPS {
            self.gaps.remove(0);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(1_793_620_800_000 + seconds * 1000)
    }

    fn message(number: u128) -> Option<(PeerId, MessageId)> {
        Some((PeerId::from_random(1), MessageId::from_random(number << 80)))
    }

    fn seated(others: usize) -> Absence {
        let mut absence = Absence::default();
        assert!(!absence.handle_seated(at(0), others, None, None));
        absence.handle_server(at(10), others);
        absence
    }

    #[test]
    fn a_minute_without_a_seat_and_without_a_word_of_anybody_is_a_gap() {
        let mut absence = seated(2);
        assert!(absence.handle_seated(at(70), 2, Some(at(12)), message(1)));
        let gap = Gap {
            from: at(12),
            to: at(70),
            after: message(1),
        };
        assert_eq!(absence.gaps(), [gap]);
        // Away again before anything is said: one line for both.
        assert!(absence.handle_seated(at(170), 2, Some(at(80)), message(1)));
        assert_eq!(absence.gaps(), [Gap { to: at(170), ..gap }]);
        assert!(absence.handle_seated(at(270), 2, Some(at(180)), message(2)));
        assert_eq!(absence.gaps().len(), 2);
    }

    #[test]
    fn where_nothing_can_be_missing_there_is_no_gap() {
        // The seat was kept.
        assert!(!seated(2).handle_seated(at(55), 2, Some(at(10)), None));
        // Everybody was heard all the time.
        assert!(!seated(2).handle_seated(at(500), 2, None, None));
        // Nobody else was there, and of one who came meanwhile there was nothing to hear.
        assert!(!seated(0).handle_seated(at(500), 0, Some(at(10)), None));
        assert!(!seated(0).handle_seated(at(500), 1, Some(at(10)), None));
        assert!(seated(0).handle_seated(at(500), 2, Some(at(10)), None));
        // Whoever comes for the first time has missed nothing that is theirs.
        assert!(!Absence::default().handle_seated(at(500), 5, Some(at(10)), None));
    }

    #[test]
    fn what_a_socket_hands_over_on_waking_is_no_proof_that_the_seat_was_kept() {
        let mut absence = seated(1);
        absence.handle_woken(at(100));
        absence.handle_server(at(100), 1);
        assert!(absence.handle_seated(at(101), 1, Some(at(10)), None));
        let mut absence = seated(1);
        absence.handle_woken(at(100));
        absence.handle_server(at(103), 1);
        assert!(!absence.handle_seated(at(110), 1, Some(at(10)), None));
    }

    #[test]
    fn a_reload_goes_on_from_what_was_kept() {
        let mut absence = seated(1);
        absence.handle_seated(at(70), 1, Some(at(12)), message(1));
        let mut after = Absence::after(Some(absence.presence()));
        assert_eq!(after.gaps(), absence.gaps());
        assert!(!after.handle_seated(at(75), 1, Some(at(0)), message(2)));
        let mut later = Absence::after(Some(absence.presence()));
        assert!(later.handle_seated(at(700), 1, Some(at(0)), message(2)));
        assert_eq!(later.gaps()[1].from, at(70));
        let alone = Absence::after(Some(seated(0).presence()));
        assert_eq!(alone.presence().there_until, None);
    }

    #[test]
    fn gaps_do_not_grow_without_end() {
        let mut absence = seated(1);
        for number in 1..200_u64 {
            let now = at(number * 1_000);
            absence.handle_seated(
                now,
                1,
                Some(now - Duration::from_secs(900)),
                message(number.into()),
            );
        }
        assert_eq!(absence.gaps().len(), GAPS);
    }
}
