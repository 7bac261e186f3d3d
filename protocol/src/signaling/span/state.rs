//! One room as one server sees it: its own seats, what the others say of theirs, and what follows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    Eviction, KnownPage, PageWord, ResumeProof, RoomWord, SeatChange, SeatWord,
    pages::{Applied, Pages},
    timing,
    verdict::{Verdict, judge},
};
use crate::{
    ids::{PeerId, RoomId, ServerId},
    signaling::{
        ConnectionKey, PeerInfo, RoomState,
        room::{Departure, RoomSettings},
    },
    time::Timestamp,
};

mod saying;
mod seats;

/// One room that spans servers: the rules of [`RoomState`], over the seats of all of them.
///
/// Whatever it is told, [`Self::poll_outgoing`] then gives what the others must hear, in this order. Their words
/// go into [`Self::handle`].
#[derive(Debug)]
pub struct SpanState {
    me: ServerId,
    settings: RoomSettings,
    /// The own seats. How many they may be is judged here.
    local: RoomState,
    trails: BTreeMap<PeerId, Trail>,
    pages: Pages,
    /// Whom the own sockets have been told of.
    listed: BTreeSet<PeerId>,
    version: u64,
    /// Whether the others know that this server is in the room.
    introduced: bool,
    digest_due: Timestamp,
    outgoing: VecDeque<Outgoing>,
}

/// What other servers must know of an own seat besides what clients see.
#[derive(Clone, Copy, Debug)]
struct Trail {
    moves: u32,
    proof: ResumeProof,
    claim: Option<ResumeProof>,
}

/// Something for the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// For whom.
    pub to: Address,
    /// What.
    pub word: RoomWord,
}

/// Who hears something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// Every server that is in the room.
    Room,
    /// One of them.
    Server(ServerId),
}

/// What the own sockets get to feel of other servers, or of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// For `peer_joined`.
    Joined {
        /// Who.
        peer: PeerInfo,
        /// Who must hear of it.
        tell: Vec<ConnectionKey>,
    },
    /// For `peer_left`.
    Left(Departure),
    /// A socket has lost its seat and must be closed.
    Evicted {
        /// Which.
        connection: ConnectionKey,
        /// Why.
        why: Eviction,
    },
}

/// Where a frame must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To an own socket.
    Here(ConnectionKey),
    /// To a socket of this server.
    There(ServerId),
}

/// What to do with a frame that another server sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// It is for this socket.
    Deliver(ConnectionKey),
    /// Nobody has heard of its sender yet, who must come first.
    Early,
    /// Its receiver is not here.
    NobodyHere,
}

impl SpanState {
    /// An empty room on `me`. `first_version` is above every version that `me` ever used for a room of this name,
    /// and not 0.
    pub fn new(
        now: Timestamp,
        me: ServerId,
        room: RoomId,
        settings: RoomSettings,
        first_version: u64,
    ) -> Self {
        let unlimited = RoomSettings {
            capacity: usize::MAX,
            ..settings
        };
        Self {
            me,
            settings,
            local: RoomState::new(room, unlimited),
            trails: BTreeMap::new(),
            pages: Pages::default(),
            listed: BTreeSet::new(),
            version: first_version,
            introduced: false,
            digest_due: now + timing::DIGEST_EVERY,
            outgoing: VecDeque::new(),
        }
    }

    /// What must be said next.
    pub fn poll_outgoing(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    /// Another server says something of this room.
    pub fn handle(&mut self, now: Timestamp, server: ServerId, word: RoomWord) -> Vec<Happened> {
        let mut happened = Vec::new();
        if server == self.me {
            return happened;
        }
        match word {
            RoomWord::Ask | RoomWord::Want => self.answer(now, server),
            RoomWord::Page(page) => self.handle_page(now, server, page, &mut happened),
            RoomWord::Change {
                after,
                version,
                change,
            } => match self
                .pages
                .apply_change(now, server, (after, version), change)
            {
                Applied::Made(peer) => self.reconcile(peer, &mut happened),
                Applied::Known => {}
                Applied::Gap => self.want(now, server),
            },
            RoomWord::Digest { version } => {
                if !self.pages.is_current(now, server, version) {
                    self.want(now, server);
                }
            }
        }
        happened
    }

    /// A server gives no sign any more: its seats are free.
    pub fn server_gone(&mut self, server: ServerId) -> Vec<Happened> {
        let peers = self.pages.remove(server);
        self.reconcile_all(peers)
    }

    /// A server has left in good order: its seats are kept for whoever proves to be their owner.
    pub fn server_left(&mut self, now: Timestamp, server: ServerId) -> Vec<Happened> {
        let peers = self.pages.leave(server, now + self.settings.seat_kept);
        self.reconcile_all(peers)
    }

    /// This server was cut off and is not any more: everybody is told what there is, and answers where that is news.
    pub fn reconnected(&mut self) {
        self.introduce();
    }

    /// Does what is due by now.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Happened> {
        let mut happened = Vec::new();
        for Departure { peer_id, .. } in self.local.expire(now) {
            self.vacated(peer_id);
            self.reconcile(peer_id, &mut happened);
        }
        for peer in self.pages.expire(now) {
            self.reconcile(peer, &mut happened);
        }
        if self.digest_due <= now {
            self.digest_due = now + timing::DIGEST_EVERY;
            if self.introduced {
                let version = self.version;
                self.say(Address::Room, RoomWord::Digest { version });
            }
        }
        happened
    }

    /// When [`Self::expire`] has something to do.
    pub fn next_expiry(&self) -> Timestamp {
        let seats = self.local.next_expiry().into_iter();
        let soonest = seats.chain(self.pages.next_expiry()).min();
        soonest.map_or(self.digest_due, |soonest| soonest.min(self.digest_due))
    }

    /// The room ends here, before its time: nobody sits here any more.
    pub fn end(&mut self) {
        for (peer, _) in self.local.members() {
            self.local.vacate(peer.id);
            self.vacated(peer.id);
        }
    }

    fn handle_page(
        &mut self,
        now: Timestamp,
        server: ServerId,
        mut page: PageWord,
        happened: &mut Vec<Happened>,
    ) {
        if let Some(known) = &page.known
            && !self.is_known_in(known)
        {
            self.answer(now, server);
        }
        for kept in std::mem::take(&mut page.kept) {
            let peer = kept.seat.id;
            if kept.server != self.me
                && !self.local.has_seat(peer)
                && self.pages.seat(peer).is_none()
            {
                let left =
                    std::time::Duration::from_millis(kept.for_ms).min(self.settings.seat_kept);
                self.pages.keep(kept.server, kept.seat, now + left);
                self.reconcile(peer, happened);
            }
        }
        for peer in self.pages.apply_page(now, server, page) {
            self.reconcile(peer, happened);
        }
    }

    fn is_known_in(&self, known: &[KnownPage]) -> bool {
        let me = known.iter().find(|known| known.server == self.me);
        me.map_or(self.local.is_empty(), |known| known.version == self.version)
    }

    fn reconcile_all(&mut self, peers: Vec<PeerId>) -> Vec<Happened> {
        let mut happened = Vec::new();
        for peer in peers {
            self.reconcile(peer, &mut happened);
        }
        happened
    }

    /// Something about the seats of `peer` is another than before: finds whose stays, and whether the own sockets
    /// must hear of it.
    fn reconcile(&mut self, peer: PeerId, happened: &mut Vec<Happened>) {
        if let Some(mine) = self.own_seat(peer)
            && let Some((server, theirs)) = self.pages.live(peer)
        {
            match judge((self.me, &mine), (server, theirs)) {
                Verdict::Keep => {}
                Verdict::Inherit { joined_at, moves } => {
                    self.local.date_back(peer, joined_at);
                    if let Some(trail) = self.trails.get_mut(&peer) {
                        trail.moves = moves;
                    }
                    self.taken(peer);
                }
                Verdict::Yield(why) => {
                    let connection = self.local.vacate(peer);
                    self.vacated(peer);
                    happened
                        .extend(connection.map(|connection| Happened::Evicted { connection, why }));
                }
            }
        }
        if self.local.has_seat(peer) || self.pages.live(peer).is_some() {
            self.pages.forget_kept(peer);
        }
        let seat = self.pages.seat(peer);
        let is_held = self.local.has_seat(peer) || seat.is_some();
        if is_held && self.listed.insert(peer) {
            let peer = seat.map(SeatWord::info);
            let tell = self.local.connections();
            happened.extend(peer.map(|peer| Happened::Joined { peer, tell }));
        } else if !is_held && self.listed.remove(&peer) {
            let tell = self.local.connections();
            happened.push(Happened::Left(Departure {
                peer_id: peer,
                tell,
            }));
        }
    }

    fn own_seat(&self, peer: PeerId) -> Option<SeatWord> {
        let trail = self.trails.get(&peer)?;
        let (info, connection) = self.local.member(peer)?;
        Some(SeatWord {
            id: info.id,
            name: info.display_name,
            joined_at: info.joined_at,
            moves: trail.moves,
            proof: trail.proof,
            claim: trail.claim,
            connected: connection.is_some(),
        })
    }

    /// Says that an own seat is as it is now.
    fn taken(&mut self, peer: PeerId) {
        if let Some(seat) = self.own_seat(peer) {
            self.changed(SeatChange::Taken(seat));
        }
    }

    /// An own seat is free.
    fn vacated(&mut self, peer: PeerId) {
        self.trails.remove(&peer);
        self.changed(SeatChange::Gone(peer));
    }
}

#[cfg(test)]
mod tests;
