//! What was said in the room: shown once, kept for a reload, and followed until everybody has it.

use std::{sync::Arc, time::Duration};

use litemap::LiteMap;

use super::{numbers::HeardNumbers, retention::Retention};
use crate::{
    crypto::{IdentityKey, SessionKey, entry::SignedEntry},
    engine::{
        ChatMessage, DeliveryStatus, DropCause, Effect, Io, Persist, RoomEvent, StoredMessage,
        io::to_json,
    },
    flat_set::FlatSet,
    ids::{MessageId, PeerId, RoomId},
    limits,
    peer::{PeerMessage, framing},
    time::Timestamp,
};

/// How long an acknowledgement may wait for others before it is kept: sixty people acknowledge one message within that.
const KEPT_WITHIN: Duration = Duration::from_secs(1);

/// A message that is shown, by its number: the order in which it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    number: u32,
    from: PeerId,
    id: MessageId,
    author: Option<IdentityKey>,
}

impl Shown {
    fn of(number: u32, message: &ChatMessage) -> Self {
        Self {
            number,
            from: message.from,
            id: message.id,
            author: message.author,
        }
    }
}

/// A message of this tab that somebody has not acknowledged yet.
#[derive(Debug)]
struct OwnMessage {
    stored: StoredMessage,
    /// Peers on whose connection it was not put yet, of those that decide about "sent".
    unsent: Vec<PeerId>,
    /// It was put on some connection.
    handed: bool,
    acknowledged: bool,
    announced: bool,
}

impl OwnMessage {
    fn status(&self) -> DeliveryStatus {
        let delivered = self.acknowledged && self.stored.awaiting.is_empty();
        let reached = match (delivered, self.unsent.is_empty()) {
            (true, _) => DeliveryStatus::Delivered,
            (false, true) => DeliveryStatus::Sent,
            (false, false) => DeliveryStatus::Sending,
        };
        // What was once sent does not look unsent again because it goes again.
        reached.max(self.stored.message.status)
    }

    /// Nobody waits for the exact text any more.
    fn forget_entry_when_done(&mut self) {
        if self.is_done() {
            self.stored.entry = None;
            self.stored.owners.clear();
        }
    }

    fn is_done(&self) -> bool {
        self.stored.awaiting.is_empty() && self.stored.later.is_empty()
    }
}

mod settling;

#[derive(Debug)]
pub(in crate::engine) struct Conversation {
    room: RoomId,
    me: PeerId,
    heard: HeardNumbers,
    /// What is shown, in order, and the names of it: no two may have the same.
    shown: Retention<Shown>,
    names: FlatSet<(PeerId, MessageId)>,
    /// The same by person: what somebody says again with another tab is no news.
    said: FlatSet<(IdentityKey, MessageId)>,
    /// There may be thousands, and putting one between others moves those: in boxes they are small.
    own: LiteMap<MessageId, Box<OwnMessage>>,
    /// Own messages that somebody who decides about "sent" may still wait for.
    sending: FlatSet<MessageId>,
    /// Numbers of what the tab keeps.
    kept: Retention<u32>,
    next_number: u32,
    /// Own messages that have come further than what is kept of them says.
    unsaved: FlatSet<MessageId>,
    save_at: Option<Timestamp>,
}

impl Conversation {
    /// Takes up what the tab kept of the room before a reload.
    pub(in crate::engine) fn new(room: RoomId, me: PeerId, history: Vec<StoredMessage>) -> Self {
        let mut conversation = Self {
            room,
            me,
            heard: HeardNumbers::default(),
            shown: Retention::new(limits::SHOWN),
            names: FlatSet::default(),
            said: FlatSet::default(),
            own: LiteMap::default(),
            sending: FlatSet::default(),
            kept: Retention::new(limits::STORED),
            next_number: 0,
            unsaved: FlatSet::default(),
            save_at: None,
        };
        for stored in history {
            conversation.restore(stored);
        }
        conversation
    }

    fn restore(&mut self, stored: StoredMessage) {
        let StoredMessage {
            number, message, ..
        } = &stored;
        // A tab keeps them in order, each once, and there is always a next one.
        let Some(next_number) = number.checked_add(1) else {
            return;
        };
        if *number < self.next_number {
            return;
        }
        self.next_number = next_number;
        self.names.insert((message.from, message.id));
        self.said
            .extend(message.author.map(|author| (author, message.id)));
        let (author, bytes) = (message.author, message.text.as_str().len());
        self.kept.put(*number, author, bytes);
        self.shown.put(Shown::of(*number, message), author, bytes);
        if let Some((session, entry)) = stored.source {
            self.heard.restore(session, entry);
        }
        let outstanding = !(stored.awaiting.is_empty() && stored.later.is_empty());
        if outstanding && message.own {
            let is_sending = message.status == DeliveryStatus::Sending;
            let own = OwnMessage {
                unsent: stored.awaiting.clone(),
                handed: !is_sending,
                acknowledged: false,
                announced: true,
                stored,
            };
            self.sending.insert(own.stored.message.id);
            self.own.insert(own.stored.message.id, Box::new(own));
        }
    }

    /// Who has not acknowledged which message, in the order in which they were said, with their key where it is known.
    pub(in crate::engine) fn outstanding(&self) -> Vec<(PeerId, Option<IdentityKey>, MessageId)> {
        let mut own: Vec<&StoredMessage> = Vec::new();
        for stored in self.own.values().map(|own| &own.stored) {
            let place = own.partition_point(|earlier| earlier.number < stored.number);
            own.insert(place, stored);
        }
        own.into_iter()
            .flat_map(|stored| {
                let peers = stored.awaiting.iter().chain(&stored.later);
                peers.map(|&peer| {
                    let mut owners = stored.owners.iter();
                    let owner = owners.find(|(id, _)| *id == peer).map(|&(_, owner)| owner);
                    (peer, owner, stored.message.id)
                })
            })
            .collect()
    }

    /// The newest message.
    pub(in crate::engine) fn last(&self) -> Option<(PeerId, MessageId)> {
        self.shown.last().map(|shown| (shown.from, shown.id))
    }

    /// Under which id this tab speaks.
    pub(in crate::engine) fn me(&self) -> PeerId {
        self.me
    }

    /// From now on this tab speaks under another id. What it said under the one before is still its own.
    pub(in crate::engine) fn rename(&mut self, me: PeerId) {
        self.me = me;
    }

    /// Writes down what the person says, with the entry that was signed for it. `connected` decide how far it has come;
    /// `later` get it as soon as they can. [`Conversation::announce`] follows, once it was given to the connections.
    pub(in crate::engine) fn compose(
        &mut self,
        mut message: ChatMessage,
        entry: SignedEntry,
        connected: Vec<PeerId>,
        later: Vec<PeerId>,
        owners: Vec<(PeerId, IdentityKey)>,
    ) {
        let id = message.id;
        message.from = self.me;
        let unsent = connected.clone();
        let number = self.take_number();
        let stored = StoredMessage {
            number,
            message,
            awaiting: connected,
            later,
            owners,
            source: None,
            entry: Some(entry),
        };
        self.names.insert((self.me, id));
        if !unsent.is_empty() {
            self.sending.insert(id);
        }
        self.own.insert(
            id,
            Box::new(OwnMessage {
                stored,
                unsent,
                handed: false,
                acknowledged: false,
                announced: false,
            }),
        );
    }

    /// Shows and keeps a message just composed.
    pub(in crate::engine) fn announce(&mut self, id: MessageId, io: &mut Io) {
        let Some(own) = self.own.get_mut(&id) else {
            return;
        };
        own.announced = true;
        own.stored.message.status = own.status();
        own.forget_entry_when_done();
        let (stored, done) = (own.stored.clone(), own.is_done());
        io.notify(RoomEvent::MessageAdded(Arc::new(stored.message.clone())));
        self.keep(stored, io);
        if done {
            self.own.remove(&id);
        }
    }

    /// The frames of an own message, or nothing where it is not wanted any more.
    pub(in crate::engine) fn frames(&self, id: MessageId) -> Option<Vec<String>> {
        let SignedEntry { text, signature } = self.own.get(&id)?.stored.entry.clone()?;
        let message = PeerMessage::Entry { text, signature };
        Some(framing::split(to_json(&message)))
    }

    /// An own message was put on the connection to a peer.
    pub(in crate::engine) fn handle_sent(&mut self, peer: PeerId, id: MessageId, io: &mut Io) {
        let Some(own) = self.own.get_mut(&id) else {
            return;
        };
        own.unsent.retain(|&waiting| waiting != peer);
        own.handed = true;
        if own.status() != own.stored.message.status {
            self.update(id, io);
        }
    }

    /// A peer has an own message.
    pub(in crate::engine) fn handle_delivered(&mut self, peer: PeerId, id: MessageId, io: &mut Io) {
        let Some(own) = self.own.get_mut(&id) else {
            return;
        };
        own.acknowledged = true;
        own.unsent.retain(|&waiting| waiting != peer);
        own.stored.awaiting.retain(|&awaited| awaited != peer);
        own.stored.later.retain(|&awaited| awaited != peer);
        self.update(id, io);
    }

    /// An own message will never reach a peer that it was for.
    pub(in crate::engine) fn handle_given_up(&mut self, peer: PeerId, id: MessageId, io: &mut Io) {
        let Some(own) = self.own.get_mut(&id) else {
            return;
        };
        own.unsent.retain(|&waiting| waiting != peer);
        own.stored.later.retain(|&awaited| awaited != peer);
        if own.stored.awaiting.contains(&peer) {
            own.stored.message.status = DeliveryStatus::Failed;
            own.stored.awaiting.retain(|&awaited| awaited != peer);
        }
        self.update(id, io);
    }

    /// An entry that shows nothing was heard.
    pub(in crate::engine) fn note(&mut self, session: SessionKey, number: u64) {
        self.heard.hear(session, number);
    }

    /// A peer said something; shown unless it was there already.
    pub(in crate::engine) fn handle_message(
        &mut self,
        message: ChatMessage,
        (session, number): (SessionKey, u64),
        io: &mut Io,
    ) {
        if !self.heard.hear(session, number) {
            io.drop_for(DropCause::Untimely);
            return;
        }
        let mut is_news = self.names.insert((message.from, message.id));
        if let Some(author) = message.author {
            is_news &= self.said.insert((author, message.id));
        }
        if !is_news {
            io.drop_for(DropCause::Untimely);
            return;
        }
        let source = Some((session, number));
        let number = self.take_number();
        io.notify(RoomEvent::MessageAdded(Arc::new(message.clone())));
        let stored = StoredMessage {
            number,
            message,
            awaiting: Vec::new(),
            later: Vec::new(),
            owners: Vec::new(),
            source,
            entry: None,
        };
        self.keep(stored, io);
    }

    fn update(&mut self, id: MessageId, io: &mut Io) {
        let Some(own) = self.own.get_mut(&id) else {
            return;
        };
        if !own.announced {
            return;
        }
        let status = own.status();
        let changed = status != own.stored.message.status;
        own.stored.message.status = status;
        own.forget_entry_when_done();
        let message = &own.stored.message;
        // What came after it may have pushed it out before everybody has answered.
        let is_shown = self.names.contains(&(message.from, id));
        if is_shown && (changed || status == DeliveryStatus::Failed) {
            io.notify(RoomEvent::MessageChanged(Arc::new(message.clone())));
        }
        self.unsaved.insert(id);
    }

    pub(in crate::engine) fn poll_timeout(&self) -> Option<Timestamp> {
        self.save_at
    }

    /// Keeps what was put off, once it is due.
    pub(in crate::engine) fn handle_timeout(&mut self, now: Timestamp, io: &mut Io) {
        if self.unsaved.is_empty() {
            return;
        }
        if *self.save_at.get_or_insert(now + KEPT_WITHIN) <= now {
            self.save(io);
        }
    }

    /// Keeps what was put off.
    pub(in crate::engine) fn save(&mut self, io: &mut Io) {
        self.save_at = None;
        for id in std::mem::take(&mut self.unsaved) {
            let Some(own) = self.own.get(&id) else {
                continue;
            };
            let (stored, done) = (own.stored.clone(), own.is_done());
            if self.kept.holds(stored.number) {
                io.push(Effect::Persist(Persist::Message(
                    self.room.clone(),
                    Box::new(stored),
                )));
            }
            if done {
                self.own.remove(&id);
            }
        }
    }

    fn keep(&mut self, stored: StoredMessage, io: &mut Io) {
        let StoredMessage {
            number, message, ..
        } = &stored;
        let (number, author, bytes) = (*number, message.author, message.text.as_str().len());
        let gone = self.shown.put(Shown::of(number, message), author, bytes);
        if !gone.is_empty() {
            for it in &gone {
                self.names.remove(&(it.from, it.id));
                if let Some(author) = it.author {
                    self.said.remove(&(author, it.id));
                }
            }
            let gone: Vec<_> = gone.iter().map(|it| (it.from, it.id)).collect();
            io.notify(RoomEvent::MessagesDropped(gone.into()));
        }
        let room = &self.room;
        io.push(Effect::Persist(Persist::Message(
            room.clone(),
            Box::new(stored),
        )));
        for number in self.kept.put(number, author, bytes) {
            io.push(Effect::Persist(Persist::ForgetMessage(
                room.clone(),
                number,
            )));
        }
    }

    fn take_number(&mut self) -> u32 {
        let number = self.next_number;
        self.next_number = number.saturating_add(1);
        number
    }
}
