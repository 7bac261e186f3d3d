//! What members are told, and tell: what they have, whose sessions there are, how far others have come.

use super::{Holdings, PUT_OFF, Sync, link::Link};
use crate::{
    crypto::{SessionKey, SessionName, SignedCard, encode},
    flat_set::FlatSet,
    ids::PeerId,
    limits,
    log::handover::digest,
    peer::{Extent, LogMessage},
    time::Timestamp,
};

impl Sync {
    /// A member told in all what they have.
    pub(in crate::log) fn handle_digest(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        told: &str,
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        if !link.begin() {
            return;
        }
        let extents = holdings.handover.extents(holdings.logs, &link.identity);
        if encode(&digest(&extents, holdings.room_tag)) != told {
            self.tell(peer, extents);
            return;
        }
        let author = link.session;
        for extent in extents {
            link.claim(extent.told());
            // Whoever said something hears that it is here.
            if extent.session == author {
                link.hurry(author, now + PUT_OFF);
            } else {
                link.told.insert(extent.session, extent);
            }
        }
    }

    /// A member told what they have of some sessions.
    pub(in crate::log) fn handle_have(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        extents: Vec<Extent<SessionName>>,
        holdings: &Holdings<'_>,
    ) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        for extent in extents {
            link.claim(extent);
            let (logs, to) = (holdings.logs, &link.identity);
            let Some((session, _)) = logs.named(&extent.session) else {
                continue;
            };
            let own = holdings.handover.extent(logs, session, to);
            let has_more = |own: &Extent| own.last > extent.last || own.first < extent.first;
            if own.is_some_and(|own| has_more(&own) && link.is_news(&own)) {
                link.hurry(session, now + PUT_OFF);
            }
        }
    }

    /// Tells a member what is here, and notes it.
    pub(in crate::log) fn tell(&mut self, peer: PeerId, mut extents: Vec<Extent>) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        extents.truncate(limits::SESSIONS);
        for extent in &extents {
            link.told.insert(extent.session, *extent);
        }
        let sessions = extents.iter().map(Extent::told).collect();
        self.send(peer, LogMessage::Have { sessions });
    }

    /// What somebody else has said and a link does not know yet.
    pub(super) fn news(link: &Link, holdings: &Holdings<'_>) -> Vec<Extent> {
        let mut extents = holdings.handover.extents(holdings.logs, &link.identity);
        extents.retain(|extent| link.is_news(extent));
        extents
    }

    /// Tells whose these sessions are, where it was not told.
    pub(in crate::log) fn introduce(
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
    pub(in crate::log) fn handle_known_card(&mut self, peer: PeerId, session: SessionKey) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.introduced.insert(session);
        }
    }

    /// A member has told whose a session is. Gives whether it is looked at.
    pub(in crate::log) fn handle_card(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        card: &SignedCard,
    ) -> bool {
        let Some(link) = self.links.get_mut(&peer) else {
            return false;
        };
        let is_admitted = link.admits_card(now);
        if is_admitted && link.introduced.len() < 2 * limits::SESSIONS {
            link.introduced.insert(card.session);
        }
        is_admitted
    }

    /// A receipt is new here: its news go to the authors whom they are about, or towards them.
    pub(in crate::log) fn spread_receipt(
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
    pub(in crate::log) fn handle_receipt(
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

    pub(in crate::log) fn tell_receipts(
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
}
