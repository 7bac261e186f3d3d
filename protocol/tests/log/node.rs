//! One member: a log, its keys, its store, and what was shown of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use banter_protocol::{
    crypto::{
        Identity, IdentityKey, Session, SessionKey, SignedCard, SignedReceipt, entry::SignedEntry,
    },
    ids::PeerId,
    limits::{self, Bounds},
    log::{
        Amount, History, LogEntry, LogOutput, LogSettings, Place, RoomLog,
        keep::{BLOCK, Kept, KeptRange, Latest, Page, Restored, Storage},
        receipts::Progress,
        view::Change,
    },
};

pub const ROOM: [u8; 32] = [9; 32];

/// What a browser keeps of a room.
#[derive(Clone, Default)]
pub struct Store {
    pub entries: BTreeMap<(SessionKey, u64), SignedEntry>,
    pub cards: BTreeMap<SessionKey, SignedCard>,
    /// By session and first number.
    pub blocks: BTreeMap<(SessionKey, u64), Amount>,
    pub history: Option<(Place, Latest)>,
    pub title: Option<(Place, Latest)>,
    pub names: BTreeMap<IdentityKey, (Place, Latest)>,
    pub receipts: BTreeMap<SessionKey, SignedReceipt>,
    pub seen: BTreeMap<IdentityKey, u64>,
    pub said_to: BTreeMap<u64, Arc<[IdentityKey]>>,
    pub progress: BTreeMap<IdentityKey, Progress>,
}

impl Store {
    pub fn take(&mut self, kept: Vec<Kept>) {
        for kept in kept {
            match kept {
                Kept::Entry(entry, block) => {
                    let key = (entry.entry.session, entry.entry.number);
                    self.blocks.insert((key.0, key.1 - key.1 % BLOCK), block);
                    self.entries.insert(key, entry.signed.clone());
                }
                Kept::Card(card) => {
                    self.cards.insert(card.session, card);
                }
                Kept::Receipt(session, receipt) => {
                    self.receipts.insert(session, receipt);
                }
                Kept::SaidTo(number, people) => {
                    self.said_to.insert(number, people);
                }
                Kept::Progress(person, progress) => {
                    self.progress.insert(person, progress);
                }
                Kept::Dropped(session, number) => {
                    self.entries
                        .retain(|(of, it), _| *of != session || *it > number);
                    self.blocks
                        .retain(|(of, it), _| *of != session || *it + BLOCK - 1 > number);
                }
                Kept::Latest(place, latest) => match latest {
                    Latest::History(_) => self.history = Some((place, latest)),
                    Latest::Title(_) => self.title = Some((place, latest)),
                    Latest::Name(person, _) => {
                        self.names.insert(person, (place, latest));
                    }
                },
                Kept::Nameless(person) => {
                    self.names.remove(&person);
                }
                Kept::Forgotten(session) => {
                    self.entries.retain(|(of, _), _| *of != session);
                    self.blocks.retain(|(of, _), _| *of != session);
                    self.cards.remove(&session);
                    self.receipts.remove(&session);
                }
                Kept::Seen(person, lamport) => {
                    self.seen.insert(person, lamport);
                }
            }
        }
    }

    pub fn page(&self, session: SessionKey, low: u64, high: u64) -> Page {
        let entries = self.entries.range((session, low)..=(session, high));
        let said_to = self.said_to.range(low..=high);
        Page {
            entries: entries.map(|(_, entry)| entry.clone()).collect(),
            said_to: said_to
                .map(|(number, people)| (*number, Arc::clone(people)))
                .collect(),
        }
    }

    /// Whether a text is in anything that is stored.
    pub fn has_text(&self, text: &str) -> bool {
        self.entries.values().any(|entry| entry.text.contains(text))
    }

    /// The newest range of each session without a hole.
    fn ranges(&self) -> Vec<KeptRange> {
        let mut ranges = Vec::new();
        let mut sessions: Vec<_> = self.entries.keys().map(|(session, _)| *session).collect();
        sessions.dedup();
        for session in &sessions {
            let entries: Vec<_> = self
                .entries
                .range((*session, 0)..=(*session, u64::MAX))
                .collect();
            let Some(((_, last), newest)) = entries.last() else {
                continue;
            };
            let mut first = *last;
            while self.entries.contains_key(&(*session, first - 1)) {
                first -= 1;
            }
            let read = |entry: &SignedEntry| LogEntry::read(entry.clone()).unwrap();
            let (oldest, newest) = (read(&self.entries[&(*session, first)]), read(newest));
            ranges.push(KeptRange {
                session: *session,
                first: (first, oldest.entry.previous),
                last: (*last, newest.hash),
                lamport: newest.entry.lamport,
            });
        }
        ranges
    }
}

pub struct Node {
    pub log: RoomLog,
    pub session: Session,
    pub identity: Identity,
    pub storage: Storage,
    pub store: Store,
    /// Counts up with each restart; what was under way before is void.
    pub run: u32,
    /// What was shown since the restart.
    pub shown: BTreeSet<Place>,
    pub bounds: Bounds,
    pub history: History,
}

pub fn seed(kind: u8, number: u64) -> [u8; 32] {
    let mut seed = [kind; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    seed
}

fn log(
    node: (&Identity, &Session, u64),
    storage: Storage,
    bounds: Bounds,
    history: History,
) -> RoomLog {
    let (identity, session, number) = node;
    let name = format!("Person {number}").parse().unwrap();
    let peer = PeerId::from_random(u128::from(number) + 1);
    RoomLog::new(LogSettings {
        session: session.clone(),
        card: SignedCard::sign(peer, &name, identity, session, &ROOM),
        room_tag: ROOM,
        storage,
        history,
        bounds,
        kept: Bounds {
            messages: 4 * bounds.messages.max(1_500),
            ..limits::LOG_KEPT
        },
    })
}

impl Node {
    pub fn new(number: u64, storage: Storage, bounds: Bounds, history: History) -> Self {
        let identity = Identity::from_seed(&seed(1, number));
        let session = Session::from_seed(&seed(2, number));
        Self {
            log: log((&identity, &session, number), storage, bounds, history),
            session,
            identity,
            storage,
            store: Store::default(),
            run: 0,
            shown: BTreeSet::new(),
            bounds,
            history,
        }
    }

    pub fn usual(number: u64, storage: Storage) -> Self {
        Self::new(number, storage, limits::LOG_IN_MEMORY, History::All)
    }

    /// The page is loaded anew: with what was kept, or with nothing and another session.
    pub fn restart(&mut self, number: u64, keeps: bool) {
        self.run += 1;
        self.shown.clear();
        if !keeps || self.storage == Storage::Memory {
            let again = seed(3, number * 1_000 + u64::from(self.run));
            self.session = Session::from_seed(&again);
            self.store = Store::default();
        }
        let keys = (&self.identity, &self.session, number);
        self.log = log(keys, self.storage, self.bounds, self.history);
        if self.storage == Storage::Device {
            let store = &self.store;
            let seen = store.seen.iter();
            self.log.restore(Restored {
                cards: store.cards.values().cloned().collect(),
                ranges: store.ranges(),
                blocks: store
                    .blocks
                    .iter()
                    .map(|((it, first), amount)| (*it, *first, *amount))
                    .collect(),
                latest: store
                    .names
                    .values()
                    .chain(&store.history)
                    .chain(&store.title)
                    .cloned()
                    .collect(),
                receipts: store.receipts.values().cloned().collect(),
                seen: seen.map(|(it, lamport)| (*it, *lamport)).collect(),
                progress: store.progress.clone().into_iter().collect(),
            });
        }
    }

    /// Nothing is shown twice.
    pub fn look(&mut self) {
        for change in self.log.view_mut().take_changes() {
            match change {
                Change::Added(place, _) => {
                    assert!(self.shown.insert(place), "{place:?} is shown twice");
                }
                Change::Removed(place) => {
                    assert!(self.shown.remove(&place), "{place:?} was not shown");
                }
                Change::Changed(_) | Change::Settings => {}
            }
        }
    }

    pub fn outputs(&mut self) -> Vec<LogOutput> {
        let outputs = std::iter::from_fn(|| self.log.poll_output()).collect();
        self.look();
        outputs
    }
}
