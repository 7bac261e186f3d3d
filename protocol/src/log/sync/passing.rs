//! Who passes on what is said here to members with whom there is no link: two of those who are linked, or who has done so before;
//! while nobody answers, twice as many others each time.

use std::time::Duration;

use litemap::LiteMap;

use crate::{crypto::SessionKey, ids::PeerId, limits, time::Timestamp};

/// How long an answer may take.
const ANSWERED_WITHIN: Duration = Duration::from_millis(400);

/// How often others are asked.
const TRIES: u32 = 6;

/// Members asked first.
const FIRST: usize = 2;

/// Who is asked to pass on to whom.
pub(super) type Asked = Vec<(PeerId, Vec<SessionKey>)>;

#[derive(Debug)]
struct Pending {
    from: u64,
    tries: u32,
    at: Timestamp,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Passing {
    pending: Option<Pending>,
    /// Who was the last to bring something of a session.
    routes: LiteMap<SessionKey, PeerId>,
    cursor: usize,
}

impl Passing {
    /// Own entries from this number on were pushed to all who are linked.
    pub(super) fn handle_pushed(&mut self, now: Timestamp, from: u64) {
        let before = self.pending.as_ref().map(|pending| pending.from);
        self.pending = Some(Pending {
            from: before.unwrap_or(from),
            tries: 0,
            at: now,
        });
    }

    /// Something of a session came over this link.
    pub(super) fn learn(&mut self, session: SessionKey, link: PeerId) {
        if self.routes.len() < limits::SESSIONS || self.routes.contains_key(&session) {
            self.routes.insert(session, link);
        }
    }

    /// Who has brought something of a session last.
    pub(super) fn route(&self, session: &SessionKey) -> Option<PeerId> {
        self.routes.get(session).copied()
    }

    pub(super) fn forget(&mut self, link: PeerId) {
        self.routes.retain(|_, route| *route != link);
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        self.pending.as_ref().map(|pending| pending.at)
    }

    /// From which number on, over which links to which sessions, of those that have not answered yet.
    pub(super) fn due(
        &mut self,
        now: Timestamp,
        unheard: &[SessionKey],
        links: &[PeerId],
    ) -> Option<(u64, Asked)> {
        let pending = self.pending.as_mut().filter(|pending| pending.at <= now)?;
        let from = pending.from;
        let (tries, is_over) = (pending.tries, unheard.is_empty() || pending.tries >= TRIES);
        pending.tries += 1;
        pending.at = now + ANSWERED_WITHIN;
        if is_over || links.is_empty() {
            self.pending = None;
            return None;
        }
        let mut asked: LiteMap<PeerId, Vec<SessionKey>> = LiteMap::default();
        let mut strangers = Vec::new();
        for &session in unheard {
            match self
                .routes
                .get(&session)
                .filter(|link| links.contains(link))
            {
                Some(&link) if tries == 0 => asked.entry(link).or_default().push(session),
                Some(_) | None => strangers.push(session),
            }
        }
        if !strangers.is_empty() {
            let many = (FIRST << tries).min(links.len());
            let begin = self.cursor % links.len();
            for &link in links.iter().cycle().skip(begin).take(many) {
                asked.entry(link).or_default().extend(&strangers);
            }
            self.cursor = begin + many;
        }
        Some((from, asked.into_iter().collect()))
    }
}
