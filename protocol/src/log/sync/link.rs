//! One linked member, as far as the log goes: what they have, what they were told, what is asked of them and what they ask.

use std::{collections::VecDeque, time::Duration};

use litemap::LiteMap;

use crate::{
    crypto::{IdentityKey, SessionKey, SessionName, entry::EntryHash},
    flat_set::FlatSet,
    limits,
    peer::{Extent, WantedRange},
    time::Timestamp,
    token_bucket::TokenBucket,
};

/// Whoever answers nothing for so long is passed over.
const SILENT: Duration = Duration::from_secs(3);

/// Whoever has not answered everything after so long is passed over too, however often something comes.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// How long whoever was silent is asked for nothing; doubles each time.
const PASSED_OVER: Duration = Duration::from_secs(3);

/// Doublings of that at most.
const STRIKES: u32 = 5;

/// What was asked of a member.
#[derive(Debug)]
pub(super) struct Want {
    pub(super) id: u32,
    pub(super) ranges: Vec<WantedRange>,
    /// Sessions whose log may begin anew with what comes.
    pub(super) skipping: FlatSet<SessionName>,
    /// When they have been silent for too long.
    pub(super) silent_at: Timestamp,
    /// When all must have come.
    until: Timestamp,
    /// Bytes that came.
    pub(super) bytes: usize,
    /// Whether anything came that could be used.
    pub(super) was_useful: bool,
}

/// What a member has asked for and was not given yet.
#[derive(Debug)]
pub(super) struct Serving {
    pub(super) id: u32,
    pub(super) ranges: VecDeque<WantedRange>,
    /// Bytes that were given.
    pub(super) bytes: usize,
    /// A page of the store is awaited.
    pub(super) is_loading: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) session: SessionKey,
    pub(super) identity: IdentityKey,
    /// What they have told that they have. At most [`limits::SESSIONS`].
    pub(super) claims: LiteMap<SessionName, Extent<SessionName>>,
    /// What they were told, or told themselves.
    pub(super) told: LiteMap<SessionKey, Extent>,
    /// Sessions whose cards they have.
    pub(super) introduced: FlatSet<SessionKey>,
    /// Sessions of which they are told soon, and when.
    pub(super) urgent: FlatSet<SessionKey>,
    pub(super) urgent_at: Option<Timestamp>,
    pub(super) want: Option<Want>,
    pub(super) serving: Option<Serving>,
    /// Receipts that they were told or told: their counters.
    pub(super) receipts: LiteMap<SessionKey, u64>,
    passed_over_until: Option<Timestamp>,
    strikes: u32,
    next_want: u32,
    wants: TokenBucket,
    passed_on: TokenBucket,
    cards: TokenBucket,
    pushed: TokenBucket,
    looked_at: TokenBucket,
    contradictions: TokenBucket,
    /// What they were last shown to be wrong of each session: a number and its hash. At most [`limits::SESSIONS`].
    contradicted: LiteMap<SessionName, (u64, EntryHash)>,
    /// They have told their digest, which is done once.
    has_begun: bool,
}

impl Link {
    pub(super) fn new(now: Timestamp, session: SessionKey, identity: IdentityKey) -> Self {
        Self {
            session,
            identity,
            claims: LiteMap::default(),
            told: LiteMap::default(),
            introduced: FlatSet::default(),
            urgent: FlatSet::default(),
            urgent_at: None,
            want: None,
            serving: None,
            receipts: LiteMap::default(),
            passed_over_until: None,
            strikes: 0,
            next_want: 0,
            wants: TokenBucket::full(limits::WANTS, now),
            passed_on: TokenBucket::full(limits::PASSED_ON, now),
            cards: TokenBucket::full(limits::CARDS_LOOKED_AT, now),
            pushed: TokenBucket::full(limits::PUSHED, now),
            looked_at: TokenBucket::full(limits::RECEIPTS_LOOKED_AT, now),
            contradictions: TokenBucket::full(limits::CONTRADICTIONS, now),
            contradicted: LiteMap::default(),
            has_begun: false,
        }
    }

    /// What they have told that they have.
    pub(super) fn claim(&mut self, extent: Extent<SessionName>) {
        let is_known = self.claims.contains_key(&extent.session);
        if is_known || self.claims.len() < limits::SESSIONS {
            self.claims.insert(extent.session, extent);
        }
    }

    /// They were given what is here from this number on: of what is older they hear apart.
    pub(super) fn give(&mut self, extent: Extent, from: u64) {
        let before = self.told.get(&extent.session);
        let first = before.map_or(from, |told| told.first.min(from));
        self.told.insert(extent.session, Extent { first, ..extent });
    }

    /// Tells them of a session soon.
    pub(super) fn hurry(&mut self, session: SessionKey, at: Timestamp) {
        self.urgent.insert(session);
        self.urgent_at = Some(self.urgent_at.map_or(at, |before| before.min(at)));
    }

    /// Whether they need to be told that this is here: they were not yet, and do not have it themselves.
    pub(super) fn is_news(&self, extent: &Extent) -> bool {
        let has = self
            .claims
            .get(&extent.session.into())
            .is_some_and(|claim| {
                (claim.last, claim.hash) == (extent.last, extent.hash)
                    && claim.first <= extent.first
            });
        !has && self.told.get(&extent.session) != Some(extent)
    }

    /// Whether they have an entry or know that it is here.
    pub(super) fn knows_of(&self, session: &SessionKey, number: u64) -> bool {
        let claim = self.claims.get(&(*session).into()).map(|it| it.last);
        let told = self.told.get(session).map(|it| it.last);
        claim.max(told) >= Some(number)
    }

    /// Whether something may be asked of them.
    pub(super) fn is_askable(&self, now: Timestamp) -> bool {
        let is_passed_over = self.passed_over_until.is_some_and(|until| until > now);
        self.want.is_none() && !is_passed_over
    }

    /// When something may be asked of them again, while it may not.
    pub(super) fn passed_over_until(&self) -> Option<Timestamp> {
        self.passed_over_until
    }

    pub(super) fn handle_timeout(&mut self, now: Timestamp) {
        if self.want.as_ref().is_some_and(|want| want.silent_at <= now) {
            self.pass_over(now);
        }
        self.passed_over_until = self.passed_over_until.filter(|until| *until > now);
    }

    /// Asks them; gives the number of the want.
    pub(super) fn ask(
        &mut self,
        now: Timestamp,
        ranges: Vec<WantedRange>,
        skipping: FlatSet<SessionName>,
    ) -> u32 {
        self.next_want = self.next_want.wrapping_add(1);
        self.want = Some(Want {
            id: self.next_want,
            ranges,
            skipping,
            silent_at: now + SILENT,
            until: now + ANSWERED_WITHIN,
            bytes: 0,
            was_useful: false,
        });
        self.next_want
    }

    /// They have given something that was asked for.
    pub(super) fn handle_useful(&mut self, now: Timestamp) {
        self.strikes = 0;
        if let Some(want) = &mut self.want {
            want.was_useful = true;
            want.silent_at = (now + SILENT).min(want.until);
        }
    }

    /// They have answered all that they will. Who had nothing of it has claimed too much.
    pub(super) fn handle_done(&mut self) {
        if let Some(want) = self.want.take().filter(|want| !want.was_useful) {
            for range in want.ranges {
                self.claims.remove(&range.session);
            }
        }
    }

    /// They are silent, or answer what was not asked: others are asked for a while.
    pub(super) fn pass_over(&mut self, now: Timestamp) {
        self.want = None;
        self.passed_over_until = Some(now + PASSED_OVER * 2_u32.pow(self.strikes));
        self.strikes = (self.strikes + 1).min(STRIKES);
    }

    /// They ask for something; what they asked for before is not wanted any more.
    pub(super) fn handle_want(&mut self, id: u32, ranges: Vec<WantedRange>) {
        self.serving = Some(Serving {
            id,
            ranges: ranges.into(),
            bytes: 0,
            is_loading: false,
        });
    }

    /// Whether they may be answered now.
    pub(super) fn may_serve(&mut self, now: Timestamp) -> bool {
        self.wants.take_if_there(now, 1)
    }

    /// Whether their digest is looked at: the first one.
    pub(super) fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.has_begun, true)
    }

    /// Whether an entry of their own that nobody has asked for is looked at.
    pub(super) fn admits_pushed(&mut self, now: Timestamp) -> bool {
        self.pushed.take_if_there(now, 1)
    }

    /// Whether a receipt is looked at.
    pub(super) fn admits_receipt(&mut self, now: Timestamp) -> bool {
        self.looked_at.take_if_there(now, 1)
    }

    /// Whether they are shown with so many bytes that what they told cannot be: once for each thing that they tell.
    pub(super) fn may_contradict(
        &mut self,
        now: Timestamp,
        told: &Extent<SessionName>,
        bytes: usize,
    ) -> bool {
        let end = (told.last, told.hash);
        let is_known = self.contradicted.get(&told.session) == Some(&end);
        if is_known || !self.contradictions.take_if_there(now, bytes) {
            return false;
        }
        if self.contradicted.len() >= limits::SESSIONS {
            self.contradicted.clear();
        }
        self.contradicted.insert(told.session, end);
        true
    }

    /// Whether a card is looked at.
    pub(super) fn admits_card(&mut self, now: Timestamp) -> bool {
        self.cards.take_if_there(now, 1)
    }

    /// Whether an entry of another's that nobody has asked for is looked at.
    pub(super) fn admits_passed_on(&mut self, now: Timestamp) -> bool {
        self.passed_on.take_if_there(now, 1)
    }
}
