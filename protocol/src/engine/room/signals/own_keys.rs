//! This tab's own keys in one room: what it announces, and what it signs with.

use std::cell::Cell;

use crate::{
    crypto::{
        Announcement, Identity, IdentityKey, RoomKeys, Session, SessionKey,
        entry::{EntryContent, LogEnd, SignedEntry},
        epoch::Epochs,
        pair::{Pair, PairEpochs},
    },
    engine::{Effect, Io, JoinIntent, Persist, TabKeys},
    ids::PeerId,
    names::PersonName,
    time::Timestamp,
};

/// Binary logarithm of how many sequence numbers each agreement has for itself.
const NUMBERS_EACH: u32 = 32;

/// An announcement of this tab's, as it is and as it is sent.
#[derive(Debug)]
struct Announced {
    announcement: Announcement,
    sealed: String,
}

/// See the module.
#[derive(Debug)]
pub(in crate::engine) struct OwnKeys {
    pub(in crate::engine) room: RoomKeys,
    identity: Identity,
    name: PersonName,
    peer: PeerId,
    session: Session,
    epochs: Epochs,
    current: Announced,
    previous: Option<Announced>,
    log: LogEnd,
    /// How often keys were agreed on.
    agreements: Cell<u32>,
}

impl OwnKeys {
    /// Takes up the tab's keys from before a reload, or makes new ones; in either case with a new epoch.
    pub(in crate::engine) fn open(
        now: Timestamp,
        intent: &JoinIntent,
        peer: PeerId,
        io: &mut Io,
    ) -> Self {
        let room = RoomKeys::derive(&intent.invite, intent.passphrase.as_ref());
        let person = intent.identity.key();
        let kept = intent.keys.clone();
        let kept = kept.filter(|keys| keys.is_usable_by(&person));
        let kept = kept.unwrap_or_else(|| fresh_keys(io));
        let session = kept.session();
        let epochs = Epochs::begin(now, kept.epoch, &mut io.secure);
        let (identity, name) = (intent.identity.clone(), intent.name.clone());
        let current = announce(&room, (&identity, &session), peer, &epochs, &name, io);
        let keys = Self {
            room,
            identity,
            name,
            peer,
            session,
            epochs,
            current,
            previous: None,
            log: kept.log,
            agreements: Cell::new(0),
        };
        keys.persist(io);
        keys
    }

    /// Goes on as another tab: nothing of the one before is used again.
    pub(in crate::engine) fn rename(&mut self, now: Timestamp, peer: PeerId, io: &mut Io) {
        let keys = fresh_keys(io);
        self.peer = peer;
        self.session = keys.session();
        self.epochs = Epochs::begin(now, keys.epoch, &mut io.secure);
        self.log = keys.log;
        self.previous = None;
        self.current = self.announce(io);
        self.persist(io);
    }

    /// What the server is told as `displayName`.
    pub(in crate::engine) fn display_name(&self) -> String {
        if self.room.is_private() {
            self.current.sealed.clone()
        } else {
            self.name.as_str().to_owned()
        }
    }

    pub(in crate::engine) fn identity(&self) -> IdentityKey {
        self.identity.key()
    }

    pub(in crate::engine) fn session(&self) -> SessionKey {
        self.session.key()
    }

    pub(in crate::engine) fn is_private(&self) -> bool {
        self.room.is_private()
    }

    /// The epoch that is announced now.
    pub(in crate::engine) fn epoch(&self) -> u32 {
        self.current.announcement.epoch
    }

    /// The sealed announcement of an epoch; of the current one where it is gone.
    pub(in crate::engine) fn sealed(&self, epoch: u32) -> &str {
        let previous = self.previous.as_ref();
        let of_epoch = previous.filter(|previous| previous.announcement.epoch == epoch);
        &of_epoch.unwrap_or(&self.current).sealed
    }

    /// Agrees on keys with somebody; `None` where the epoch is over, or their keys are none to agree with.
    pub(in crate::engine) fn agree(&self, mine: u32, theirs: &Announcement) -> Option<Pair> {
        let previous = self.previous.as_ref();
        let own = std::iter::once(&self.current)
            .chain(previous)
            .find(|own| own.announcement.epoch == mine)?;
        let secret = self.epochs.secret(mine)?;
        let mut pair = Pair::agree(&self.room, &own.announcement, secret, theirs)?;
        // The same keys come out where the same two announcements meet again, and no key may meet a number twice.
        let agreements = self.agreements.get();
        pair.go_on_after(u64::from(agreements) << NUMBERS_EACH);
        self.agreements.set(agreements.checked_add(1)?);
        Some(pair)
    }

    /// Whether the private key that these keys come from is still kept.
    pub(in crate::engine) fn holds(&self, epochs: PairEpochs) -> bool {
        self.epochs.secret(epochs.mine).is_some()
    }

    /// Signs what the person says.
    pub(in crate::engine) fn sign(
        &mut self,
        content: EntryContent,
        time: Timestamp,
        io: &mut Io,
    ) -> SignedEntry {
        let author = (self.identity.key(), &self.session);
        let entry = self.log.append(author, content, time, self.room.tag());
        self.persist(io);
        entry
    }

    /// Takes note of somebody else's Lamport time.
    pub(in crate::engine) fn witness(&mut self, lamport: u64) {
        self.log.witness(lamport);
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Timestamp {
        self.epochs.poll_timeout()
    }

    /// Renews and wipes what is due. Gives whether there is a new announcement for everybody.
    pub(in crate::engine) fn handle_timeout(&mut self, now: Timestamp, io: &mut Io) -> bool {
        let renewed = self.epochs.handle_timeout(now, &mut io.secure);
        if renewed {
            self.announce_next(io);
        }
        let kept = |previous: &Announced| self.epochs.secret(previous.announcement.epoch).is_some();
        self.previous = self.previous.take().filter(kept);
        renewed
    }

    /// Begins the next epoch at once, for a new join.
    pub(in crate::engine) fn renew(&mut self, now: Timestamp, io: &mut Io) {
        self.epochs.renew(now, &mut io.secure);
        self.announce_next(io);
    }

    /// The epoch is a new one; the announcement of the one before is kept for those who have not heard.
    fn announce_next(&mut self, io: &mut Io) {
        let next = self.announce(io);
        self.previous = Some(std::mem::replace(&mut self.current, next));
        self.persist(io);
    }

    fn announce(&self, io: &mut Io) -> Announced {
        let keys = (&self.identity, &self.session);
        announce(&self.room, keys, self.peer, &self.epochs, &self.name, io)
    }

    /// The page goes away: the next one may go on from here.
    pub(in crate::engine) fn put_down(&self, io: &mut Io) {
        self.keep(true, io);
    }

    /// Whether what was kept is what these put down.
    pub(in crate::engine) fn is_where(&self, kept: &TabKeys) -> bool {
        *kept == self.keys(true)
    }

    fn persist(&self, io: &mut Io) {
        self.keep(false, io);
    }

    fn keep(&self, put_down: bool, io: &mut Io) {
        let room = self.room.room().clone();
        io.push(Effect::Persist(Persist::Keys(room, self.keys(put_down))));
    }

    fn keys(&self, put_down: bool) -> TabKeys {
        TabKeys {
            identity: Some(self.identity()),
            session: *self.session.seed(),
            epoch: self.epochs.announced().0,
            log: self.log.clone(),
            put_down,
        }
    }
}

fn fresh_keys(io: &mut Io) -> TabKeys {
    TabKeys {
        identity: None,
        session: io.secure.bytes(),
        epoch: 0,
        log: LogEnd::default(),
        put_down: false,
    }
}

fn announce(
    room: &RoomKeys,
    keys: (&Identity, &Session),
    peer: PeerId,
    epochs: &Epochs,
    name: &PersonName,
    io: &mut Io,
) -> Announced {
    let announcement = Announcement::sign(room, keys, peer, epochs.announced(), name.clone());
    let sealed = announcement.seal(room, &mut io.secure);
    Announced {
        announcement,
        sealed,
    }
}
