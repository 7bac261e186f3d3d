//! One member: a log, its keys, its store, and what was shown of it.

use std::collections::{BTreeMap, BTreeSet};

use banter_protocol::{
    crypto::{Identity, Session, SessionKey, SignedCard, entry::SignedEntry},
    ids::PeerId,
    limits::{self, Bounds},
    log::{
        History, LogOutput, LogSettings, Place, RoomLog,
        storing::{Page, RecordKey, RecordKind, Restored, Storage, StoreChange, read_said_to},
        view::Change,
    },
};

pub const ROOM: [u8; 32] = [9; 32];

/// Memory for a hundred entries.
pub const LITTLE: Bounds = Bounds {
    messages: 100,
    bytes: 1024 * 1024,
    shares: 10,
};

/// What a browser keeps of a room.
#[derive(Clone, Default)]
pub struct Store {
    pub entries: BTreeMap<(SessionKey, u64), SignedEntry>,
    pub records: BTreeMap<RecordKey, String>,
}

impl Store {
    pub fn take(&mut self, changes: Vec<StoreChange>) {
        for change in changes {
            match change {
                StoreChange::PutEntry(entry) => {
                    let key = (entry.entry.session, entry.entry.number);
                    self.entries.insert(key, entry.signed.clone());
                }
                StoreChange::DropEntries(session, last) => {
                    self.entries
                        .retain(|(of, number), _| *of != session || *number > last);
                }
                StoreChange::PutRecord(key, json) => {
                    self.records.insert(key, json);
                }
                StoreChange::DropRecords(from, last) => {
                    let is_meant = |key: &RecordKey| {
                        (key.kind, &key.of) == (from.kind, &from.of)
                            && (from.number..=last).contains(&key.number)
                    };
                    self.records.retain(|key, _| !is_meant(key));
                }
            }
        }
    }

    pub fn page(&self, session: SessionKey, low: u64, high: u64) -> Page {
        let entries = self.entries.range((session, low)..=(session, high));
        let said_to = self.records.iter().filter(|(key, _)| {
            key.kind == RecordKind::SaidTo && (low..=high).contains(&key.number)
        });
        Page {
            entries: entries.map(|(_, entry)| entry.clone()).collect(),
            said_to: said_to
                .map(|(key, json)| (key.number, read_said_to(json).unwrap()))
                .collect(),
        }
    }

    /// Whether a text is in anything that is stored.
    pub fn has_text(&self, text: &str) -> bool {
        let records = self.records.values();
        records
            .chain(self.entries.values().map(|entry| &entry.text))
            .any(|stored| stored.contains(text))
    }

    pub fn restored(&self) -> Restored {
        let is_restored = |key: &RecordKey| RecordKind::RESTORED.contains(&key.kind);
        let records = self.records.iter().filter(|(key, _)| is_restored(key));
        Restored::read(records.map(|(key, json)| (key, &**json)))
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
        stored: Bounds {
            messages: 4 * bounds.messages.max(1_500),
            ..limits::LOG_STORED
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
            self.log.restore(self.store.restored());
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
