//! What the others are told.

use super::{Address, Outgoing, SpanState};
use crate::{
    ids::ServerId,
    signaling::span::{PageWord, RoomWord, SeatChange, message::SEATS_IN_PART},
    time::Timestamp,
};

impl SpanState {
    pub(super) fn say(&mut self, to: Address, word: RoomWord) {
        self.outgoing.push_back(Outgoing { to, word });
    }

    /// Tells a change, the first time with everything else.
    pub(super) fn changed(&mut self, change: SeatChange) {
        let after = self.version;
        self.version += 1;
        if self.introduced {
            let version = self.version;
            let change = RoomWord::Change {
                after,
                version,
                change,
            };
            self.say(Address::Room, change);
        } else {
            self.introduce();
        }
    }

    /// Tells everything to everybody, and what is known, so that they answer where that is not enough.
    pub(super) fn introduce(&mut self) {
        self.introduced = true;
        let mut pages = self.page_parts();
        if let Some(first) = pages.first_mut() {
            first.known = Some(self.pages.known());
        }
        for page in pages {
            self.say(Address::Room, RoomWord::Page(page));
        }
    }

    /// Tells everything to one server, with what servers that have left can no longer say themselves.
    pub(super) fn answer(&mut self, now: Timestamp, server: ServerId) {
        let mut pages = self.page_parts();
        let mut others = self.pages.servers();
        others.retain(|other| *other != server);
        let mut kept = self.pages.kept(now);
        kept.truncate(SEATS_IN_PART);
        if let Some(last) = pages.last_mut() {
            last.others = others;
            last.kept = kept;
        }
        for page in pages {
            self.say(Address::Server(server), RoomWord::Page(page));
        }
    }

    /// Asks for what was missed.
    pub(super) fn want(&mut self, now: Timestamp, server: ServerId) {
        if self.pages.may_ask(now, server) {
            self.say(Address::Server(server), RoomWord::Want);
        }
    }

    fn page_parts(&self) -> Vec<PageWord> {
        let peers: Vec<_> = self.trails.keys().copied().collect();
        let seats: Vec<_> = peers
            .iter()
            .filter_map(|&peer| self.own_seat(peer))
            .collect();
        let mut chunks: Vec<_> = seats.chunks(SEATS_IN_PART).map(<[_]>::to_vec).collect();
        if chunks.is_empty() {
            chunks.push(Vec::new());
        }
        let parts = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
        let pages = (0..parts).zip(chunks).map(|(part, seats)| PageWord {
            version: self.version,
            part,
            parts,
            seats,
            ..PageWord::default()
        });
        pages.collect()
    }
}
