//! What is handed over to whom: all, or what was said after somebody was first seen here. And of one's own log only what is kept.

use litemap::LiteMap;
use sha2::{Digest, Sha256};

use super::{content::History, log_entry::LogEntry, logs::Logs};
use crate::{
    crypto::{IdentityKey, SessionKey, VECTOR, join},
    limits,
    peer::Extent,
};

/// See the module.
#[derive(Debug)]
pub(super) struct Handover {
    me: SessionKey,
    /// The last own entry that is kept; later ones are told to nobody yet.
    own_kept: u64,
    history: History,
    /// The greatest Lamport time that there was when each person was first seen.
    seen: LiteMap<IdentityKey, u64>,
}

impl Handover {
    pub(super) fn new(me: SessionKey, history: History) -> Self {
        Self {
            me,
            own_kept: 0,
            history,
            seen: LiteMap::default(),
        }
    }

    pub(super) fn set_history(&mut self, history: History) {
        self.history = history;
    }

    pub(super) fn own_kept(&self) -> u64 {
        self.own_kept
    }

    /// Own entries up to this one are kept.
    pub(super) fn keep_own(&mut self, number: u64) {
        self.own_kept = self.own_kept.max(number);
    }

    /// Somebody is here. Gives whether that is the first time.
    pub(super) fn see(&mut self, person: IdentityKey, lamport: u64) -> bool {
        if self.seen.contains_key(&person) {
            return false;
        }
        if self.seen.len() >= limits::FORKED_PEOPLE {
            // Whoever was seen last is told less when seen again.
            let latest = self.seen.iter().max_by_key(|(_, seen)| **seen);
            if let Some(latest) = latest.map(|(&person, _)| person) {
                self.seen.remove(&latest);
            }
        }
        self.seen.insert(person, lamport);
        true
    }

    /// What is handed over of a session to somebody, if anything.
    pub(super) fn extent(
        &self,
        logs: &Logs,
        session: SessionKey,
        to: &IdentityKey,
    ) -> Option<Extent> {
        let log = logs.log(&session)?;
        let mut extent = log.extent(session)?;
        if session == self.me && extent.last > self.own_kept {
            extent.last = self.own_kept;
            extent.hash = log.get(self.own_kept)?.hash;
        }
        if self.history == History::Joined && logs.identity(&session) != Some(*to) {
            let since = self.seen.get(to).copied().unwrap_or(u64::MAX);
            extent.first = extent.first.max(log.first_after(since)?);
        }
        (extent.first <= extent.last).then_some(extent)
    }

    /// What is handed over to somebody, of all sessions in order.
    pub(super) fn extents(&self, logs: &Logs, to: &IdentityKey) -> Vec<Extent> {
        let sessions = logs.sessions().map(|(session, _)| session);
        sessions
            .filter_map(|session| self.extent(logs, session, to))
            .collect()
    }

    /// Whether an entry is handed over to somebody.
    pub(super) fn allows(&self, logs: &Logs, entry: &LogEntry, to: &IdentityKey) -> bool {
        let extent = self.extent(logs, entry.entry.session, to);
        extent.is_some_and(|it| (it.first..=it.last).contains(&entry.entry.number))
    }
}

/// What is compared before extents are told.
pub(super) fn digest(extents: &[Extent], room_tag: &[u8; 32]) -> [u8; 32] {
    let numbers: Vec<_> = extents
        .iter()
        .map(|it| (it.first.to_be_bytes(), it.last.to_be_bytes()))
        .collect();
    let mut fields: Vec<&[u8]> = vec![VECTOR.as_bytes(), room_tag];
    for (extent, (first, last)) in extents.iter().zip(&numbers) {
        fields.extend([
            extent.session.as_bytes().as_slice(),
            first,
            last,
            &extent.hash,
        ]);
    }
    Sha256::digest(join(&fields)).into()
}
