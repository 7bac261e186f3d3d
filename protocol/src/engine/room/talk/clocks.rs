//! When something was said, as it is shown: what the author's clock says, as far as the arrival lets one believe it. Decided once,
//! when it arrives, and kept; so a reload shows the same.
//!
//! - Nothing was said after it arrived: a clock that is ahead counts as the arrival (promise 34 would allow a minute more).
//! - What comes over a link that works was said within the last minute. Of a clock that claims more, nothing is believed, and the
//!   arrival is shown. Within that minute the time never goes behind what is shown above it.
//! - After a silence, what waited for this tab in the author's page arrives. It is shown when it was said, where that was during
//!   the silence; it ends with the first message that was said just now, and at the latest after a while.

use std::time::Duration;

use litemap::LiteMap;

use crate::{engine::StoredMessage, ids::PeerId, limits, time::Timestamp};

/// How far from its arrival something may have been said, over a link that works.
const LIVE: Duration = Duration::from_secs(60);

/// So long without a word, ping or pong of somebody's is a silence; hidden pages ask every ten seconds.
const SILENCE: Duration = Duration::from_secs(20);

/// Within so long after a silence, what was said during it arrives.
const DELIVERED_WITHIN: Duration = Duration::from_secs(120);

/// When a message was said, as it is shown. `silent_since` is when its author was heard last, where a silence has just ended;
/// `latest` is the latest time shown so far.
pub(in crate::engine) fn shown_at(
    claimed: Timestamp,
    arrival: Timestamp,
    silent_since: Option<Timestamp>,
    latest: Timestamp,
) -> Timestamp {
    let lately = arrival - LIVE;
    if claimed > arrival {
        arrival
    } else if claimed >= lately {
        claimed.max(latest.min(arrival))
    } else if silent_since.is_some_and(|since| claimed >= since - LIVE) {
        claimed
    } else {
        arrival
    }
}

/// When somebody was heard.
#[derive(Debug)]
struct Heard {
    last: Timestamp,
    /// Since when they had been silent before that, and how long that counts.
    silent: Option<(Timestamp, Timestamp)>,
}

/// See the module. Every time is of this page's wall clock, but for what authors claim.
#[derive(Debug, Default)]
pub(in crate::engine) struct Clocks {
    heard: LiteMap<PeerId, Heard>,
    latest: Timestamp,
}

impl Clocks {
    /// Goes on after what the tab kept.
    pub(in crate::engine) fn after(history: &[StoredMessage]) -> Self {
        let shown = history.iter().map(|stored| stored.message.timestamp);
        Self {
            heard: LiteMap::default(),
            latest: shown.max().unwrap_or_default(),
        }
    }

    /// Somebody is in the room: nothing of theirs that is older was said to this tab.
    pub(in crate::engine) fn meet(&mut self, peer: PeerId, now: Timestamp) {
        self.heard.entry(peer).or_insert_with(|| Heard::since(now));
        self.forget_one_too_many();
    }

    /// Somebody said something, if only that they are there.
    pub(in crate::engine) fn hear(&mut self, peer: PeerId, now: Timestamp) {
        let heard = self.heard.entry(peer).or_insert_with(|| Heard::since(now));
        if now.since(heard.last) > SILENCE {
            heard.silent = Some((heard.last, now + DELIVERED_WITHIN));
        }
        heard.last = heard.last.max(now);
        self.forget_one_too_many();
    }

    /// The latest time that is shown.
    pub(in crate::engine) fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Since when somebody cannot be heard, or could not until a moment ago.
    pub(in crate::engine) fn unheard_since(
        &self,
        peer: PeerId,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let heard = self.heard.get(&peer)?;
        let ended = heard.silent.filter(|&(_, until)| now <= until);
        let lasts = (now.since(heard.last) > SILENCE).then_some(heard.last);
        ended.map(|(since, _)| since).or(lasts)
    }

    /// When a message that arrives now was said, as it is shown.
    pub(in crate::engine) fn judge(
        &mut self,
        author: PeerId,
        claimed: Timestamp,
        now: Timestamp,
    ) -> Timestamp {
        let heard = self.heard.get_mut(&author);
        let silent = heard.as_ref().and_then(|heard| heard.silent);
        let since = silent.filter(|&(_, until)| now <= until);
        let shown = shown_at(claimed, now, since.map(|(since, _)| since), self.latest);
        if let Some(heard) = heard
            && claimed >= now - LIVE
        {
            heard.silent = None;
        }
        self.latest = self.latest.max(shown);
        shown
    }

    /// The person said something.
    pub(in crate::engine) fn note_own(&mut self, said: Timestamp) {
        self.latest = self.latest.max(said);
    }

    fn forget_one_too_many(&mut self) {
        if self.heard.len() > limits::ROOM_MEMBERS {
            let longest = self.heard.iter().min_by_key(|(_, heard)| heard.last);
            if let Some(peer) = longest.map(|(&peer, _)| peer) {
                self.heard.remove(&peer);
            }
        }
    }
}

impl Heard {
    fn since(now: Timestamp) -> Self {
        Self {
            last: now,
            silent: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 3600;
    /// In seconds.
    const NOON: u64 = 1_793_620_800;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn peer(number: u128) -> PeerId {
        PeerId::from_random(number)
    }

    /// Promise 34, in both directions.
    #[test]
    fn a_clock_that_is_wrong_either_way_shows_the_arrival() {
        for claimed in [
            0,
            1,
            NOON - 400 * DAY,
            NOON - DAY,
            NOON - 5 * 3600,
            NOON - 61,
            NOON + 1,
            NOON + 5 * 3600,
            NOON + DAY,
            u64::MAX / 1000,
        ] {
            let shown = shown_at(at(claimed), at(NOON), None, at(0));
            assert_eq!(shown, at(NOON), "claimed {claimed}");
        }
    }

    #[test]
    fn a_clock_that_is_nearly_right_is_believed_and_never_goes_behind_what_is_shown() {
        for (ago, latest_ago, shown_ago) in [(0, 9, 0), (5, 9, 5), (9, 5, 5), (60, 90, 60)] {
            let shown = shown_at(at(NOON - ago), at(NOON), None, at(NOON - latest_ago));
            assert_eq!(shown, at(NOON - shown_ago));
        }
        // This page's own clock was set back: what is shown above says nothing any more.
        let shown = shown_at(at(NOON - 1), at(NOON), None, at(NOON + DAY));
        assert_eq!(shown, at(NOON));
    }

    #[test]
    fn what_waited_in_the_authors_page_is_shown_when_it_was_said() {
        let mut clocks = Clocks::default();
        clocks.meet(peer(1), at(NOON));
        clocks.hear(peer(1), at(NOON + 10));
        // Ten minutes without a link; then all of it arrives.
        let back = NOON + 610;
        clocks.hear(peer(1), at(back));
        for said in [NOON + 15, NOON + 300, back - 61] {
            assert_eq!(clocks.judge(peer(1), at(said), at(back)), at(said));
        }
        // From before the silence nothing can have waited.
        assert_eq!(clocks.judge(peer(1), at(NOON - 100), at(back)), at(back));
        // What is said now ends it.
        assert_eq!(clocks.judge(peer(1), at(back), at(back)), at(back));
        assert_eq!(
            clocks.judge(peer(1), at(NOON + 20), at(back + 1)),
            at(back + 1)
        );
    }

    #[test]
    fn a_slow_clock_is_not_believed_for_long_because_there_was_a_silence() {
        let mut clocks = Clocks::default();
        clocks.meet(peer(1), at(NOON));
        clocks.hear(peer(1), at(NOON + 3600));
        let later = at(NOON + 3600 + 121);
        assert_eq!(clocks.judge(peer(1), at(NOON + 1800), later), later);
    }

    #[test]
    fn of_somebody_who_is_met_just_now_nothing_old_is_believed() {
        let mut clocks = Clocks::default();
        clocks.meet(peer(1), at(NOON));
        clocks.hear(peer(1), at(NOON + 1));
        let now = at(NOON + 2);
        assert_eq!(clocks.judge(peer(1), at(NOON - DAY), now), now);
        assert_eq!(clocks.judge(peer(2), at(NOON - DAY), now), now, "never met");
    }

    #[test]
    fn live_times_never_go_back_whoever_speaks() {
        let mut clocks = Clocks::default();
        let mut latest = at(0);
        let skews = [0, DAY, 30, 50, NOON].into_iter().cycle();
        for (second, skew) in (0..600).zip(skews) {
            let now = at(NOON + second);
            let author = peer(u128::from(second % 5));
            clocks.hear(author, now);
            let claimed = if second % 2 == 0 {
                now - Duration::from_secs(skew)
            } else {
                now + Duration::from_secs(skew)
            };
            let shown = clocks.judge(author, claimed, now);
            assert!(shown >= latest && shown <= now);
            latest = shown;
        }
    }

    #[test]
    fn throwaway_members_are_not_remembered_without_end() {
        let mut clocks = Clocks::default();
        for number in 0..2_000 {
            clocks.meet(peer(number << 80), at(NOON + 1));
            clocks.hear(peer((number + 10_000) << 80), at(NOON + 2));
        }
        assert!(clocks.heard.len() <= limits::ROOM_MEMBERS);
    }
}
