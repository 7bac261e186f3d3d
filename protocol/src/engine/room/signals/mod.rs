//! What this tab and others say to each other through the server, and the keys that it is sealed with: in the clear in an open
//! room, sealed in a private one.

mod own_keys;
mod peer_keys;
mod relayed;

use litemap::LiteMap;
use serde_json::{Value, json};

use self::relayed::Outgoing;
pub(in crate::engine) use self::{
    own_keys::OwnKeys,
    peer_keys::{News, PeerKeys},
    relayed::Relayed,
};
use crate::{
    crypto::{
        Announcement, SessionKey,
        pair::PairEpochs,
        signal::{Signal, SignalKind},
    },
    engine::{
        Io, JoinIntent,
        link::{Binding, Proved, Saying, Thread},
    },
    ids::PeerId,
    limits,
    names::PersonName,
    signaling::{ClientMessage, PeerInfo},
    time::Timestamp,
};

/// What an answer holds that is none, in an open room; in a private one the sealed kind says it.
const REFUSED: &str = "refused";
const LOCKED: &str = "locked";

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct Signals {
    me: PeerId,
    pub(in crate::engine) own: OwnKeys,
    /// Of everybody who is here and has announced any.
    peers: LiteMap<PeerId, PeerKeys>,
    /// Of those who left, should they come back: the server says who leaves, and what it recorded must stay old.
    parked: LiteMap<SessionKey, PeerKeys>,
    /// For the ids of offers: new for each load of the page and each time that a room is entered.
    page: u64,
    offers: u64,
}

/// Why nothing was said by what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Unopened {
    /// Sealed for an epoch that is over, or from one that this side has not heard of; or a recording.
    UnknownEpoch,
    /// It cannot be opened, or is not what it says.
    Garbage,
    /// `null` beside an announcement is news of an epoch, and no mistake.
    OnlyNews,
}

/// Whether this tab announces something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Renewal {
    /// Nothing was due.
    None,
    /// Keys that were over are wiped.
    Wiped,
    /// The same, and there is a new announcement for everybody.
    Announced,
}

impl Signals {
    /// Takes up the tab's keys from before a reload, or makes new ones.
    pub(in crate::engine) fn open(
        now: Timestamp,
        intent: &JoinIntent,
        me: PeerId,
        io: &mut Io,
    ) -> Self {
        Self {
            me,
            own: OwnKeys::open(now, intent, me, io),
            peers: LiteMap::default(),
            parked: LiteMap::default(),
            page: io.random.next_u64(),
            offers: 0,
        }
    }

    pub(in crate::engine) fn is_private(&self) -> bool {
        self.own.is_private()
    }

    /// Goes on as another tab: nothing of the one before is used again.
    pub(in crate::engine) fn rename(&mut self, now: Timestamp, me: PeerId, io: &mut Io) {
        self.me = me;
        self.peers.clear();
        self.parked.clear();
        self.own.rename(now, me, io);
    }

    /// The newest announcement of somebody.
    pub(in crate::engine) fn latest(&self, peer: PeerId) -> Option<&Announcement> {
        self.peers.get(&peer)?.latest()
    }

    /// Whether somebody has sealed something for a key that only lives now, so that they are no recording.
    pub(in crate::engine) fn is_proven(&self, peer: PeerId) -> bool {
        self.peers.get(&peer).is_some_and(PeerKeys::is_proven)
    }

    /// For whatever is said to somebody now.
    pub(in crate::engine) fn newest_thread(&self, peer: PeerId) -> Thread {
        Thread {
            negotiation: None,
            mine: self.own.epoch(),
            theirs: self.latest(peer).map(|latest| latest.epoch),
        }
    }

    /// The id of the next offer, of whichever link.
    pub(in crate::engine) fn next_negotiation(&mut self) -> String {
        self.offers += 1;
        crate::engine::link::negotiation_id(self.page, self.offers)
    }

    /// What somebody whom the server lists goes by, and their announcement in a private room. There only whoever knows its secret
    /// can be a member, and a recording of an announcement is one that nobody sees: `None` for everybody else.
    pub(in crate::engine) fn read_name(
        &self,
        info: &PeerInfo,
    ) -> Option<(PersonName, Option<Announcement>)> {
        if !self.is_private() {
            return Some((PersonName::from_remote(&info.display_name), None));
        }
        let announcement = self.read_announcement(&info.display_name)?;
        let is_theirs = announcement.peer == info.id;
        is_theirs.then(|| (announcement.name.clone(), Some(announcement)))
    }

    /// An announcement for this room.
    pub(in crate::engine) fn read_announcement(&self, sealed: &str) -> Option<Announcement> {
        Announcement::open(sealed, &self.own.room)
    }

    /// Takes in somebody's announcement. Those who come back with what was parked bring news.
    pub(in crate::engine) fn learn(&mut self, announcement: Announcement) -> News {
        let keys = self.peers.entry(announcement.peer).or_default();
        let mut is_back = false;
        if keys.latest().is_none()
            && let Some(parked) = self.parked.remove(&announcement.session)
        {
            *keys = parked;
            is_back = true;
        }
        match keys.learn(announcement) {
            News::Same if is_back => News::Newer,
            news @ (News::Same | News::Newer | News::Refused) => news,
        }
    }

    /// Somebody is gone, or another session speaks in their place. Nothing is kept of whom this side never sealed or opened
    /// anything for.
    pub(in crate::engine) fn park(&mut self, peer: PeerId) {
        if let Some((session, keys)) = self.peers.remove(&peer).and_then(PeerKeys::put_away)
            && keys.has_pairs()
            && self.parked.len() < limits::ROOM_MEMBERS
        {
            self.parked.insert(session, keys);
        }
    }

    /// Renews and wipes what is due: a key that is announced for long is a key that opens much.
    pub(in crate::engine) fn handle_timeout(&mut self, now: Timestamp, io: &mut Io) -> Renewal {
        if now < self.own.poll_timeout() {
            return Renewal::None;
        }
        let renewed = self.own.handle_timeout(now, io);
        let own = &self.own;
        for (_, keys) in &mut self.parked {
            keys.wipe(own);
        }
        self.parked.retain(|_, keys| keys.has_pairs());
        for (_, keys) in &mut self.peers {
            keys.wipe(own);
        }
        if renewed {
            Renewal::Announced
        } else {
            Renewal::Wiped
        }
    }

    /// What somebody is told, as it goes through the server; `None` where there are no keys for it, or where it is longer than the
    /// server takes.
    pub(in crate::engine) fn seal(
        &mut self,
        to: PeerId,
        thread: Thread,
        saying: Saying,
    ) -> Option<ClientMessage> {
        let is_private = self.is_private();
        let (kind, payload) = match saying {
            Saying::Offer(offer) => (SignalKind::Offer, offer),
            Saying::Answer(answer) => (SignalKind::Answer, answer),
            Saying::Candidate(candidate) => (SignalKind::Candidate, candidate),
            Saying::Refusal if is_private => (SignalKind::Refusal, json!(LOCKED)),
            Saying::Refusal => (SignalKind::Refusal, json!({ REFUSED: LOCKED })),
        };
        let announcement = self.own.sealed(thread.mine).to_owned();
        let (negotiation, payload) = if is_private {
            let pair = self.peers.get_mut(&to)?.pair(thread.epochs()?, &self.own)?;
            let sealed = pair.seal(&Signal {
                kind,
                negotiation: thread.negotiation,
                payload,
            });
            if sealed.len() > limits::SIGNALING_FRAME_BYTES - limits::DISPLAY_NAME_BYTES {
                // The server would close the socket. No description that the other side takes in is so long.
                return None;
            }
            (None, Value::String(sealed))
        } else {
            (thread.negotiation, payload)
        };
        let outgoing = Outgoing {
            from: self.me,
            to,
            kind,
            negotiation,
            announcement,
            payload,
        };
        Some(outgoing.into())
    }

    /// Opens what somebody says; `theirs` is the epoch of the announcement beside it. In a private room nothing is taken in that is
    /// not sealed.
    pub(in crate::engine) fn unseal(
        &mut self,
        relayed: Relayed,
        theirs: Option<u32>,
    ) -> Result<(Thread, Saying), Unopened> {
        let Relayed {
            from,
            kind,
            negotiation,
            payload,
            ..
        } = relayed;
        if !self.is_private() {
            let thread = Thread {
                negotiation,
                mine: self.own.epoch(),
                theirs,
            };
            return Ok((thread, saying(kind, payload)));
        }
        if payload.is_null() {
            return Err(Unopened::OnlyNews);
        }
        let sealed = payload.as_str().ok_or(Unopened::Garbage)?;
        let epochs = PairEpochs::of_sealed(sealed).ok_or(Unopened::Garbage)?;
        let own = &self.own;
        let keys = self.peers.get_mut(&from).ok_or(Unopened::UnknownEpoch)?;
        let pair = keys.pair(epochs, own).ok_or(Unopened::UnknownEpoch)?;
        let expected = |signal: &Signal| match kind {
            SignalKind::Answer => matches!(signal.kind, SignalKind::Answer | SignalKind::Refusal),
            SignalKind::Offer | SignalKind::Candidate | SignalKind::Refusal => signal.kind == kind,
        };
        let signal = pair.open(sealed).filter(expected);
        let signal = signal.ok_or(Unopened::Garbage)?;
        keys.prove();
        let thread = Thread {
            negotiation: signal.negotiation,
            mine: epochs.mine,
            theirs: Some(epochs.theirs),
        };
        Ok((thread, saying(signal.kind, signal.payload)))
    }

    /// This side's proof for a connection to somebody.
    pub(in crate::engine) fn proof(&mut self, peer: PeerId, binding: &Binding) -> Option<String> {
        let Binding {
            thread,
            own,
            peer: theirs,
            ..
        } = binding;
        let pair = self
            .peers
            .get_mut(&peer)?
            .pair(thread.epochs()?, &self.own)?;
        Some(pair.confirmation(thread.negotiation.as_deref(), own, theirs))
    }

    /// What somebody's proof gives, where it is good. They have proved to be there then.
    pub(in crate::engine) fn judge(
        &mut self,
        peer: PeerId,
        binding: &Binding,
        proof: &str,
    ) -> Option<Proved> {
        let Binding {
            thread,
            own,
            peer: theirs,
            ..
        } = binding;
        let epochs = thread.epochs()?;
        let keys = self.peers.get_mut(&peer)?;
        let negotiation = thread.negotiation.as_deref();
        let pair = keys.pair(epochs, &self.own)?;
        let export = pair
            .is_confirmed_by(proof, negotiation, own, theirs)
            .then(|| pair.export().clone())?;
        let announcement = keys.announcement(epochs.theirs)?.clone();
        keys.prove();
        Some(Proved {
            announcement,
            export,
        })
    }
}

fn saying(kind: SignalKind, payload: Value) -> Saying {
    match kind {
        SignalKind::Offer => Saying::Offer(payload),
        SignalKind::Answer if payload.get(REFUSED).is_some() => Saying::Refusal,
        SignalKind::Answer => Saying::Answer(payload),
        SignalKind::Candidate => Saying::Candidate(payload),
        SignalKind::Refusal => Saying::Refusal,
    }
}

#[cfg(test)]
mod tests;
