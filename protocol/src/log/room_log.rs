//! One room's log. `handle_*` takes in what happens, [`RoomLog::poll_output`] gives what is to be done, and
//! [`RoomLog::poll_timeout`] when to come again. After each input all outputs are taken out, then the time is asked for.

mod hearing;
mod keeping;

use std::{collections::VecDeque, sync::Arc};

use litemap::LiteMap;

use super::{
    content::{Content, History},
    handover::Handover,
    log_entry::LogEntry,
    logs::{Hole, Logs, Taking},
    piles::Amount,
    place::EntryId,
    receipts::{ReceiptState, Receipts},
    session_log::SessionLog,
    storing::{BatchId, Batches, Item, PageId, Storage, StoreChange},
    sync::{Holdings, PageRequest, Sync},
    view::View,
};
use crate::{
    crypto::{
        IdentityKey, Session, SessionKey, SignedCard, encode,
        entry::{LogEnd, SignedEntry},
    },
    ids::{MessageId, PeerId},
    limits::{self, Bounds},
    peer::{Extent, LogMessage},
    time::Timestamp,
};

/// With what a log begins.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// Signs what is said here. One that was used before goes on only with the entries that it signed.
    pub session: Session,
    /// Whose it is.
    pub card: SignedCard,
    /// [`crate::crypto::RoomKeys`]' tag, inside every signature.
    pub room_tag: [u8; 32],
    /// Whether there is a store.
    pub storage: Storage,
    /// What newcomers get while nobody has set it: all in private rooms, what is said later in open ones.
    pub history: History,
    /// What is held in memory, in bytes of memory: [`limits::LOG_IN_MEMORY`].
    pub bounds: Bounds,
    /// What is held in the store: [`limits::LOG_STORED`], in bytes of texts. A store that takes less says
    /// [`RoomLog::handle_store_full`].
    pub stored: Bounds,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum LogOutput {
    /// Tell a linked member, in this order.
    Send(PeerId, LogMessage),
    /// Store in one transaction, then [`RoomLog::handle_stored`] or [`RoomLog::handle_store_failed`].
    Store(BatchId, Vec<StoreChange>),
    /// Read entries of a session from the lower to the greater number, after all that was to be stored before; then
    /// [`RoomLog::handle_page`].
    Load(PageId, SessionKey, u64, u64),
    /// A session signed two different things for one place: warn of this person.
    Forked(IdentityKey),
}

/// A page that the store was asked for.
#[derive(Debug)]
struct Asked {
    session: SessionKey,
    low: u64,
    high: u64,
    reader: Reader,
}

/// For whom a page is read.
#[derive(Debug)]
enum Reader {
    Person,
    Member(PageRequest),
    /// To leave of it what this deletion leaves.
    Eraser(Arc<LogEntry>),
}

/// What shows others that nothing of a session is to be believed.
#[derive(Debug)]
enum Proof {
    Entries([SignedEntry; 2]),
    Cards(Vec<SignedCard>),
}

impl Proof {
    fn message(&self) -> LogMessage {
        match self {
            Self::Entries(entries) => LogMessage::Fork {
                entries: entries.to_vec(),
            },
            Self::Cards(cards) => LogMessage::Cards {
                cards: cards.clone(),
            },
        }
    }
}

/// See the module.
#[derive(Debug)]
pub struct RoomLog {
    session: Session,
    me: SessionKey,
    identity: IdentityKey,
    room_tag: [u8; 32],
    end: LogEnd,
    logs: Logs,
    handover: Handover,
    default_history: History,
    receipts: Receipts,
    view: View,
    batches: Batches,
    stored: Bounds,
    sync: Sync,
    /// Sessions of those who are in the room, linked or not.
    members: Vec<SessionKey>,
    /// Who was a member when each own entry was said.
    said_to: LiteMap<u64, Arc<[IdentityKey]>>,
    /// Proofs of forks; at most [`PROOFS`].
    proofs: LiteMap<SessionKey, Proof>,
    pages: LiteMap<PageId, Asked>,
    next_page: u64,
    outputs: VecDeque<LogOutput>,
    dropped: u64,
}

/// Proofs of forks that are kept to be shown to others; sessions beyond are frozen all the same.
const PROOFS: usize = 32;

/// Entries of a session that are read for the person at once.
const EARLIER: u64 = 50;

impl RoomLog {
    /// An empty log, or one that [`RoomLog::restore`] goes on with.
    pub fn new(settings: LogSettings) -> Self {
        let LogSettings {
            session,
            card,
            room_tag,
            storage,
            history,
            bounds,
            stored,
        } = settings;
        let me = session.key();
        let identity = card.identity;
        let mut logs = Logs::new(room_tag, bounds, storage == Storage::Device);
        logs.introduce(card);
        logs.set_present(&me, true);
        Self {
            session,
            me,
            identity,
            room_tag,
            end: LogEnd::default(),
            logs,
            handover: Handover::new(me, history),
            default_history: history,
            receipts: Receipts::new(me),
            view: View::default(),
            batches: Batches::new(storage),
            stored,
            sync: Sync::default(),
            members: Vec::new(),
            said_to: LiteMap::default(),
            proofs: LiteMap::default(),
            pages: LiteMap::default(),
            next_page: 0,
            outputs: VecDeque::new(),
            dropped: 0,
        }
    }

    /// This tab's session.
    pub fn session(&self) -> SessionKey {
        self.me
    }

    /// What is seen.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What is seen, to take its changes.
    pub fn view_mut(&mut self) -> &mut View {
        &mut self.view
    }

    /// What is here of each session that is not frozen.
    pub fn extents(&self) -> Vec<Extent> {
        let sessions = self.logs.sessions();
        sessions
            .filter_map(|(session, log)| log.extent(session))
            .collect()
    }

    /// Whether a session signed two different things for one place.
    pub fn is_frozen(&self, session: &SessionKey) -> bool {
        self.logs.log(session).is_some_and(SessionLog::is_frozen)
    }

    /// Whose a session is.
    pub fn card(&self, session: &SessionKey) -> Option<&SignedCard> {
        self.logs.card(session)
    }

    /// Entries in memory, and bytes that they take there with what waits, about.
    pub fn in_memory(&self) -> (usize, usize) {
        (self.logs.len(), self.logs.bytes())
    }

    /// Entries in the store, and bytes of their texts.
    pub fn stored(&self) -> Amount {
        self.logs.stored()
    }

    /// Entries and other parts of messages that were dropped: not asked for, not genuine, of nobody who is known.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How far each of those who were members has come with an own entry.
    pub fn status(&self, number: u64) -> Vec<(IdentityKey, ReceiptState)> {
        let said_to = self.said_to.get(&number);
        let people = said_to.iter().flat_map(|people| people.iter());
        people
            .map(|person| {
                let progress = self.receipts.progress(person);
                let reach = if progress.read >= number {
                    ReceiptState::Read
                } else if progress.delivered >= number {
                    ReceiptState::Delivered
                } else {
                    ReceiptState::Waiting
                };
                (*person, reach)
            })
            .collect()
    }

    /// Whether an own entry is kept, and so was said to whoever is linked.
    pub fn is_sent(&self, number: u64) -> bool {
        number <= self.handover.own_kept()
    }

    /// Who is in the room now, linked or not, by session.
    pub fn handle_members(&mut self, members: Vec<SessionKey>) {
        self.members = members;
        self.members.retain(|member| *member != self.me);
        self.members.truncate(limits::ROOM_MEMBERS);
    }

    /// A link to a member is open and confirmed; its other end speaks with this session for this person.
    pub fn handle_link_opened(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        session: SessionKey,
        person: IdentityKey,
    ) {
        if self.handover.see(person, self.end.lamport) {
            self.batches.put(now, Item::Seen(person, self.end.lamport));
        }
        self.logs.set_present(&session, true);
        let (sync, holdings) = self.parts();
        sync.open(now, peer, (session, person), &holdings);
        self.drive(now);
    }

    /// A link is gone.
    pub fn handle_link_closed(&mut self, now: Timestamp, peer: PeerId) {
        if let Some((session, _)) = self.sync.member(peer) {
            self.sync.close(now, peer);
            if !self.sync.is_linked(&session) {
                self.logs.set_present(&session, false);
            }
        }
        self.drive(now);
    }

    /// Says something. `time` is the wall clock, `members` who is to have it: the people in the room. It is sent once it is
    /// stored. A deletion says what is left of what it deletes, where that is in memory. Gives `None` where the session may say nothing more: it was forked, or all numbers are used up.
    pub fn say(
        &mut self,
        now: Timestamp,
        time: Timestamp,
        (id, content): (MessageId, &Content),
        members: &[IdentityKey],
    ) -> Option<EntryId> {
        let log = self.logs.log(&self.me)?;
        let tip = log.tip();
        self.end.number = tip.map_or(0, |(last, _)| last);
        self.end.head = tip.map(|(_, head)| encode(&head));
        if log.is_frozen() || !self.end.is_sound() {
            return None;
        }
        let keys = (self.identity, &self.session);
        let deletion = match content.target() {
            Some(target) if matches!(content, Content::Delete { .. }) => Some(Content::Delete {
                target,
                remains: self.logs.remains(target, &self.identity).map(Box::new),
            }),
            Some(_) | None => None,
        };
        let content = deletion.as_ref().unwrap_or(content);
        let signed = self
            .end
            .append(keys, content.write(id), time, &self.room_tag);
        let claim = LogEntry::read(signed)?;
        let id = EntryId {
            session: self.me,
            number: claim.entry.number,
        };
        let Taking::Taken(entries) = self.logs.take(claim, Hole::Waits) else {
            return None;
        };
        let said_to: Arc<[IdentityKey]> = members.into();
        self.batches
            .put(now, Item::SaidTo(id.number, Arc::clone(&said_to)));
        self.said_to.insert(id.number, said_to);
        for entry in &entries {
            self.note_taken(now, entry);
        }
        self.batches.hurry(now);
        if !self.batches.is_storing() {
            let (sync, holdings) = self.parts();
            sync.push(now, id.number, &holdings);
        }
        self.drive(now);
        Some(id)
    }

    /// The person has read a session's log up to an entry, and tells it.
    pub fn handle_read(&mut self, now: Timestamp, entry: EntryId) {
        self.receipts.read_to(now, entry.session, entry.number);
        self.drive(now);
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<LogOutput> {
        if let Some((peer, message)) = self.sync.poll_send() {
            return Some(LogOutput::Send(peer, message));
        }
        self.outputs.pop_front()
    }

    /// When to call [`RoomLog::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let parts = [
            self.sync.poll_timeout(),
            self.receipts.poll_timeout(),
            self.batches.poll_timeout(),
        ];
        parts.into_iter().flatten().min()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        let due = self
            .receipts
            .due(now, &self.logs, &self.session, &self.room_tag);
        if let Some((receipt, changed)) = due {
            let me = self.me;
            self.batches.put(now, Item::Receipt(me, receipt));
            let (sync, holdings) = self.parts();
            sync.spread_receipt(None, me, &changed, &holdings);
        }
        let unheard = self.unheard();
        let (sync, holdings) = self.parts();
        sync.handle_timeout(now, &unheard, &holdings);
        self.drive(now);
    }

    /// Members without a link who have not told that they have all that was said here.
    fn unheard(&self) -> Vec<SessionKey> {
        let last = self.handover.own_kept();
        let has_heard = |session: &SessionKey| self.receipts.delivered(session) >= last;
        let members = self.members.iter().copied();
        members
            .filter(|session| !self.sync.is_linked(session) && !has_heard(session))
            .collect()
    }

    /// What follows from any input.
    fn drive(&mut self, now: Timestamp) {
        self.forget_released(now);
        let (sync, holdings) = self.parts();
        sync.ask(now, &holdings);
        while let Some(request) = self.sync.poll_page() {
            let PageRequest {
                session, low, high, ..
            } = request;
            self.read_page(session, low, high, Reader::Member(request));
        }
        while let Some((batch, changes)) = self.batches.due(now, &self.me) {
            self.outputs.push_back(LogOutput::Store(batch, changes));
        }
    }

    fn parts(&mut self) -> (&mut Sync, Holdings<'_>) {
        let holdings = Holdings {
            room_tag: &self.room_tag,
            me: self.me,
            logs: &self.logs,
            handover: &self.handover,
            receipts: &self.receipts,
        };
        (&mut self.sync, holdings)
    }
}
