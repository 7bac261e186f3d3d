//! How logs become equal: with each linked member, who has what, what is asked and answered, and who is told next. The receiver is
//! in charge: it asks, of one at a time. Only what somebody says themselves comes without being asked for.

mod answering;
mod asking;
mod gossip;
mod link;
mod passing;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use litemap::LiteMap;

use self::{
    answering::answer,
    asking::{Question, questions},
    gossip::Gossip,
    link::Link,
    passing::Passing,
};
use super::{
    handover::{Handover, digest},
    log_entry::LogEntry,
    logs::Logs,
    receipts::Receipts,
};
use crate::{
    crypto::{IdentityKey, SessionKey, SignedCard, encode, entry::SignedEntry},
    flat_set::FlatSet,
    ids::PeerId,
    limits,
    peer::{Answer, Extent, LogMessage, WantedRange},
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

    pub(super) fn links(&self) -> impl Iterator<Item = PeerId> {
        self.links.keys().copied()
    }

    /// Whether something that comes without being asked for is looked at.
    pub(super) fn admits(&mut self, now: Timestamp, peer: PeerId) -> bool {
        let link = self.links.get_mut(&peer);
        link.is_some_and(|link| link.admits_passed_on(now))
    }

    /// A member told in all what they have.
    pub(super) fn handle_digest(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        told: &str,
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let extents = holdings.handover.extents(holdings.logs, &link.identity);
        if encode(&digest(&extents, holdings.room_tag)) != told {
            self.tell(peer, extents);
            return;
        }
        let author = link.session;
        for extent in extents {
            link.claim(extent);
            // Whoever said something hears that it is here.
            if extent.session == author {
                link.hurry(author, now + PUT_OFF);
            } else {
                link.told.insert(extent.session, extent);
            }
        }
    }

    /// A member told what they have of some sessions.
    pub(super) fn handle_have(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        extents: Vec<Extent>,
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        for extent in extents {
            link.claim(extent);
            let (logs, to) = (holdings.logs, &link.identity);
            let own = holdings.handover.extent(logs, extent.session, to);
            let has_more = |own: &Extent| own.last > extent.last || own.first < extent.first;
            if own.is_some_and(|own| has_more(&own) && link.is_news(&own)) {
                link.hurry(extent.session, now + PUT_OFF);
            }
        }
    }

    /// Tells a member what is here, and notes it.
    fn tell(&mut self, peer: PeerId, mut extents: Vec<Extent>) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        extents.truncate(limits::SESSIONS);
        for extent in &extents {
            link.told.insert(extent.session, *extent);
        }
        self.send(peer, LogMessage::Have { sessions: extents });
    }

    /// What somebody else has said and a link does not know yet.
    fn news(link: &Link, holdings: &Holdings<'_>) -> Vec<Extent> {
        let mut extents = holdings.handover.extents(holdings.logs, &link.identity);
        extents.retain(|extent| link.is_news(extent));
        extents
    }

    /// Tells whose these sessions are, where it was not told.
    pub(super) fn introduce(
        &mut self,
        peer: PeerId,
        sessions: &[SessionKey],
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let mut cards = Vec::new();
        for session in sessions {
            if let Some(card) = holdings.logs.card(session)
                && !link.introduced.contains(session)
            {
                link.introduced.insert(*session);
                cards.push(card.clone());
            }
        }
        for cards in cards.chunks(limits::CARDS) {
            let cards = cards.to_vec();
            self.sends.push_back((peer, LogMessage::Cards { cards }));
        }
    }

    /// A member has told whose a session is, as it was known.
    pub(super) fn handle_known_card(&mut self, peer: PeerId, session: SessionKey) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.introduced.insert(session);
        }
    }

    /// A member has told whose a session is. Gives whether it is looked at.
    pub(super) fn handle_card(&mut self, now: Timestamp, peer: PeerId, card: &SignedCard) -> bool {
        let Some(link) = self.links.get_mut(&peer) else {
            return false;
        };
        let is_admitted = link.admits_card(now);
        if is_admitted && link.introduced.len() < 2 * limits::SESSIONS {
            link.introduced.insert(card.session);
        }
        is_admitted
    }

    /// Sends entries in messages of bounded size, with the cards that they need.
    fn send_entries(
        &mut self,
        peer: PeerId,
        entries: &[Arc<LogEntry>],
        answer: Option<Answer>,
        holdings: &Holdings<'_>,
    ) {
        let sessions: FlatSet<SessionKey> = entries.iter().map(|it| it.entry.session).collect();
        let sessions: Vec<_> = sessions.into_iter().collect();
        self.introduce(peer, &sessions, holdings);
        let mut batch: Vec<SignedEntry> = Vec::new();
        let mut bytes = 0;
        let part = answer.map(|answer| Answer {
            done: false,
            ..answer
        });
        for entry in entries {
            let is_full = bytes + entry.bytes() > limits::ENTRIES_BYTES;
            if !batch.is_empty() && (is_full || batch.len() == limits::ENTRIES) {
                let entries = std::mem::take(&mut batch);
                let answer = part;
                self.send(peer, LogMessage::Entries { entries, answer });
                bytes = 0;
            }
            bytes += entry.bytes();
            batch.push(entry.signed.clone());
        }
        if !batch.is_empty() || answer.is_some_and(|answer| answer.done) {
            let entries = batch;
            self.send(peer, LogMessage::Entries { entries, answer });
        }
    }

    /// A member asks for entries.
    pub(super) fn handle_want(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        id: u32,
        ranges: Vec<WantedRange>,
        holdings: &Holdings<'_>,
    ) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.handle_want(id, ranges);
            // Whoever asks shows that it was news.
            self.gossip.handle_news(now);
            self.serve(now, peer, holdings);
        }
    }

    fn serve(&mut self, now: Timestamp, peer: PeerId, holdings: &Holdings<'_>) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let is_ready = link.serving.as_ref().is_some_and(|it| !it.is_loading);
        if !is_ready {
            return;
        }
        if !link.may_serve(now) {
            self.serve_at.get_or_insert(now + SERVED_AGAIN);
            return;
        }
        let identity = link.identity;
        let Some(serving) = &mut link.serving else {
            return;
        };
        let answered = answer(holdings, &identity, &mut serving.ranges, serving.bytes);
        serving.bytes += answered.bytes;
        let id = serving.id;
        let done = answered.load.is_none();
        if let Some((session, low, high)) = answered.load {
            serving.is_loading = true;
            self.pages.push_back(PageRequest {
                link: peer,
                want: id,
                session,
                low,
                high,
            });
        } else {
            link.serving = None;
        }
        let answer = Some(Answer { id, done });
        self.send_entries(peer, &answered.entries, answer, holdings);
    }

    /// A page of the store that somebody waits for.
    pub(super) fn handle_page(
        &mut self,
        now: Timestamp,
        page: PageRequest,
        entries: &[Arc<LogEntry>],
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&page.link) else {
            return;
        };
        let identity = link.identity;
        let serving = link.serving.as_mut().filter(|it| it.id == page.want);
        let Some(serving) = serving else {
            return;
        };
        serving.is_loading = false;
        let mut given = Vec::new();
        while let Some(range) = serving.ranges.front_mut() {
            let is_of = range.session == page.session && serving.bytes < limits::WANTED_BYTES;
            let find = |it: &&Arc<LogEntry>| it.entry.number == range.from;
            let Some(entry) = entries.iter().find(find).filter(|_| is_of) else {
                break;
            };
            if holdings.handover.allows(holdings.logs, entry, &identity) {
                serving.bytes += entry.bytes();
                given.push(Arc::clone(entry));
            }
            answering::step_over(range, entry.entry.number);
            if range.from == 0 {
                serving.ranges.pop_front();
                break;
            }
        }
        if given.is_empty() {
            // The store does not have what it should.
            serving.ranges.clear();
        }
        let answer = Some(Answer {
            id: page.want,
            done: false,
        });
        self.send_entries(page.link, &given, answer, holdings);
        self.serve(now, page.link, holdings);
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
            let is_wanted = want.filter(|want| {
                let mut ranges = want.ranges.iter();
                ranges.any(|range| range.contains(session, number))
            });
            return match is_wanted {
                Some(want) if want.skipping.contains(session) => Cause::AskedBeyondHole,
                Some(_) => Cause::Asked,
                None => Cause::Unasked,
            };
        }
        if link.session == *session {
            return Cause::Pushed;
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

    /// A member has an entry.
    pub(super) fn handle_has(&mut self, peer: PeerId, entry: &LogEntry) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let (session, number) = (entry.entry.session, entry.entry.number);
        let before = link.claims.get(&session).copied();
        let mut claim = before.unwrap_or(Extent {
            session,
            first: number,
            last: number,
            hash: entry.hash,
        });
        claim.first = claim.first.min(number);
        if number > claim.last {
            claim.last = number;
            claim.hash = entry.hash;
        }
        link.claim(claim);
    }

    /// Whoever brought an entry that was here hears that it is.
    pub(super) fn handle_known(&mut self, now: Timestamp, peer: PeerId, session: SessionKey) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.hurry(session, now + PUT_OFF);
        }
    }

    /// Own entries from this number on may be told: to every linked member, and through them to those who are not.
    pub(super) fn push(&mut self, now: Timestamp, from: u64, holdings: &Holdings<'_>) {
        let Some(log) = holdings.logs.log(&holdings.me) else {
            return;
        };
        let until = holdings.handover.own_kept();
        let entries: Vec<_> = (from..=until)
            .filter_map(|it| log.get(it).cloned())
            .collect();
        let peers: Vec<PeerId> = self.links.keys().copied().collect();
        for peer in peers {
            self.send_entries(peer, &entries, None, holdings);
            let Some(link) = self.links.get_mut(&peer) else {
                continue;
            };
            let own = holdings
                .handover
                .extent(holdings.logs, holdings.me, &link.identity);
            if let Some(own) = own {
                link.give(own, from);
            }
        }
        self.passing.handle_pushed(now, from);
    }

    /// A member asks that their newest entries be passed on.
    pub(super) fn handle_pass(
        &mut self,
        peer: PeerId,
        from: u64,
        to: &[SessionKey],
        holdings: &Holdings<'_>,
    ) {
        let Some(author) = self.links.get(&peer).map(|link| link.session) else {
            return;
        };
        let Some(log) = holdings.logs.log(&author).filter(|log| !log.is_frozen()) else {
            return;
        };
        let last = log.range().map_or(0, |(_, last)| last);
        let targets: Vec<(PeerId, IdentityKey)> = self
            .links
            .iter()
            .filter(|(_, link)| to.contains(&link.session) && link.session != author)
            .filter(|(_, link)| {
                link.claims
                    .get(&author)
                    .is_none_or(|claim| claim.last < last)
            })
            .map(|(&target, link)| (target, link.identity))
            .collect();
        for (target, identity) in targets {
            let (mut bytes, mut entries) = (0, Vec::new());
            for number in (from..=last).rev() {
                let entry = log.get(number);
                let Some(entry) =
                    entry.filter(|it| holdings.handover.allows(holdings.logs, it, &identity))
                else {
                    break;
                };
                bytes += entry.bytes();
                if !entries.is_empty() && bytes > limits::ENTRIES_BYTES {
                    break;
                }
                entries.push(Arc::clone(entry));
            }
            entries.reverse();
            self.send_entries(target, &entries, None, holdings);
            if let Some(link) = self.links.get_mut(&target)
                && let Some(extent) = holdings.handover.extent(holdings.logs, author, &identity)
            {
                link.give(extent, from);
            }
        }
    }

    /// A receipt is new here: its news go to the authors whom they are about, or towards them.
    pub(super) fn spread_receipt(
        &mut self,
        from: Option<PeerId>,
        who: SessionKey,
        changed: &[SessionKey],
        holdings: &Holdings<'_>,
    ) {
        let Some((counter, _)) = holdings.receipts.get(&who) else {
            return;
        };
        let mut to: FlatSet<PeerId> = FlatSet::default();
        for log in changed {
            let linked = self.links.iter().find(|(_, link)| link.session == *log);
            let towards = linked
                .map(|(&peer, _)| peer)
                .or_else(|| self.passing.route(log));
            to.extend(towards);
        }
        for peer in to.into_iter().filter(|peer| Some(*peer) != from) {
            self.tell_receipts(peer, vec![(who, counter)], holdings);
        }
    }

    /// A member has told a receipt.
    pub(super) fn handle_receipt(
        &mut self,
        peer: PeerId,
        who: SessionKey,
        holdings: &Holdings<'_>,
    ) {
        if let Some(link) = self.links.get_mut(&peer)
            && let Some((counter, _)) = holdings.receipts.get(&who)
        {
            link.receipts.insert(who, counter);
        }
    }

    fn tell_receipts(
        &mut self,
        peer: PeerId,
        mut receipts: Vec<(SessionKey, u64)>,
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        receipts.retain(|(who, counter)| {
            *who != link.session && link.receipts.get(who).is_none_or(|told| told < counter)
        });
        for (who, counter) in &receipts {
            link.receipts.insert(*who, *counter);
        }
        let sessions: Vec<_> = receipts.iter().map(|(who, _)| *who).collect();
        self.introduce(peer, &sessions, holdings);
        for some in sessions.chunks(limits::RECEIPTS) {
            let signed = some.iter().filter_map(|who| holdings.receipts.get(who));
            let receipts = signed.map(|(_, signed)| signed.clone()).collect();
            self.sends
                .push_back((peer, LogMessage::Receipts { receipts }));
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
