//! How fast this tab listens to each person, so that a flood of one holds up neither the page nor anybody else.
//!
//! So much is heard at once, and so much a second. What is more waits here, unread, and is heard step by step. An honest page has
//! at most [`limits::UNACKNOWLEDGED_BYTES`] under way, which always finds room, however much is queued behind it. Whoever goes on
//! sending beyond that does not wait for answers: nothing of theirs is read until they have calmed down, or the person wants it.
//! Then the connection is made anew, over which an honest page says again what was not acknowledged.

use std::{collections::VecDeque, time::Duration};

use litemap::LiteMap;

use crate::{
    crypto::IdentityKey,
    engine::{ConnectionId, Hearing},
    limits,
    time::Timestamp,
    token_bucket::{Rate, TokenBucket},
};

/// So often what waits is read.
const STEP: Duration = Duration::from_millis(25);

/// Frames of everybody together that one step reads: as many as one person is heard in that time. What a page that was held up
/// would have to make up for, it does not make up at once, which would hold it up again.
const AT_ONCE: usize = 5;

/// How long somebody is muted the first time; twice as long each next time.
const MUTED_FOR: Duration = Duration::from_secs(8);

/// How often that doubles: to about a quarter of an hour.
const MOST_STRIKES: u32 = 7;

/// After so long without being muted again, somebody is as good as new.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30 * 60);

/// Frames of somebody who is muted that still count as calm.
const CALM: Rate = Rate {
    per_second: 5,
    burst: 20,
};

#[derive(Debug)]
struct Muted {
    until: Timestamp,
    calm: TokenBucket,
}

/// One person's, over whatever connections and tabs.
#[derive(Debug)]
struct Pace {
    chat: TokenBucket,
    live: TokenBucket,
    held: VecDeque<(ConnectionId, String)>,
    held_bytes: usize,
    read_at: Option<Timestamp>,
    muted: Option<Muted>,
    strikes: u32,
    struck_at: Timestamp,
}

/// What to do with a frame.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine) enum Pacing {
    /// Read it now.
    Read(String),
    /// It waits.
    Held,
    /// It was too much: from now on nothing is read.
    JustMuted,
    /// Nothing is read.
    Dropped,
}

/// See the module.
#[derive(Debug, Default)]
pub(in crate::engine) struct Paces {
    people: LiteMap<IdentityKey, Pace>,
    step: Option<Step>,
    /// Frames that had waited and are not read any more, which was not told yet.
    unread: usize,
}

/// What is being read.
#[derive(Debug)]
struct Step {
    ends: Timestamp,
    /// Frames that may still be read in it.
    left: usize,
    /// Whose was the last one; the others come first then.
    served: Option<IdentityKey>,
}

impl Paces {
    /// A frame on `chat`, in the order in which it came.
    pub(in crate::engine) fn admit(
        &mut self,
        now: Timestamp,
        person: IdentityKey,
        connection: ConnectionId,
        frame: String,
    ) -> Pacing {
        let pace = self.pace(now, person);
        let waited = pace.held.len();
        let pacing = pace.admit(now, connection, frame);
        if pacing == Pacing::JustMuted {
            self.unread += waited;
        }
        pacing
    }

    /// How many frames had waited and are not read any more, since this was asked last.
    pub(in crate::engine) fn take_unread(&mut self) -> usize {
        std::mem::take(&mut self.unread)
    }

    /// Whether a frame on `live` is read; what is not is lost, as it may be on the way.
    pub(in crate::engine) fn admits_live(&mut self, now: Timestamp, person: IdentityKey) -> bool {
        self.pace(now, person).live.take_if_there(now, 1)
    }

    /// A frame was an answer to this tab's own words, which it had asked for.
    pub(in crate::engine) fn handle_answer(&mut self, person: &IdentityKey) {
        if let Some(pace) = self.people.get_mut(person) {
            pace.chat.give_back(1);
        }
    }

    pub(in crate::engine) fn hearing(&self, person: Option<IdentityKey>) -> Hearing {
        match person.and_then(|person| self.people.get(&person)) {
            Some(Pace { muted: Some(_), .. }) => Hearing::Muted,
            Some(pace) if !pace.held.is_empty() => Hearing::Slowed,
            Some(_) | None => Hearing::Heard,
        }
    }

    /// Of how many something waits.
    pub(in crate::engine) fn waiting(&self) -> usize {
        let people = self.people.values();
        people.filter(|pace| !pace.held.is_empty()).count()
    }

    /// The next frame that has waited and may be read now. A hidden page, whose timers ring once a second, draws nothing and cannot be
    /// held up: it makes up for all of it.
    pub(in crate::engine) fn next(
        &mut self,
        now: Timestamp,
        hidden: bool,
    ) -> Option<(ConnectionId, String)> {
        let served = self.step.as_ref().and_then(|step| step.served);
        let step = self.step.take().filter(|step| step.ends > now);
        let mut step = step.unwrap_or(Step {
            ends: now + STEP,
            left: AT_ONCE,
            served,
        });
        let mut next = None;
        if step.left > 0 || hidden {
            let after = step
                .served
                .map_or(0, |served| match self.people.find_index(&served) {
                    Ok(place) => place + 1,
                    Err(place) => place,
                });
            let mut later = self.people.iter_mut().skip(after);
            next = later.find_map(|(&person, pace)| Some((person, pace.next(now)?)));
            if next.is_none() {
                let mut all = self.people.iter_mut();
                next = all.find_map(|(&person, pace)| Some((person, pace.next(now)?)));
            }
        }
        if let Some((person, _)) = next {
            step.left = step.left.saturating_sub(1);
            step.served = Some(person);
        }
        self.step = Some(step);
        next.map(|(_, frame)| frame)
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Option<Timestamp> {
        let due = |pace: &Pace| {
            let muted = pace.muted.as_ref().map(|muted| muted.until);
            pace.read_at.into_iter().chain(muted).min()
        };
        let due = self.people.values().filter_map(due).min()?;
        let step = self.step.as_ref().filter(|step| step.left == 0);
        Some(step.map_or(due, |step| due.max(step.ends)))
    }

    /// Who has calmed down.
    pub(in crate::engine) fn handle_timeout(&mut self, now: Timestamp) -> Vec<IdentityKey> {
        let mut calm = Vec::new();
        for (&person, pace) in &mut self.people {
            if pace.muted.as_ref().is_some_and(|muted| muted.until <= now) {
                pace.muted = None;
                calm.push(person);
            }
        }
        calm
    }

    /// The person wants to hear somebody again. Gives whether they were muted.
    pub(in crate::engine) fn forgive(&mut self, now: Timestamp, person: &IdentityKey) -> bool {
        let Some(pace) = self.people.get_mut(person) else {
            return false;
        };
        let was_muted = pace.muted.is_some();
        if was_muted {
            *pace = Pace::new(now);
        }
        was_muted
    }

    fn pace(&mut self, now: Timestamp, person: IdentityKey) -> &mut Pace {
        if self.people.len() >= limits::ROOM_MEMBERS && !self.people.contains_key(&person) {
            self.people.retain(|_, pace| !pace.is_unremarkable(now));
            // Where everybody floods, one of them begins anew.
            if self.people.len() >= limits::ROOM_MEMBERS
                && let Some((&first, _)) = self.people.first()
            {
                let first = self.people.remove(&first);
                self.unread += first.map_or(0, |first| first.held.len());
            }
        }
        self.people.entry(person).or_insert_with(|| Pace::new(now))
    }
}

impl Pace {
    fn new(now: Timestamp) -> Self {
        Self {
            chat: TokenBucket::full(limits::HEARD, now),
            live: TokenBucket::full(limits::HEARD_LIVE, now),
            held: VecDeque::new(),
            held_bytes: 0,
            read_at: None,
            muted: None,
            strikes: 0,
            struck_at: now,
        }
    }

    fn admit(&mut self, now: Timestamp, connection: ConnectionId, frame: String) -> Pacing {
        if let Some(muted) = &mut self.muted {
            if !muted.calm.take_if_there(now, 1) {
                muted.until = muted.until.max(now + muted_for(self.strikes));
            }
            return Pacing::Dropped;
        }
        if self.held.is_empty() && self.chat.take_if_there(now, 1) {
            return Pacing::Read(frame);
        }
        self.held_bytes += frame.len();
        if self.held_bytes <= limits::HELD_BYTES {
            self.held.push_back((connection, frame));
            self.read_at.get_or_insert(now + STEP);
            return Pacing::Held;
        }
        if now.since(self.struck_at) > FORGOTTEN_AFTER {
            self.strikes = 0;
        }
        self.strikes = (self.strikes + 1).min(MOST_STRIKES);
        self.struck_at = now;
        self.muted = Some(Muted {
            until: now + muted_for(self.strikes),
            calm: TokenBucket::full(CALM, now),
        });
        self.held = VecDeque::new();
        self.held_bytes = 0;
        self.read_at = None;
        Pacing::JustMuted
    }

    fn next(&mut self, now: Timestamp) -> Option<(ConnectionId, String)> {
        if self.read_at.is_none_or(|at| at > now) {
            return None;
        }
        if !self.held.is_empty() && self.chat.take_if_there(now, 1) {
            let (connection, frame) = self.held.pop_front()?;
            self.held_bytes = self.held_bytes.saturating_sub(frame.len());
            return Some((connection, frame));
        }
        self.read_at = (!self.held.is_empty()).then(|| now + STEP);
        None
    }

    /// Whether somebody new would be listened to in the same way.
    fn is_unremarkable(&self, now: Timestamp) -> bool {
        self.muted.is_none() && self.held.is_empty() && self.chat.is_full(now)
    }
}

fn muted_for(strikes: u32) -> Duration {
    MUTED_FOR * 2_u32.saturating_pow(strikes.saturating_sub(1).min(MOST_STRIKES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Identity;

    const CONNECTION: ConnectionId = ConnectionId(1);

    fn person(number: u8) -> IdentityKey {
        Identity::from_seed(&[number; 32]).key()
    }

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    fn frame(bytes: usize) -> String {
        "x".repeat(bytes)
    }

    /// Says so many things a millisecond for so long. Gives how many were read.
    fn flood(paces: &mut Paces, millis: std::ops::Range<u64>, each: usize, bytes: usize) -> usize {
        let (who, mut read) = (person(1), 0);
        for milli in millis {
            paces.handle_timeout(at(milli));
            while paces.next(at(milli), false).is_some() {
                read += 1;
            }
            for _ in 0..each {
                let admitted = paces.admit(at(milli), who, CONNECTION, frame(bytes));
                read += usize::from(matches!(admitted, Pacing::Read(_)));
            }
        }
        read
    }

    /// Promise 32.
    #[test]
    fn five_thousand_a_second_are_slowed_then_muted_and_heard_again_after_calm() {
        let mut paces = Paces::default();
        let hearing = |paces: &Paces| paces.hearing(Some(person(1)));
        flood(&mut paces, 0..300, 5, 600);
        assert_eq!(hearing(&paces), Hearing::Slowed);
        let read = flood(&mut paces, 300..10_000, 5, 600);
        assert_eq!(hearing(&paces), Hearing::Muted);
        assert!(read < 1_000, "{read} more were read");
        // It lasts as long as they do, and ends when they calm down.
        assert_eq!(flood(&mut paces, 10_000..60_000, 5, 600), 0);
        assert!(paces.handle_timeout(at(67_000)).is_empty());
        assert_eq!(paces.handle_timeout(at(68_001)), [person(1)]);
        assert_eq!(hearing(&paces), Hearing::Heard);
        assert_eq!(flood(&mut paces, 69_000..69_001, 5, 600), 5);
        assert_eq!(paces.poll_timeout(), None);
    }

    #[test]
    fn who_floods_again_is_muted_for_longer_and_the_person_can_end_it() {
        let mut paces = Paces::default();
        flood(&mut paces, 0..2_000, 5, 600);
        assert!(!paces.handle_timeout(at(20_000)).is_empty());
        flood(&mut paces, 20_000..23_000, 5, 600);
        assert!(paces.handle_timeout(at(38_000)).is_empty());
        assert!(paces.forgive(at(38_000), &person(1)) && !paces.forgive(at(38_000), &person(1)));
        assert_eq!(flood(&mut paces, 38_000..38_001, 5, 600), 5);
    }

    /// Whatever an honest page has queued: it waits for acknowledgements, which come as fast as what it says is read.
    #[test]
    fn an_honest_page_is_never_muted_however_much_it_has_to_say() {
        for bytes in [150, 600, limits::CHANNEL_FRAME_BYTES] {
            let mut paces = Paces::default();
            let (mut under_way, mut read, mut milli) = (0, 0, 0);
            while read < 3_000 {
                while paces.next(at(milli), false).is_some() {
                    under_way -= bytes;
                    read += 1;
                }
                while under_way < limits::UNACKNOWLEDGED_BYTES {
                    under_way += bytes;
                    match paces.admit(at(milli), person(1), CONNECTION, frame(bytes)) {
                        Pacing::Read(_) => {
                            under_way -= bytes;
                            read += 1;
                        }
                        Pacing::Held => {}
                        refused @ (Pacing::JustMuted | Pacing::Dropped) => {
                            panic!("{refused:?} after {read} of {bytes} bytes")
                        }
                    }
                }
                milli += 1;
            }
            assert!(milli <= 12_000, "{milli} ms for 3,000 of {bytes} bytes");
        }
    }

    #[test]
    fn five_hundred_at_once_of_each_of_sixty_four_wait_for_nothing() {
        let mut paces = Paces::default();
        for _ in 0..500 {
            for number in 0..64 {
                let admitted = paces.admit(at(0), person(number), CONNECTION, frame(600));
                assert_eq!(admitted, Pacing::Read(frame(600)));
            }
        }
    }

    #[test]
    fn one_who_floods_takes_nothing_from_another_and_order_is_kept() {
        let mut paces = Paces::default();
        flood(&mut paces, 0..250, 5, 600);
        let other = paces.admit(at(250), person(2), CONNECTION, frame(1));
        assert_eq!(other, Pacing::Read(frame(1)));
        let mut paces = Paces::default();
        let mut read = Vec::new();
        for number in 0..3_000 {
            match paces.admit(at(0), person(1), CONNECTION, number.to_string()) {
                Pacing::Read(frame) => read.push(frame),
                Pacing::Held => {}
                refused @ (Pacing::JustMuted | Pacing::Dropped) => panic!("{refused:?}"),
            }
        }
        for milli in (0..15_000).step_by(10) {
            while let Some((_, frame)) = paces.next(at(milli), false) {
                read.push(frame);
            }
        }
        let expected: Vec<_> = (0..3_000).map(|number| number.to_string()).collect();
        assert_eq!(read, expected);
    }

    /// A page that was held up has much to make up for, and would be held up again by doing it at once.
    #[test]
    fn what_waited_is_read_in_small_steps_and_everybody_has_their_turn() {
        let mut paces = Paces::default();
        for number in 1..=3 {
            for _ in 0..3_000 {
                paces.admit(at(0), person(number), ConnectionId(number.into()), frame(1));
            }
        }
        let mut steps = Vec::new();
        let mut now = at(5_000);
        for _ in 0..12 {
            let read: Vec<_> = std::iter::from_fn(|| paces.next(now, false)).collect();
            assert_eq!(paces.next(now, false), None);
            assert!(
                paces.poll_timeout() > Some(now),
                "it is not asked again at once"
            );
            steps.push(read.into_iter().map(|(connection, _)| connection));
            now = now + STEP;
        }
        assert!(steps.iter().all(|step| step.len() == AT_ONCE));
        let all: Vec<_> = steps.into_iter().flatten().collect();
        for number in 1..=3 {
            let own = all
                .iter()
                .filter(|one| **one == ConnectionId(number))
                .count();
            assert_eq!(own, all.len() / 3, "{number}");
        }
    }

    /// Browsers let the timers of a hidden page ring once a second.
    #[test]
    fn a_hidden_page_falls_no_further_behind_than_a_visible_one() {
        let mut paces = Paces::default();
        for _ in 0..3_000 {
            paces.admit(at(0), person(1), CONNECTION, frame(1));
        }
        let read = (1..=10)
            .map(|second| std::iter::from_fn(|| paces.next(at(second * 1_000), true)).count());
        assert_eq!(read.sum::<usize>(), 2_000);
    }

    #[test]
    fn answers_to_what_this_tab_asked_cost_nothing() {
        let mut paces = Paces::default();
        for _ in 0..10_000 {
            let admitted = paces.admit(at(0), person(1), CONNECTION, frame(80));
            assert_eq!(admitted, Pacing::Read(frame(80)));
            paces.handle_answer(&person(1));
        }
    }

    #[test]
    fn throwaway_people_are_not_remembered_without_end() {
        let mut paces = Paces::default();
        for number in 0..1_000_u16 {
            let mut seed = [3; 32];
            seed[..2].copy_from_slice(&number.to_be_bytes());
            let person = Identity::from_seed(&seed).key();
            paces.admit(at(u64::from(number) * 10), person, CONNECTION, frame(9));
        }
        assert!(paces.people.len() <= limits::ROOM_MEMBERS);
    }
}
