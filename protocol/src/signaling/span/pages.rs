//! What is known of the seats of one room on other servers.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    KnownPage, LeftSeat, PageWord, SeatChange, SeatWord, message::SERVERS_NAMED, timing,
    verdict::displaces,
};
use crate::{
    ids::{PeerId, ServerId},
    time::Timestamp,
};

/// A page for each server, and the seats that servers left behind.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pages: BTreeMap<ServerId, Page>,
    kept: BTreeMap<PeerId, HeldSeat>,
}

/// The seats of one server. An empty one is remembered with its version, so that nothing old makes it full again.
#[derive(Debug)]
struct Page {
    version: u64,
    seats: BTreeMap<PeerId, SeatWord>,
    /// A page that is coming in parts.
    coming: Option<Coming>,
    heard: Timestamp,
    asked: Option<Timestamp>,
}

#[derive(Debug)]
struct Coming {
    version: u64,
    next_part: u32,
    seats: BTreeMap<PeerId, SeatWord>,
}

#[derive(Debug)]
struct HeldSeat {
    server: ServerId,
    seat: SeatWord,
    until: Timestamp,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// It is made, and concerns this seat.
    Made(PeerId),
    /// It is known already.
    Known,
    /// Something before it is missing.
    Gap,
}

impl Pages {
    /// Takes a page, or a part of one. Gives whose seats may be others now.
    pub(super) fn apply_page(
        &mut self,
        now: Timestamp,
        server: ServerId,
        word: PageWord,
    ) -> BTreeSet<PeerId> {
        if !self.pages.contains_key(&server) && self.pages.len() >= SERVERS_NAMED {
            return BTreeSet::new();
        }
        let page = self.pages.entry(server).or_insert_with(|| Page::new(now));
        page.heard = now;
        page.apply(word)
    }

    /// Makes a change.
    pub(super) fn apply_change(
        &mut self,
        now: Timestamp,
        server: ServerId,
        (after, version): (u64, u64),
        change: SeatChange,
    ) -> Applied {
        let Some(page) = self.pages.get_mut(&server) else {
            return Applied::Gap;
        };
        page.heard = now;
        if version <= page.version {
            return Applied::Known;
        }
        if after != page.version {
            return Applied::Gap;
        }
        page.version = version;
        Applied::Made(page.change(change))
    }

    /// Whether the page of this server is of this version, by its own word.
    pub(super) fn is_current(&mut self, now: Timestamp, server: ServerId, version: u64) -> bool {
        let Some(page) = self.pages.get_mut(&server) else {
            return false;
        };
        page.heard = now;
        page.version >= version
    }

    /// Whether to ask this server for its page: not more often than it can answer.
    pub(super) fn may_ask(&mut self, now: Timestamp, server: ServerId) -> bool {
        if !self.pages.contains_key(&server) && self.pages.len() >= SERVERS_NAMED {
            return false;
        }
        let page = self.pages.entry(server).or_insert_with(|| Page::new(now));
        let may = page
            .asked
            .is_none_or(|asked| now.since(asked) >= timing::ASK_AGAIN);
        if may {
            page.asked = Some(now);
        }
        may
    }

    /// A server is gone, and all its seats with it.
    pub(super) fn remove(&mut self, server: ServerId) -> Vec<PeerId> {
        let page = self.pages.remove(&server);
        page.into_iter()
            .flat_map(|page| page.seats.into_keys())
            .collect()
    }

    /// A server has left in good order: its seats are kept for whoever proves to be their owner.
    pub(super) fn leave(&mut self, server: ServerId, until: Timestamp) -> Vec<PeerId> {
        let seats = self
            .pages
            .remove(&server)
            .map(|page| page.seats)
            .unwrap_or_default();
        let peers = seats.keys().copied().collect();
        for seat in seats.into_values() {
            self.keep(server, seat, until);
        }
        peers
    }

    /// Keeps the seat of a server that has left.
    pub(super) fn keep(&mut self, server: ServerId, mut seat: SeatWord, until: Timestamp) {
        seat.connected = false;
        self.kept.entry(seat.id).or_insert(HeldSeat {
            server,
            seat,
            until,
        });
    }

    /// Somebody holds this seat again.
    pub(super) fn forget_kept(&mut self, peer: PeerId) {
        self.kept.remove(&peer);
    }

    /// Forgets what was kept for long enough, and the seats of servers that say nothing of the room any more.
    /// Gives whose seats may be others now.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<PeerId> {
        let over = self.kept.iter().filter(|(_, kept)| kept.until <= now);
        let mut peers: Vec<PeerId> = over.map(|(&peer, _)| peer).collect();
        self.kept.retain(|_, kept| kept.until > now);
        let silent = self
            .pages
            .iter()
            .filter(|(_, page)| page.silent_at() <= now);
        let silent: Vec<ServerId> = silent.map(|(&server, _)| server).collect();
        for server in silent {
            peers.extend(self.remove(server));
        }
        peers
    }

    /// When [`Self::expire`] has something to do.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        let kept = self.kept.values().map(|kept| kept.until);
        kept.chain(self.pages.values().map(Page::silent_at)).min()
    }

    /// The seat of `peer` on a server that is there. Where several have one, they are about to find out; this is the one that stays.
    pub(super) fn live(&self, peer: PeerId) -> Option<(ServerId, &SeatWord)> {
        let seats = self.pages.iter();
        let seats = seats.filter_map(|(&server, page)| Some((server, page.seats.get(&peer)?)));
        seats.reduce(|best, next| if displaces(next, best) { next } else { best })
    }

    /// The seat of `peer`, on a server that is there or kept.
    pub(super) fn seat(&self, peer: PeerId) -> Option<&SeatWord> {
        let live = self.live(peer).map(|(_, seat)| seat);
        live.or_else(|| self.kept.get(&peer).map(|kept| &kept.seat))
    }

    /// Whether `server` has a seat for `peer`.
    pub(super) fn has(&self, server: ServerId, peer: PeerId) -> bool {
        self.pages
            .get(&server)
            .is_some_and(|page| page.seats.contains_key(&peer))
    }

    /// Everybody with a seat elsewhere.
    pub(super) fn peers(&self) -> BTreeSet<PeerId> {
        let live = self.pages.values().flat_map(|page| page.seats.keys());
        live.chain(self.kept.keys()).copied().collect()
    }

    /// What is known, for [`PageWord::known`].
    pub(super) fn known(&self) -> Vec<KnownPage> {
        let known = self.pages.iter().map(|(&server, page)| KnownPage {
            server,
            version: page.version,
        });
        known.take(SERVERS_NAMED).collect()
    }

    /// The servers with a seat in the room.
    pub(super) fn servers(&self) -> Vec<ServerId> {
        let inside = self.pages.iter().filter(|(_, page)| !page.seats.is_empty());
        inside
            .map(|(&server, _)| server)
            .take(SERVERS_NAMED)
            .collect()
    }

    /// What is kept, for [`PageWord::kept`].
    pub(super) fn kept(&self, now: Timestamp) -> Vec<LeftSeat> {
        let kept = self.kept.values().map(|kept| LeftSeat {
            server: kept.server,
            for_ms: u64::try_from(kept.until.since(now).as_millis()).unwrap_or(u64::MAX),
            seat: kept.seat.clone(),
        });
        kept.collect()
    }
}

impl Page {
    fn new(now: Timestamp) -> Self {
        Self {
            version: 0,
            seats: BTreeMap::new(),
            coming: None,
            heard: now,
            asked: None,
        }
    }

    fn silent_at(&self) -> Timestamp {
        self.heard + timing::PAGE_SILENT_AFTER
    }

    fn apply(&mut self, word: PageWord) -> BTreeSet<PeerId> {
        if word.version < self.version || (word.version == self.version && self.version > 0) {
            return BTreeSet::new();
        }
        if word.part == 0 {
            self.coming = Some(Coming {
                version: word.version,
                next_part: 0,
                seats: BTreeMap::new(),
            });
        }
        let Some(mut coming) = self.coming.take() else {
            return BTreeSet::new();
        };
        if coming.version != word.version || coming.next_part != word.part {
            return BTreeSet::new();
        }
        coming.next_part += 1;
        coming
            .seats
            .extend(word.seats.into_iter().map(|seat| (seat.id, seat)));
        if coming.next_part < word.parts {
            self.coming = Some(coming);
            return BTreeSet::new();
        }
        self.version = coming.version;
        self.asked = None;
        let before = std::mem::replace(&mut self.seats, coming.seats);
        before
            .into_keys()
            .chain(self.seats.keys().copied())
            .collect()
    }

    fn change(&mut self, change: SeatChange) -> PeerId {
        match change {
            SeatChange::Taken(seat) => {
                let peer = seat.id;
                self.seats.insert(peer, seat);
                peer
            }
            SeatChange::Away(peer) => {
                if let Some(seat) = self.seats.get_mut(&peer) {
                    seat.connected = false;
                }
                peer
            }
            SeatChange::Gone(peer) => {
                self.seats.remove(&peer);
                peer
            }
        }
    }
}
