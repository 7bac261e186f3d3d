//! How logs become equal: with each linked member, who has what, what is asked and answered, and who is told next. The receiver is
//! in charge: it asks, of one at a time. Only what somebody says themselves comes without being asked for.

mod answering;
mod asking;
mod giving;
mod gossip;
mod link;
mod passing;
mod telling;

use std::{collections::VecDeque, time::Duration};

use litemap::LiteMap;

use self::{
    asking::{Question, questions},
    gossip::Gossip,
    link::Link,
    passing::Passing,
};
use super::{
    handover::{Handover, digest},
    log_entry::LogEntry,
    logs::Logs,
    place::EntryId,
    receipts::Receipts,
};
use crate::{
    crypto::{IdentityKey, SessionKey, SessionName, encode, entry::EntryHash},
    ids::PeerId,
    limits,
    peer::{Answer, Extent, LogMessage},
    time::Timestamp,
};

/// How long an answer to an entry waits for others.
const PUT_OFF: Duration = Duration::from_millis(50);

/// How soon it is tried again to answer who asks too often.
const SERVED_AGAIN: Duration = Duration::from_millis(100);

/// What is here, to look at.
pub(super) struct Holdings<'a> {
    pub(super) room_tag: &'a [u8; 32],
    pub(super) me: SessionKey,
    pub(super) logs: &'a Logs,
    pub(super) handover: &'a Handover,
    pub(super) receipts: &'a Receipts,
}

/// How an entry came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It was asked for.
    Asked,
    /// It was asked for, and what is missing before it cannot come.
    AskedBeyondHole,
    /// Its author has said it.
    Pushed,
    /// Its author has said too much at once: it is asked for later.
    PushedTooMuch,
    /// Somebody passes it on.
    PassedOn,
    /// It is not looked at.
    Unasked,
}

/// What is to be read from the store for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) link: PeerId,
    pub(super) want: u32,
    pub(super) session: SessionKey,
    pub(super) low: u64,
    pub(super) high: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Sync {
    links: LiteMap<PeerId, Link>,
    gossip: Gossip,
    passing: Passing,
    sends: VecDeque<(PeerId, LogMessage)>,
    pages: VecDeque<PageRequest>,
    serve_at: Option<Timestamp>,
}

impl Sync {
    /// A member is linked.
    pub(super) fn open(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        (session, identity): (SessionKey, IdentityKey),
        holdings: &Holdings<'_>,
    ) {
        self.links.insert(peer, Link::new(now, session, identity));
        self.introduce(peer, &[holdings.me], holdings);
        let extents = holdings.handover.extents(holdings.logs, &identity);
        let digest = encode(&digest(&extents, holdings.room_tag));
        self.send(peer, LogMessage::Digest { digest });
        let about = holdings.receipts.about(&session).collect();
        self.tell_receipts(peer, about, holdings);
    }

    /// A link is gone.
    pub(super) fn close(&mut self, now: Timestamp, peer: PeerId) {
        self.links.remove(&peer);
        self.passing.forget(peer);
        self.sends.retain(|(to, _)| *to != peer);
        self.gossip.handle_news(now);
    }

    /// The session and person at the other end of a link.
    pub(super) fn member(&self, peer: PeerId) -> Option<(SessionKey, IdentityKey)> {
        let link = self.links.get(&peer)?;
        Some((link.session, link.identity))
    }

    /// Whether somebody with this session is linked.
    pub(super) fn is_linked(&self, session: &SessionKey) -> bool {
        self.links.values().any(|link| link.session == *session)
    }

    pub(super) fn poll_send(&mut self) -> Option<(PeerId, LogMessage)> {
        self.sends.pop_front()
    }

    pub(super) fn poll_page(&mut self) -> Option<PageRequest> {
        self.pages.pop_front()
    }

    pub(super) fn send(&mut self, peer: PeerId, message: LogMessage) {
        self.sends.push_back((peer, message));
    }

    /// Who is shown a proof, to show it to others: those whose sessions come next after one's own. So all who are linked with each
    /// other hear of it, each a few times.
    pub(super) fn shown(&self, me: &SessionKey, from: Option<PeerId>) -> Vec<PeerId> {
        let links = self.links.iter();
        let others = links.filter(|(peer, _)| Some(**peer) != from);
        let mut others: Vec<_> = others
            .map(|(&peer, link)| (link.session < *me, link.session, peer))
            .collect();
        others.sort_unstable();
        let shown = others.into_iter().take(limits::FORK_SHOWN_TO);
        shown.map(|(.., peer)| peer).collect()
    }

    /// Whether a member is shown with so many bytes that what they told cannot be.
    pub(super) fn may_contradict(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        told: &Extent<SessionName>,
        bytes: usize,
    ) -> bool {
        let link = self.links.get_mut(&peer);
        link.is_some_and(|link| link.may_contradict(now, told, bytes))
    }

    /// Whether something that comes without being asked for is looked at.
    pub(super) fn admits(&mut self, now: Timestamp, peer: PeerId) -> bool {
        let link = self.links.get_mut(&peer);
        link.is_some_and(|link| link.admits_passed_on(now))
    }

    /// Why an entry comes.
    pub(super) fn cause(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        (session, number): (&SessionKey, u64),
        answer: Option<Answer>,
        logs: &Logs,
    ) -> Cause {
        let Some(link) = self.links.get_mut(&peer) else {
            return Cause::Unasked;
        };
        if let Some(answer) = answer {
            let want = link.want.as_ref().filter(|want| want.id == answer.id);
            let name = SessionName::from(*session);
            let is_wanted = want.filter(|want| {
                let mut ranges = want.ranges.iter();
                ranges.any(|range| range.contains(&name, number))
            });
            return match is_wanted {
                Some(want) if want.skipping.contains(&name) => Cause::AskedBeyondHole,
                Some(_) => Cause::Asked,
                None => Cause::Unasked,
            };
        }
        if link.session == *session {
            let is_admitted = link.admits_pushed(now);
            return if is_admitted {
                Cause::Pushed
            } else {
                Cause::PushedTooMuch
            };
        }
        // What is passed on is newer than all that is here.
        let is_newer = logs.log(session).is_some_and(|log| {
            let last = log.range().map_or(0, |(_, last)| last);
            number > last && !log.is_frozen()
        });
        if is_newer && link.admits_passed_on(now) {
            Cause::PassedOn
        } else {
            Cause::Unasked
        }
    }

    /// Bytes came in answer to what was asked.
    pub(super) fn handle_answer(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        answer: Answer,
        bytes: usize,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let Some(want) = link.want.as_mut().filter(|want| want.id == answer.id) else {
            return;
        };
        want.bytes = want.bytes.saturating_add(bytes);
        if want.bytes > limits::WANTED_BYTES + limits::ENTRY_BYTES {
            link.pass_over(now);
        } else if answer.done {
            link.handle_done();
        }
    }

    /// An entry is here now that was not before, and that came over a link.
    pub(super) fn handle_taken(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        entry: &LogEntry,
        cause: Cause,
    ) {
        self.handle_has(peer, entry);
        let session = entry.entry.session;
        self.passing.learn(session, peer);
        self.gossip.handle_news(now);
        let at = now + PUT_OFF;
        for (&other, link) in self.links.iter_mut() {
            let brought_it = other == peer && cause == Cause::PassedOn;
            if link.session == session || brought_it {
                link.hurry(session, at);
            }
        }
        if let Some(link) = self.links.get_mut(&peer)
            && matches!(cause, Cause::Asked | Cause::AskedBeyondHole)
        {
            link.handle_useful(now);
        }
    }

    /// Whether a receipt that a member tells is looked at.
    pub(super) fn admits_receipt(&mut self, now: Timestamp, peer: PeerId) -> bool {
        let link = self.links.get_mut(&peer);
        link.is_some_and(|link| link.admits_receipt(now))
    }

    /// A member answers with this, beyond the hole that it was asked to fill: what it has begins there.
    pub(super) fn handle_begins(&mut self, peer: PeerId, id: EntryId, logs: &Logs) {
        let range = logs.log(&id.session).and_then(|log| log.range());
        let (Some(link), Some((_, last))) = (self.links.get_mut(&peer), range) else {
            return;
        };
        let claim = link.claims.get_mut(&id.session.into());
        if let Some(claim) = claim.filter(|claim| claim.first <= last + 1 && id.number > last + 1) {
            claim.first = id.number;
            claim.last = claim.last.max(id.number);
            if let Some(want) = &mut link.want {
                want.was_useful = true;
            }
        }
    }

    /// A member has an entry.
    pub(super) fn handle_has(&mut self, peer: PeerId, entry: &LogEntry) {
        self.handle_says(peer, entry.id(), entry.hash);
    }

    /// A member says that they have an entry.
    pub(super) fn handle_says(&mut self, peer: PeerId, id: EntryId, hash: EntryHash) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let EntryId { session, number } = id;
        let before = link.claims.get(&session.into()).copied();
        let mut claim = before.unwrap_or(Extent {
            session: session.into(),
            first: number,
            last: number,
            hash,
        });
        claim.first = claim.first.min(number);
        if number > claim.last {
            claim.last = number;
            claim.hash = hash;
        }
        link.claim(claim);
    }

    /// Whoever brought an entry that was here hears that it is.
    pub(super) fn handle_known(&mut self, now: Timestamp, peer: PeerId, session: SessionKey) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.hurry(session, now + PUT_OFF);
        }
    }

    /// Asks whoever has it for what is missing.
    pub(super) fn ask(&mut self, now: Timestamp, holdings: &Holdings<'_>) {
        for question in questions(now, holdings.logs, &self.links) {
            let Question {
                link: peer,
                ranges,
                skipping,
            } = question;
            if let Some(link) = self.links.get_mut(&peer) {
                let id = link.ask(now, ranges.clone(), skipping);
                self.send(peer, LogMessage::Want { id, ranges });
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        let of_links = self.links.values().flat_map(|link| {
            let silent = link.want.as_ref().map(|want| want.silent_at);
            [link.urgent_at, silent, link.passed_over_until()]
        });
        let own = [
            self.gossip.poll_timeout(),
            self.passing.poll_timeout(),
            self.serve_at,
        ];
        of_links.chain(own).flatten().min()
    }

    /// `unheard` are members without a link who have not heard what was said here.
    pub(super) fn handle_timeout(
        &mut self,
        now: Timestamp,
        unheard: &[SessionKey],
        holdings: &Holdings<'_>,
    ) {
        let peers: Vec<PeerId> = self.links.keys().copied().collect();
        if self.serve_at.is_some_and(|at| at <= now) {
            self.serve_at = None;
            for &peer in &peers {
                self.serve(now, peer, holdings);
            }
        }
        for &peer in &peers {
            self.handle_link_timeout(now, peer, holdings);
        }
        if self.gossip.poll_timeout().is_some_and(|at| at <= now) {
            let untold = |(_, link): &(&PeerId, &Link)| !Self::news(link, holdings).is_empty();
            let untold: Vec<_> = self
                .links
                .iter()
                .filter(untold)
                .map(|(&it, _)| it)
                .collect();
            for peer in self.gossip.due(now, &untold) {
                if let Some(link) = self.links.get(&peer) {
                    let news = Self::news(link, holdings);
                    self.tell(peer, news);
                }
            }
        }
        if let Some((from, asked)) = self.passing.due(now, unheard, &peers) {
            for (peer, mut to) in asked {
                to.truncate(limits::ROOM_MEMBERS);
                let to = to.into_iter().map(SessionName::from).collect();
                self.send(peer, LogMessage::Pass { from, to });
            }
        }
        self.ask(now, holdings);
    }

    fn handle_link_timeout(&mut self, now: Timestamp, peer: PeerId, holdings: &Holdings<'_>) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        link.handle_timeout(now);
        if link.urgent_at.is_some_and(|at| at <= now) {
            link.urgent_at = None;
            let urgent = std::mem::take(&mut link.urgent);
            let identity = link.identity;
            let extents = urgent
                .iter()
                .filter_map(|session| holdings.handover.extent(holdings.logs, *session, &identity));
            let extents: Vec<_> = extents
                .filter(|extent| link.told.get(&extent.session) != Some(extent))
                .collect();
            if !extents.is_empty() {
                self.tell(peer, extents);
            }
        }
    }
}
