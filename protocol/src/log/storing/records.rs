//! How what is stored is written down, and read again.

use std::{str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Item, Latest, Restored, StoredRange};
use crate::{
    crypto::{IdentityKey, SessionKey, SignedCard, SignedReceipt, decode_exactly, encode},
    log::{
        content::History, log_entry::LogEntry, piles::Amount, place::Place, receipts::Progress,
        stored::BLOCK,
    },
};

/// What a record says. The order is that in which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    /// Whose a session is: by session.
    Card,
    /// What is stored of a session: by session.
    Range,
    /// How much is stored of a block of a session: by session and the block's first number.
    Block,
    /// What was set last: by setting.
    Setting,
    /// Somebody's name: by person.
    Name,
    /// How far a session has come: by session.
    Receipt,
    /// The greatest Lamport time when somebody was first seen: by person.
    Seen,
    /// How far somebody has come in one's own log: by person.
    Progress,
    /// Who was a member when an own entry was said: by its number. Read with the entries of a page, and not before.
    SaidTo,
}

impl RecordKind {
    /// Those of which all are read when a room is opened again.
    pub const RESTORED: [Self; 8] = [
        Self::Card,
        Self::Range,
        Self::Block,
        Self::Setting,
        Self::Name,
        Self::Receipt,
        Self::Seen,
        Self::Progress,
    ];

    /// Its part of a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Range => "range",
            Self::Block => "block",
            Self::Setting => "setting",
            Self::Name => "name",
            Self::Receipt => "receipt",
            Self::Seen => "seen",
            Self::Progress => "progress",
            Self::SaidTo => "said_to",
        }
    }
}

/// Where a record is stored, in the store of its room.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordKey {
    /// What it says.
    pub kind: RecordKind,
    /// Of which session, person or setting; empty where it is of one's own log.
    pub of: String,
    /// The number that it is about, or 0.
    pub number: u64,
}

/// Something to do to a store. All of a batch is done in one transaction, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreChange {
    /// Put it by its session and number, in place of what is there.
    PutEntry(Arc<LogEntry>),
    /// Drop a session's entries up to this number.
    DropEntries(SessionKey, u64),
    /// Put a record, in place of what is there.
    PutRecord(RecordKey, String),
    /// Drop the records of this kind and of this from the number of the key up to the other one.
    DropRecords(RecordKey, u64),
}

#[derive(Serialize, Deserialize)]
struct RangeRecord {
    first: u64,
    before: Option<String>,
    last: u64,
    hash: String,
    lamport: u64,
    floor: u64,
}

#[derive(Serialize, Deserialize)]
struct BlockRecord {
    entries: u64,
    bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct LatestRecord {
    lamport: u64,
    session: SessionKey,
    number: u64,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct ProgressRecord {
    delivered: u64,
    read: u64,
}

const HISTORY: &str = "history";
const TITLE: &str = "title";
const ALL: &str = "all";
const JOINED: &str = "joined";

fn key(kind: RecordKind, of: &(impl ToString + ?Sized)) -> RecordKey {
    RecordKey {
        kind,
        of: of.to_string(),
        number: 0,
    }
}

fn put(key: RecordKey, value: &impl Serialize) -> StoreChange {
    #[expect(
        clippy::expect_used,
        reason = "texts, numbers and lists of them are always JSON"
    )]
    let json = serde_json::to_string(value).expect("a record is plain JSON");
    StoreChange::PutRecord(key, json)
}

/// What is to be done to the store for something.
pub(super) fn change(item: Item, me: &SessionKey, changes: &mut Vec<StoreChange>) {
    match item {
        Item::Entry(entry, Amount { entries, bytes }) => {
            let number = entry.entry.number;
            let block = RecordKey {
                number: number - number % BLOCK,
                ..key(RecordKind::Block, &entry.entry.session)
            };
            changes.push(StoreChange::PutEntry(entry));
            changes.push(put(block, &BlockRecord { entries, bytes }));
        }
        Item::Card(card) => changes.push(put(key(RecordKind::Card, &card.session), &card)),
        Item::Receipt(session, receipt) => {
            changes.push(put(key(RecordKind::Receipt, &session), &receipt));
        }
        Item::Seen(person, lamport) => {
            changes.push(put(key(RecordKind::Seen, &person), &lamport));
        }
        Item::SaidTo(number, people) => {
            let key = RecordKey {
                number,
                ..key(RecordKind::SaidTo, "")
            };
            changes.push(put(key, &&*people));
        }
        Item::Progress(person, Progress { delivered, read }) => {
            let record = ProgressRecord { delivered, read };
            changes.push(put(key(RecordKind::Progress, &person), &record));
        }
        Item::Latest(place, latest) => changes.push(change_of_latest(place, latest)),
        Item::Nameless(person) => {
            changes.push(StoreChange::DropRecords(key(RecordKind::Name, &person), 0));
        }
        Item::Dropped(session, number) => {
            changes.push(StoreChange::DropEntries(session, number));
            // A block of which something is left stays.
            if let Some(last) = (number + 1).checked_sub(BLOCK) {
                let blocks = key(RecordKind::Block, &session);
                changes.push(StoreChange::DropRecords(blocks, last));
            }
            if session == *me {
                let said_to = key(RecordKind::SaidTo, "");
                changes.push(StoreChange::DropRecords(said_to, number));
            }
        }
        Item::Forgotten(session) => {
            changes.push(StoreChange::DropEntries(session, u64::MAX));
            let blocks = key(RecordKind::Block, &session);
            changes.push(StoreChange::DropRecords(blocks, u64::MAX));
            for kind in [RecordKind::Card, RecordKind::Range, RecordKind::Receipt] {
                changes.push(StoreChange::DropRecords(key(kind, &session), 0));
            }
        }
    }
}

fn change_of_latest(place: Place, latest: Latest) -> StoreChange {
    let (key, value) = match latest {
        Latest::History(History::All) => (key(RecordKind::Setting, &HISTORY), ALL.to_owned()),
        Latest::History(History::Joined) => (key(RecordKind::Setting, &HISTORY), JOINED.to_owned()),
        Latest::Title(title) => (key(RecordKind::Setting, &TITLE), title),
        Latest::Name(person, name) => (key(RecordKind::Name, &person), name),
    };
    let Place {
        lamport,
        session,
        number,
    } = place;
    let record = LatestRecord {
        lamport,
        session,
        number,
        value,
    };
    put(key, &record)
}

/// What is stored of a session is another range now.
pub(super) fn change_of_range(range: &StoredRange) -> StoreChange {
    let record = RangeRecord {
        first: range.first.0,
        before: range.first.1.map(|hash| encode(&hash)),
        last: range.last.0,
        hash: encode(&range.last.1),
        lamport: range.lamport,
        floor: range.floor,
    };
    put(key(RecordKind::Range, &range.session), &record)
}

impl Restored {
    /// Reads the records of a room. What makes no sense, from another version or another hand, is as good as absent.
    pub fn read<'a>(records: impl IntoIterator<Item = (&'a RecordKey, &'a str)>) -> Self {
        let mut restored = Self::default();
        for (key, json) in records {
            // As good as absent.
            let _ = restored.take(key, json);
        }
        restored
    }

    fn take(&mut self, key: &RecordKey, json: &str) -> Option<()> {
        match key.kind {
            RecordKind::Card => self.cards.push(read::<SignedCard>(json)?),
            RecordKind::Range => self.ranges.push(range(parse(&key.of)?, read(json)?)?),
            RecordKind::Block => {
                let BlockRecord { entries, bytes } = read(json)?;
                let amount = Amount { entries, bytes };
                self.blocks.push((parse(&key.of)?, key.number, amount));
            }
            RecordKind::Setting | RecordKind::Name => {
                let record: LatestRecord = read(json)?;
                let place = Place {
                    lamport: record.lamport,
                    session: record.session,
                    number: record.number,
                };
                let latest = match (key.kind, &*key.of, &*record.value) {
                    (RecordKind::Name, person, _) => Latest::Name(parse(person)?, record.value),
                    (_, HISTORY, ALL) => Latest::History(History::All),
                    (_, HISTORY, JOINED) => Latest::History(History::Joined),
                    (_, TITLE, _) => Latest::Title(record.value),
                    (_, _, _) => return None,
                };
                self.latest.push((place, latest));
            }
            RecordKind::Receipt => self.receipts.push(read::<SignedReceipt>(json)?),
            RecordKind::Seen => self.seen.push((parse(&key.of)?, read(json)?)),
            RecordKind::Progress => {
                let ProgressRecord { delivered, read } = read(json)?;
                let progress = Progress { delivered, read };
                self.progress.push((parse(&key.of)?, progress));
            }
            // Those of a page are read with it.
            RecordKind::SaidTo => return None,
        }
        Some(())
    }
}

/// To whom an own entry was said, as its record tells.
pub fn read_said_to(json: &str) -> Option<Arc<[IdentityKey]>> {
    read::<Vec<IdentityKey>>(json).map(Arc::from)
}

fn range(session: SessionKey, record: RangeRecord) -> Option<StoredRange> {
    let before = match record.before {
        Some(before) => Some(decode_exactly(&before)?),
        None => None,
    };
    let range = StoredRange {
        session,
        first: (record.first, before),
        last: (record.last, decode_exactly(&record.hash)?),
        lamport: record.lamport,
        floor: record.floor,
    };
    let is_sound = 0 < range.first.0 && range.first.0 <= range.last.0.checked_add(1)?;
    is_sound.then_some(range)
}

fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::{Identity, Session},
        ids::PeerId,
    };

    fn session() -> Session {
        Session::from_seed(&[2; 32])
    }

    fn person() -> IdentityKey {
        Identity::from_seed(&[1; 32]).key()
    }

    fn card() -> SignedCard {
        let name = "Ada".parse().unwrap();
        let identity = Identity::from_seed(&[1; 32]);
        SignedCard::sign(
            PeerId::from_random(1),
            &name,
            &identity,
            &session(),
            &[9; 32],
        )
    }

    fn stored(changes: &[StoreChange]) -> Vec<(&RecordKey, &str)> {
        let records = changes.iter().filter_map(|change| match change {
            StoreChange::PutRecord(key, json) => Some((key, &**json)),
            StoreChange::PutEntry(_)
            | StoreChange::DropEntries(..)
            | StoreChange::DropRecords(..) => None,
        });
        records.collect()
    }

    #[test]
    fn what_is_written_down_is_read_as_the_same() {
        let place = Place {
            lamport: 7,
            session: session().key(),
            number: 3,
        };
        let latest = [
            Latest::History(History::Joined),
            Latest::Title("Tea".into()),
            Latest::Name(person(), "Ada".into()),
        ];
        let range = StoredRange {
            session: session().key(),
            first: (4, Some([5; 32])),
            last: (9, [6; 32]),
            lamport: 70,
            floor: 2,
        };
        let progress = Progress {
            delivered: 9,
            read: 8,
        };
        let mut changes = vec![change_of_range(&range)];
        let me = session().key();
        let items = [
            Item::Card(card()),
            Item::Seen(person(), 44),
            Item::Progress(person(), progress),
        ];
        let all = items
            .into_iter()
            .chain(latest.clone().map(|it| Item::Latest(place, it)));
        for item in all {
            change(item, &me, &mut changes);
        }
        let restored = Restored::read(stored(&changes));
        assert_eq!(
            restored,
            Restored {
                cards: vec![card()],
                ranges: vec![range],
                latest: latest.map(|it| (place, it)).into(),
                seen: vec![(person(), 44)],
                progress: vec![(person(), progress)],
                ..Restored::default()
            }
        );
        let mut changes = Vec::new();
        change(Item::SaidTo(5, [person()].into()), &me, &mut changes);
        let [(key, json)] = stored(&changes)[..] else {
            panic!("one record");
        };
        assert_eq!((key.kind, key.number), (RecordKind::SaidTo, 5));
        assert_eq!(read_said_to(json).as_deref(), Some(&[person()][..]));
    }

    #[test]
    fn what_makes_no_sense_is_as_good_as_absent() {
        let own = session().key();
        let range = |first: u64, last: u64, hash: &str| {
            serde_json::json!({
                "first": first, "before": null, "last": last, "hash": hash, "lamport": 1, "floor": 0,
            })
            .to_string()
        };
        let hash = encode(&[6; 32]);
        let sound = (key(RecordKind::Range, &own), range(1, 1, &hash));
        let nonsense = [
            (key(RecordKind::Card, &own), "{}".to_owned()),
            (key(RecordKind::Range, "nobody"), range(1, 1, &hash)),
            (key(RecordKind::Range, &own), range(0, 1, &hash)),
            (key(RecordKind::Range, &own), range(3, 1, &hash)),
            (key(RecordKind::Range, &own), range(1, u64::MAX, &hash)),
            (key(RecordKind::Range, &own), range(1, 1, "AA")),
            (key(RecordKind::Setting, "colour"), "{}".to_owned()),
            (key(RecordKind::Seen, &person()), "-1".to_owned()),
            (key(RecordKind::Progress, &person()), "[1]".to_owned()),
            (key(RecordKind::SaidTo, ""), "[]".to_owned()),
        ];
        let all = nonsense.iter().chain([&sound]);
        let restored = Restored::read(all.map(|(key, json)| (key, &**json)));
        assert_eq!(restored.ranges.len(), 1);
        let ranges = Vec::new();
        assert_eq!(Restored { ranges, ..restored }, Restored::default());
        assert_eq!(read_said_to("[7]"), None);
    }

    #[test]
    fn whole_blocks_and_own_receivers_go_with_the_entries_and_what_is_left_of_a_block_stays() {
        let dropped = |number, me: &SessionKey| {
            let mut changes = Vec::new();
            change(Item::Dropped(session().key(), number), me, &mut changes);
            changes
        };
        let other = Session::from_seed(&[3; 32]).key();
        let own = session().key();
        let blocks = |last| StoreChange::DropRecords(key(RecordKind::Block, &own), last);
        let entries = |last| StoreChange::DropEntries(own, last);
        assert_eq!(dropped(BLOCK - 2, &other), [entries(BLOCK - 2)]);
        assert_eq!(dropped(BLOCK - 1, &other), [entries(BLOCK - 1), blocks(0)]);
        let said_to = StoreChange::DropRecords(key(RecordKind::SaidTo, ""), BLOCK);
        assert_eq!(dropped(BLOCK, &own), [entries(BLOCK), blocks(1), said_to]);
    }
}
