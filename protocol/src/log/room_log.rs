//! One room's log. `handle_*` takes in what happens, [`RoomLog::poll_output`] gives what is to be done, and
//! [`RoomLog::poll_timeout`] when to come again. After each input all outputs are taken out, then the time is asked for.

use std::{collections::VecDeque, sync::Arc};

use litemap::LiteMap;

use super::{
    content::{Content, History},
    handover::Handover,
    keep::{BatchId, Keeper, Kept, KeptRange, PageId, Storage},
    log_entry::LogEntry,
    logs::{Hole, Logs, Taking},
    place::EntryId,
    receipts::{Progress, Reach, Receipts},
    session_log::SessionLog,
    sync::{Cause, Holdings, PageRequest, Sync},
    view::View,
};
use crate::{
    crypto::{
        IdentityKey, Session, SessionKey, SignedCard, SignedReceipt, encode,
        entry::{LogEnd, SignedEntry},
    },
    ids::{MessageId, PeerId},
    limits::{self, Bounds},
    peer::{Answer, Extent, LogMessage},
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
    /// What is held in memory: [`limits::LOG_IN_MEMORY`].
    pub bounds: Bounds,
    /// What is held in the store: [`limits::LOG_KEPT`]. Bytes are for the store to count; it says
    /// [`RoomLog::handle_store_full`].
    pub kept: Bounds,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum LogOutput {
    /// Tell a linked member, in this order.
    Send(PeerId, LogMessage),
    /// Store in one transaction, then [`RoomLog::handle_stored`] or [`RoomLog::handle_store_failed`].
    Store(BatchId, Vec<Kept>),
    /// Read entries of a session from the lower to the greater number, then [`RoomLog::handle_page`].
    Load(PageId, SessionKey, u64, u64),
    /// A session signed two different things for one place: warn of this person.
    Forked(IdentityKey),
}

/// For whom a page is read.
#[derive(Debug)]
enum Reader {
    Person,
    Member(PageRequest),
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
    keeper: Keeper,
    kept: Bounds,
    sync: Sync,
    /// Sessions of those who are in the room, linked or not.
    members: Vec<SessionKey>,
    /// Who was a member when each own entry was said.
    said_to: LiteMap<u64, Arc<[IdentityKey]>>,
    /// Proofs of forks; at most [`PROOFS`].
    proofs: LiteMap<SessionKey, Proof>,
    pages: LiteMap<PageId, (SessionKey, Reader)>,
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
            kept,
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
            keeper: Keeper::new(storage),
            kept,
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

    /// Goes on with what was kept, before anything else happens. The newest entries are asked of the store at once.
    pub fn restore(
        &mut self,
        ranges: Vec<KeptRange>,
        receipts: Vec<SignedReceipt>,
        seen: Vec<(IdentityKey, u64)>,
    ) {
        for range in ranges {
            let session = range.card.session;
            self.logs.introduce(range.card);
            if session == self.me {
                self.handover.keep_own(range.last.0);
            }
            self.logs
                .restore(session, SessionLog::restored(range.first, range.last));
        }
        for receipt in receipts {
            match receipt.read() {
                Some(read) if read.session == self.me => self.receipts.restore(&read),
                Some(_) | None => {
                    self.receipts.take(receipt, &self.logs, &self.room_tag);
                }
            }
        }
        for (person, lamport) in seen {
            self.handover.see(person, lamport);
        }
        self.load_earlier();
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

    /// Entries, and bytes of entries with what waits, in memory.
    pub fn in_memory(&self) -> (usize, usize) {
        (self.logs.len(), self.logs.bytes())
    }

    /// Entries and other parts of messages that were dropped: not asked for, not genuine, of nobody who is known.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How far each of those who were members has come with an own entry.
    pub fn status(&self, number: u64) -> Vec<(IdentityKey, Reach)> {
        let said_to = self.said_to.get(&number);
        let people = said_to.iter().flat_map(|people| people.iter());
        people
            .map(|person| {
                let progress = self.receipts.progress(person);
                let reach = if progress.read >= number {
                    Reach::Read
                } else if progress.delivered >= number {
                    Reach::Delivered
                } else {
                    Reach::Waiting
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
            self.keeper.keep(now, Kept::Seen(person, self.end.lamport));
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

    /// A linked member says something about the log.
    pub fn handle_message(&mut self, now: Timestamp, peer: PeerId, message: LogMessage) {
        let Some((session, person)) = self.sync.member(peer) else {
            return;
        };
        match message {
            LogMessage::Digest { digest } => {
                let (sync, holdings) = self.parts();
                sync.handle_digest(now, peer, &digest, &holdings);
            }
            LogMessage::Have { sessions } => self.handle_have(now, peer, person, sessions),
            LogMessage::Want { id, ranges } => {
                let (sync, holdings) = self.parts();
                sync.handle_want(now, peer, id, ranges, &holdings);
            }
            LogMessage::Entries { entries, answer } => {
                self.handle_entries(now, peer, entries, answer);
            }
            LogMessage::Cards { cards } => {
                for card in cards {
                    self.handle_card(now, peer, session, card);
                }
            }
            LogMessage::Pass { from, to } => {
                let (sync, holdings) = self.parts();
                sync.handle_pass(peer, from, &to, &holdings);
            }
            LogMessage::Fork { entries } => self.handle_fork(now, peer, entries),
            LogMessage::Receipts { receipts } => {
                for receipt in receipts {
                    self.handle_receipt(now, peer, receipt);
                }
            }
        }
        self.drive(now);
    }

    fn handle_have(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        person: IdentityKey,
        extents: Vec<Extent>,
    ) {
        for extent in &extents {
            if extent.session == self.me {
                let delivered = extent.last.min(self.handover.own_kept());
                let read = 0;
                self.receipts
                    .handle_progress(person, Progress { delivered, read });
            }
            self.compare(now, peer, extent);
        }
        let (sync, holdings) = self.parts();
        sync.handle_have(now, peer, extents, &holdings);
    }

    /// Somebody has another entry in a place: the own one goes to them, so that the fork is found. Or they can be shown the proof.
    fn compare(&mut self, now: Timestamp, peer: PeerId, extent: &Extent) {
        let Some(log) = self.logs.log(&extent.session) else {
            return;
        };
        let message = if log.is_frozen() {
            self.proofs.get(&extent.session).map(Proof::message)
        } else {
            let held = log.get(extent.last);
            let other = held.filter(|held| held.hash != extent.hash);
            other.map(|held| LogMessage::Fork {
                entries: vec![held.signed.clone()],
            })
        };
        if let Some(message) = message
            && self.sync.admits(now, peer)
        {
            let (sync, holdings) = self.parts();
            sync.introduce(peer, &[extent.session], &holdings);
            sync.send(peer, message);
        }
    }

    fn handle_card(&mut self, now: Timestamp, peer: PeerId, linked: SessionKey, card: SignedCard) {
        let session = card.session;
        let known = self.logs.card(&session);
        if known.is_some_and(|known| known.identity == card.identity) {
            self.sync.handle_known_card(peer, session);
            return;
        }
        if !self.sync.handle_card(now, peer, &card) {
            self.dropped += 1;
        } else if self.logs.contradicts(&card) {
            self.spread_contradiction(card);
        } else if self.logs.introduce(card.clone()) {
            self.keeper.keep(now, Kept::Card(card));
            if session == linked {
                self.logs.set_present(&session, true);
            }
        } else {
            self.dropped += 1;
        }
    }

    /// A session says that it is two persons': whoever knew only one of its cards hears of the other.
    fn spread_contradiction(&mut self, card: SignedCard) {
        let Some(known) = self.logs.card(&card.session).cloned() else {
            return;
        };
        for person in [known.identity, card.identity] {
            self.outputs.push_back(LogOutput::Forked(person));
        }
        let session = card.session;
        let cards = vec![known, card];
        for peer in self.sync.links().collect::<Vec<_>>() {
            let cards = cards.clone();
            self.sync.send(peer, LogMessage::Cards { cards });
        }
        self.prove(session, Proof::Cards(cards));
    }

    fn prove(&mut self, session: SessionKey, proof: Proof) {
        if self.proofs.len() < PROOFS {
            self.proofs.insert(session, proof);
        }
    }

    fn handle_entries(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        entries: Vec<SignedEntry>,
        answer: Option<Answer>,
    ) {
        let bytes = entries.iter().map(|entry| entry.text.len()).sum();
        for signed in entries {
            let Some(claim) = Logs::peek(&signed) else {
                self.dropped += 1;
                continue;
            };
            let place = (&claim.session, claim.number);
            let cause = self.sync.cause(now, peer, place, answer, &self.logs);
            let session = claim.session;
            let hole = match cause {
                Cause::Unasked => {
                    self.dropped += 1;
                    continue;
                }
                Cause::AskedBeyondHole => Hole::Skipped,
                Cause::Asked | Cause::Pushed | Cause::PassedOn => Hole::Waits,
            };
            let taking = self.logs.take(claim, signed, hole);
            self.handle_taking(now, peer, session, cause, taking);
        }
        if let Some(answer) = answer {
            self.sync.handle_answer(now, peer, answer, bytes);
        }
    }

    fn handle_taking(
        &mut self,
        now: Timestamp,
        peer: PeerId,
        session: SessionKey,
        cause: Cause,
        taking: Taking,
    ) {
        match taking {
            Taking::Taken(entries) => {
                for entry in &entries {
                    self.note_taken(now, entry);
                    self.sync.handle_taken(now, peer, entry, cause);
                }
                let is_expected = cause == Cause::PassedOn || self.members.contains(&session);
                if is_expected && !self.sync.is_linked(&session) && session != self.me {
                    self.receipts.hurry(now, session);
                }
            }
            Taking::Known => {
                if matches!(cause, Cause::Pushed | Cause::PassedOn) {
                    self.sync.handle_known(now, peer, session);
                }
            }
            Taking::Beyond(entry) => self.sync.handle_has(peer, &entry),
            Taking::Forked(entries) => self.spread_fork(None, session, entries),
            Taking::Refused => self.dropped += 1,
        }
    }

    /// An entry is here that was not.
    fn note_taken(&mut self, now: Timestamp, entry: &Arc<LogEntry>) {
        self.end.witness(entry.entry.lamport);
        self.view.add(entry);
        self.keeper.keep(now, Kept::Entry(Arc::clone(entry)));
        if entry.entry.session == self.me && !self.keeper.is_storing() {
            self.handover.keep_own(entry.entry.number);
        }
        let history = self.view.history().unwrap_or(self.default_history);
        self.handover.set_history(history);
        self.drop_from_store(now, self.kept, Some(&entry.entry.author));
        self.forget_released();
    }

    fn drop_from_store(&mut self, now: Timestamp, bounds: Bounds, author: Option<&IdentityKey>) {
        while self.keeper.is_storing()
            && let Some((session, number)) = self.logs.too_much(bounds, author)
        {
            self.logs.drop_through(&session, number);
            self.keeper.keep(now, Kept::Dropped(session, number));
        }
    }

    /// The store holds more bytes than it should: a twentieth of the entries makes room, the oldest of whoever has most.
    pub fn handle_store_full(&mut self, now: Timestamp) {
        let extents = self.extents();
        let all: u64 = extents.iter().map(|it| it.last - it.first + 1).sum();
        let messages = usize::try_from(all - all / 20).unwrap_or(usize::MAX);
        let bounds = Bounds {
            messages,
            ..self.kept
        };
        self.drop_from_store(now, bounds, None);
        self.forget_released();
        self.drive(now);
    }

    fn forget_released(&mut self) {
        for entry in self.logs.take_released() {
            self.view.remove(&entry);
            if entry.entry.session == self.me {
                self.said_to.remove(&entry.entry.number);
            }
        }
    }

    fn handle_fork(&mut self, now: Timestamp, peer: PeerId, entries: Vec<SignedEntry>) {
        if !self.sync.admits(now, peer) {
            self.dropped += 1;
            return;
        }
        match &*entries {
            [one, other] => match self.logs.convict(one, other) {
                Some(session) => {
                    self.spread_fork(Some(peer), session, [one.clone(), other.clone()]);
                }
                None => self.dropped += 1,
            },
            [half] => {
                let claim = Logs::peek(half);
                let taking = claim.map(|claim| {
                    let session = claim.session;
                    (session, self.logs.take(claim, half.clone(), Hole::Waits))
                });
                if let Some((session, taking)) = taking {
                    self.handle_taking(now, peer, session, Cause::PassedOn, taking);
                }
            }
            _ => self.dropped += 1,
        }
    }

    fn spread_fork(
        &mut self,
        from: Option<PeerId>,
        session: SessionKey,
        entries: [SignedEntry; 2],
    ) {
        if let Some(person) = self.logs.identity(&session) {
            self.outputs.push_back(LogOutput::Forked(person));
        }
        let message = LogMessage::Fork {
            entries: entries.to_vec(),
        };
        let peers: Vec<_> = self
            .sync
            .links()
            .filter(|peer| Some(*peer) != from)
            .collect();
        let (sync, holdings) = self.parts();
        for peer in peers {
            sync.introduce(peer, &[session], &holdings);
            sync.send(peer, message.clone());
        }
        self.prove(session, Proof::Entries(entries));
    }

    fn handle_receipt(&mut self, now: Timestamp, peer: PeerId, receipt: SignedReceipt) {
        let taken = self
            .receipts
            .take(receipt.clone(), &self.logs, &self.room_tag);
        let Some((who, changed)) = taken else {
            self.dropped += 1;
            return;
        };
        self.keeper.keep(now, Kept::Receipt(who, receipt));
        let (sync, holdings) = self.parts();
        sync.handle_receipt(peer, who, &holdings);
        sync.spread_receipt(Some(peer), who, &changed, &holdings);
    }

    /// Says something. `time` is the wall clock, `members` who is to have it: the people in the room. It is sent once it is
    /// stored. Gives `None` where the session may say nothing more: it was forked, or all numbers are used up.
    pub fn say(
        &mut self,
        now: Timestamp,
        time: Timestamp,
        (id, content): (MessageId, &Content),
        members: &[IdentityKey],
    ) -> Option<EntryId> {
        let log = self.logs.log(&self.me)?;
        self.end.number = log.range().map_or(0, |(_, last)| last);
        self.end.head = log.head().map(|head| encode(&head));
        if log.is_frozen() || !self.end.is_sound() {
            return None;
        }
        let keys = (self.identity, &self.session);
        let signed = self
            .end
            .append(keys, content.write(id), time, &self.room_tag);
        let claim = Logs::peek(&signed)?;
        let id = EntryId {
            session: self.me,
            number: claim.number,
        };
        let Taking::Taken(entries) = self.logs.take(claim, signed, Hole::Waits) else {
            return None;
        };
        self.said_to.insert(id.number, members.into());
        for entry in &entries {
            self.note_taken(now, entry);
        }
        self.keeper.hurry(now);
        if !self.keeper.is_storing() {
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

    /// A batch is stored.
    pub fn handle_stored(&mut self, now: Timestamp, batch: BatchId) {
        let before = self.handover.own_kept();
        if let Some(number) = self.keeper.handle_stored(batch).filter(|it| *it > before) {
            self.handover.keep_own(number);
            let (sync, holdings) = self.parts();
            sync.push(now, before + 1, &holdings);
        }
        self.drive(now);
    }

    /// The store takes nothing more: the room goes on in memory, and what was said waits no longer for it.
    pub fn handle_store_failed(&mut self, now: Timestamp) {
        self.keeper.handle_failed();
        let before = self.handover.own_kept();
        if let Some((_, last)) = self.logs.log(&self.me).and_then(SessionLog::range)
            && last > before
        {
            self.handover.keep_own(last);
            let (sync, holdings) = self.parts();
            sync.push(now, before + 1, &holdings);
        }
        self.drive(now);
    }

    /// Asks the store for what is older than what is in memory, of each session.
    pub fn load_earlier(&mut self) {
        let earlier: Vec<_> = self
            .logs
            .sessions()
            .filter_map(|(session, log)| {
                let (first, last) = log.range()?;
                let front = log.front().map_or(last + 1, |front| front.entry.number);
                (front > first)
                    .then(|| (session, first.max(front.saturating_sub(EARLIER)), front - 1))
            })
            .collect();
        for (session, low, high) in earlier {
            self.read_page(session, low, high, Reader::Person);
        }
    }

    fn read_page(&mut self, session: SessionKey, low: u64, high: u64, reader: Reader) {
        let page = PageId(self.next_page);
        self.next_page += 1;
        self.pages.insert(page, (session, reader));
        self.outputs
            .push_back(LogOutput::Load(page, session, low, high));
    }

    /// What the store has of a page, by number.
    pub fn handle_page(&mut self, now: Timestamp, page: PageId, entries: Vec<SignedEntry>) {
        match self.pages.remove(&page) {
            Some((session, Reader::Person)) => {
                for entry in self.logs.load(&session, entries) {
                    self.end.witness(entry.entry.lamport);
                    self.view.add(&entry);
                }
                let history = self.view.history().unwrap_or(self.default_history);
                self.handover.set_history(history);
            }
            Some((session, Reader::Member(request))) => {
                let read = entries.into_iter().filter_map(|signed| {
                    let entry = signed.read_kept()?;
                    (entry.session == session).then(|| Arc::new(LogEntry::new(signed, entry)))
                });
                let read: Vec<_> = read.collect();
                let (sync, holdings) = self.parts();
                sync.handle_page(now, request, &read, &holdings);
            }
            None => {}
        }
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
            self.keeper.poll_timeout(),
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
            self.keeper.keep(now, Kept::Receipt(me, receipt));
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
        let (sync, holdings) = self.parts();
        sync.ask(now, &holdings);
        while let Some(request) = self.sync.poll_page() {
            let PageRequest {
                session, low, high, ..
            } = request;
            self.read_page(session, low, high, Reader::Member(request));
        }
        while let Some((batch, kept)) = self.keeper.due(now, &self.me) {
            self.outputs.push_back(LogOutput::Store(batch, kept));
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
