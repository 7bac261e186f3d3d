//! What is held, stored, dropped and read again.

use std::sync::Arc;

use super::{Asked, EARLIER, LogOutput, Reader, RoomLog};
use crate::{
    crypto::{IdentityKey, SessionKey},
    limits::Bounds,
    log::{
        content::Content,
        log_entry::{LogEntry, stub},
        logs::Erasure,
        session_log::SessionLog,
        storing::{BatchId, Item, Page, PageId, Restored},
    },
    time::Timestamp,
};

impl RoomLog {
    /// Goes on with what was kept, before anything else happens. The newest entries are asked of the store at once.
    pub fn restore(&mut self, kept: Restored) {
        let Restored {
            cards,
            ranges,
            blocks,
            latest,
            receipts,
            seen,
            progress,
        } = kept;
        for card in cards {
            self.logs.introduce(card);
        }
        for range in ranges {
            let session = range.session;
            self.end.reach(range.lamport);
            if session == self.me {
                self.handover.keep_own(range.last.0);
            }
            self.logs.restore(session, SessionLog::restored(&range));
            self.batches.restore(range);
        }
        for (session, number, amount) in blocks {
            self.logs.restore_block(session, number, amount);
        }
        for (place, latest) in latest {
            self.end.reach(place.lamport);
            self.view.restore(place, &latest);
        }
        for receipt in receipts {
            match receipt.read() {
                Some(read) if read.session == self.me => self.receipts.restore(&read),
                Some(_) | None => {
                    let is_here = |_: &SessionKey| false;
                    self.receipts
                        .take(receipt, &self.logs, &self.room_tag, is_here);
                }
            }
        }
        for (person, lamport) in seen {
            self.handover.see(person, lamport);
        }
        for (person, progress) in progress {
            self.receipts.handle_progress(person, progress);
        }
        let history = self.view.history().unwrap_or(self.default_history);
        self.handover.set_history(history);
        self.load_earlier();
    }

    /// An entry is here that was not, in memory.
    pub(super) fn note_taken(&mut self, now: Timestamp, entry: &Arc<LogEntry>) {
        self.view.add(entry);
        self.note(now, entry);
    }

    /// An entry is here that was not, and goes to the store alone.
    pub(super) fn note_kept(&mut self, now: Timestamp, entry: &Arc<LogEntry>) {
        self.view.pass(entry);
        self.note(now, entry);
    }

    fn note(&mut self, now: Timestamp, entry: &Arc<LogEntry>) {
        self.end.reach(entry.entry.lamport);
        if self.batches.is_storing() {
            let block = self.logs.count_stored(entry);
            self.batches.put(now, Item::Entry(Arc::clone(entry), block));
        }
        if entry.entry.session == self.me && !self.batches.is_storing() {
            self.handover.keep_own(entry.entry.number);
        }
        if let Content::Delete { .. } = entry.content {
            self.erase(now, entry);
        } else if let Some(deletion) = self.view.deletion(entry) {
            self.erase(now, &deletion);
        }
        let history = self.view.history().unwrap_or(self.default_history);
        self.handover.set_history(history);
        self.drop_from_store(now, self.stored, Some(&entry.entry.author));
        self.forget_released(now);
    }

    /// Leaves of an entry what its author's deletion leaves, in memory and in the store.
    fn erase(&mut self, now: Timestamp, deletion: &Arc<LogEntry>) {
        match self.logs.erase(deletion) {
            Erasure::Done { whole, stub } => {
                self.view.erase(&whole, &stub);
                self.store_stub(now, &whole, stub);
            }
            Erasure::InStore(target) => {
                let (session, number) = (target.session, target.number);
                let reader = Reader::Eraser(Arc::clone(deletion));
                self.read_page(session, number, number, reader);
            }
            Erasure::Nothing => {}
        }
    }

    fn store_stub(&mut self, now: Timestamp, whole: &LogEntry, stub: Arc<LogEntry>) {
        if self.batches.is_storing() {
            let block = self.logs.exchange_stored(whole, &stub);
            self.batches.put(now, Item::Entry(stub, block));
        }
    }

    pub(super) fn drop_from_store(
        &mut self,
        now: Timestamp,
        bounds: Bounds,
        author: Option<&IdentityKey>,
    ) {
        while self.batches.is_storing()
            && let Some((session, number)) = self.logs.too_much(bounds, author)
        {
            self.logs.drop_through(&session, number);
            self.batches.put(now, Item::Dropped(session, number));
        }
    }

    /// The store takes no more: a twentieth of what is there makes room, the oldest of whoever has most of its bytes.
    pub fn handle_store_full(&mut self, now: Timestamp) {
        let bytes = self.logs.stored().bytes;
        let bytes = usize::try_from(bytes - bytes / 20).unwrap_or(usize::MAX);
        let bounds = Bounds {
            bytes,
            ..self.stored
        };
        self.drop_from_store(now, bounds, None);
        self.forget_released(now);
        self.drive(now);
    }

    /// What made room is seen no more, and what will not be handed over again leaves the store.
    pub(super) fn forget_released(&mut self, now: Timestamp) {
        for entry in self.logs.take_released() {
            self.view.remove(&entry);
            if entry.entry.session == self.me {
                self.said_to.remove(&entry.entry.number);
            }
        }
        for (place, latest) in self.view.take_latest() {
            self.batches.put(now, Item::Latest(place, latest));
        }
        for session in self.logs.take_forgotten() {
            self.receipts.forget(&session);
            self.batches.put(now, Item::Forgotten(session));
        }
        for (session, last) in self.logs.take_left_behind() {
            self.batches.put(now, Item::Dropped(session, last));
        }
        for person in self.logs.take_gone() {
            self.view.forget(&person);
            self.batches.put(now, Item::Nameless(person));
        }
    }

    /// A batch is stored.
    pub fn handle_stored(&mut self, now: Timestamp, batch: BatchId) {
        let before = self.handover.own_kept();
        if let Some(number) = self.batches.handle_stored(batch).filter(|it| *it > before) {
            self.handover.keep_own(number);
            let (sync, holdings) = self.parts();
            sync.push(now, before + 1, &holdings);
        }
        self.drive(now);
    }

    /// The store takes nothing more: the room goes on in memory, and what was said waits no longer for it.
    pub fn handle_store_failed(&mut self, now: Timestamp) {
        self.batches.handle_failed();
        self.logs.stop_storing();
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

    /// Whether something between what was paged in and the newest is not in memory. It comes again after [`RoomLog::leave_earlier`].
    pub fn has_gap(&self) -> bool {
        self.logs.sessions().any(|(_, log)| log.has_gap())
    }

    /// The person is back at the newest: what was paged in is held no more.
    pub fn leave_earlier(&mut self, now: Timestamp) {
        while self.logs.release_paged(usize::MAX) {}
        self.drive(now);
    }

    /// Asks the store for what is older than what is in memory, of each session. Where memory is full, what lies between that and the
    /// newest makes room, and what was paged in before; what comes meanwhile takes the place of what was paged in.
    pub fn load_earlier(&mut self) {
        let earlier: Vec<_> = self
            .logs
            .sessions()
            .filter_map(|(session, log)| {
                let (first, last) = log.range()?;
                let front = log.oldest().map_or(last + 1, |front| front.entry.number);
                (front > first)
                    .then(|| (session, first.max(front.saturating_sub(EARLIER)), front - 1))
            })
            .collect();
        for (session, low, high) in earlier {
            self.read_page(session, low, high, Reader::Person);
        }
    }

    pub(super) fn read_page(&mut self, session: SessionKey, low: u64, high: u64, reader: Reader) {
        // What is to be read may still wait to be stored.
        while let Some((batch, changes)) = self.batches.next_batch(&self.me) {
            self.outputs.push_back(LogOutput::Store(batch, changes));
        }
        let page = PageId(self.next_page);
        self.next_page += 1;
        let asked = Asked {
            session,
            low,
            high,
            reader,
        };
        self.pages.insert(page, asked);
        self.outputs
            .push_back(LogOutput::Load(page, session, low, high));
    }

    /// What the store has of a page.
    pub fn handle_page(&mut self, now: Timestamp, page: PageId, read: Page) {
        let Some(asked) = self.pages.remove(&page) else {
            return;
        };
        let Asked { session, .. } = asked;
        let Page { entries, said_to } = read;
        let read = entries.into_iter().filter_map(|signed| {
            let entry = LogEntry::read(signed)?;
            (entry.entry.session == session).then(|| Arc::new(entry))
        });
        let read: Vec<_> = read.collect();
        let numbers = (asked.low, asked.high);
        if let Some(lost) = self.logs.handle_page(&session, numbers, &read) {
            self.batches.put(now, Item::Dropped(session, lost));
        }
        match asked.reader {
            Reader::Person => {
                let loaded = self.logs.load(&session, read);
                if session == self.me {
                    self.said_to.extend(said_to);
                    let is_held = |number: &u64| {
                        self.logs
                            .log(&session)
                            .is_some_and(|log| log.get(*number).is_some())
                    };
                    self.said_to.retain(|number, _| is_held(number));
                }
                for entry in &loaded {
                    self.end.reach(entry.entry.lamport);
                    self.view.add(entry);
                }
                // The page may have gone before what is left was stored.
                for entry in loaded.iter().filter(|entry| entry.is_whole()) {
                    if let Some(deletion) = self.view.deletion(entry) {
                        self.erase(now, &deletion);
                    }
                }
                let history = self.view.history().unwrap_or(self.default_history);
                self.handover.set_history(history);
            }
            Reader::Eraser(deletion) => {
                let (sessions, page) = (self.logs.log(&session), read.first());
                let is_here = sessions.is_some_and(|log| log.get(asked.low).is_some());
                let stub = page.and_then(|whole| Some((whole, stub::make(whole, &deletion)?)));
                if is_here {
                    self.erase(now, &deletion);
                } else if let Some((whole, stub)) = stub {
                    self.store_stub(now, whole, Arc::new(stub));
                }
            }
            Reader::Member(request) => {
                let (sync, holdings) = self.parts();
                sync.handle_page(now, request, &read, &holdings);
            }
        }
        self.drive(now);
    }
}
