//! What members are given: what they ask for, what is said here, and what others ask to have passed on.

use std::sync::Arc;

use super::{
    Holdings, PageRequest, SERVED_AGAIN, Sync,
    answering::{self, answer},
};
use crate::{
    crypto::{IdentityKey, SessionKey, SessionName, entry::SignedEntry},
    flat_set::FlatSet,
    ids::PeerId,
    limits,
    log::log_entry::LogEntry,
    peer::{Answer, LogMessage, WantedRange},
    time::Timestamp,
};

impl Sync {
    /// Sends entries in messages of bounded size, with the cards that they need.
    pub(in crate::log) fn send_entries(
        &mut self,
        peer: PeerId,
        entries: &[Arc<LogEntry>],
        answer: Option<Answer>,
        holdings: &Holdings<'_>,
    ) {
        let of = |it: &Arc<LogEntry>| [Some(it.entry.session), it.deleted_by];
        let sessions: FlatSet<SessionKey> = entries.iter().flat_map(of).flatten().collect();
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
    pub(in crate::log) fn handle_want(
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

    pub(in crate::log) fn serve(&mut self, now: Timestamp, peer: PeerId, holdings: &Holdings<'_>) {
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
    pub(in crate::log) fn handle_page(
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
        let before = serving.ranges.front().copied();
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
        if let Some(range) = serving.ranges.front()
            && before == Some(*range)
            && range.session == page.session
        {
            // What the store lacks is not here any more; if it is said to be, it is not asked for again.
            let extent = holdings
                .handover
                .extent(holdings.logs, page.session, &identity);
            if extent.is_some_and(|it| (it.first..=it.last).contains(&range.from)) {
                serving.ranges.pop_front();
            }
        }
        let answer = Some(Answer {
            id: page.want,
            done: false,
        });
        self.send_entries(page.link, &given, answer, holdings);
        self.serve(now, page.link, holdings);
    }

    /// Own entries from this number on may be told: to every linked member, and through them to those who are not.
    pub(in crate::log) fn push(&mut self, now: Timestamp, from: u64, holdings: &Holdings<'_>) {
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
    pub(in crate::log) fn handle_pass(
        &mut self,
        peer: PeerId,
        from: u64,
        to: &[SessionName],
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
            .filter(|(_, link)| to.contains(&link.session.into()) && link.session != author)
            .filter(|(_, link)| !link.knows_of(&author, last))
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
}
