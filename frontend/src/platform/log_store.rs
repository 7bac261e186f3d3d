//! What the browser keeps of rooms' logs, for every tab: the entries and records that `banter_protocol::log::storing` wants stored.
//! Two tabs of one room write the same; what differs is each tab's own.

use banter_protocol::{
    crypto::{SessionKey, entry::SignedEntry},
    ids::RoomId,
    log::{
        LogEntry,
        storing::{Page, RecordKey, RecordKind, Restored, StoreChange, read_said_to},
    },
};
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use super::database::{Database, DatabaseFailure, KeyRange, StoreShape, Stored, key};

const DATABASE: &str = "banter-logs";
const VERSION: u32 = 1;
const ENTRIES: &str = "entries";
const RECORDS: &str = "records";
const SHAPES: [StoreShape; 2] = [
    StoreShape {
        name: ENTRIES,
        indexes: &[("order", &[ROOM, LAMPORT])],
    },
    StoreShape {
        name: RECORDS,
        indexes: &[],
    },
];

const ROOM: &str = "room";
const LAMPORT: &str = "lamport";
const TEXT: &str = "text";
const SIGNATURE: &str = "signature";

/// The database of logs.
#[derive(Debug)]
pub struct LogStore(Database);

impl LogStore {
    /// Opens the database. Takes as long as the browser does.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or a later version of the app was here.
    pub async fn open() -> Result<Self, DatabaseFailure> {
        Ok(Self(Database::open(DATABASE, VERSION, &SHAPES).await?))
    }

    /// Does all that is to be done to what is kept of a room, or nothing of it.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, has no room, or the database was closed.
    pub async fn store(
        &self,
        room: &RoomId,
        changes: &[StoreChange],
    ) -> Result<(), DatabaseFailure> {
        let transaction = self.0.transaction(&[ENTRIES, RECORDS])?;
        let (entries, records) = (transaction.store(ENTRIES)?, transaction.store(RECORDS)?);
        let done = || {
            for change in changes {
                match change {
                    StoreChange::PutEntry(entry) => {
                        let place = place(room, &entry.entry.session, entry.entry.number);
                        entries.put(&place, &StoredEntry::of(room, entry))?;
                    }
                    StoreChange::DropEntries(session, last) => {
                        entries.remove_within(&places(room, session, 0, *last)?)?;
                    }
                    StoreChange::PutRecord(key, json) => {
                        records.put(&record(room, key, key.number), &Json(json.clone()))?;
                    }
                    StoreChange::DropRecords(from, last) => {
                        records.remove_within(&records_between(room, from, *last)?)?;
                    }
                }
            }
            Ok(())
        };
        let done = done();
        if done.is_err() {
            transaction.abort();
            return done;
        }
        transaction.committed().await
    }

    /// What is kept of a room, without its entries.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn restored(&self, room: &RoomId) -> Result<Restored, DatabaseFailure> {
        let transaction = self.0.transaction(&[RECORDS])?;
        let store = transaction.store(RECORDS)?;
        let mut records = Vec::new();
        for kind in RecordKind::RESTORED {
            let range = KeyRange::under(&[room.as_str().into(), kind.name().into()])?;
            let found: Vec<(Vec<JsValue>, Json)> = store.keyed_within(&range).await?;
            records.extend(found.into_iter().filter_map(|(key, Json(json))| {
                let key = RecordKey {
                    kind,
                    of: key.get(2)?.as_string()?,
                    number: number(key.get(3)?)?,
                };
                Some((key, json))
            }));
        }
        transaction.committed().await?;
        Ok(Restored::read(
            records.iter().map(|(key, json)| (key, &**json)),
        ))
    }

    /// Entries of a session from the lower to the greater number, as far as they are there, and to whom those numbers of one's own were
    /// said.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn page(
        &self,
        room: &RoomId,
        session: &SessionKey,
        (low, high): (u64, u64),
    ) -> Result<Page, DatabaseFailure> {
        let transaction = self.0.transaction(&[ENTRIES, RECORDS])?;
        let entries = transaction.store(ENTRIES)?;
        let entries: Vec<StoredEntry> = entries.within(&places(room, session, low, high)?).await?;
        let from = RecordKey {
            kind: RecordKind::SaidTo,
            of: String::new(),
            number: low,
        };
        let records = transaction.store(RECORDS)?;
        let range = records_between(room, &from, high)?;
        let said_to: Vec<(Vec<JsValue>, Json)> = records.keyed_within(&range).await?;
        transaction.committed().await?;
        let said_to = said_to
            .into_iter()
            .filter_map(|(key, Json(json))| Some((number(key.get(3)?)?, read_said_to(&json)?)));
        Ok(Page {
            entries: entries.into_iter().map(|entry| entry.signed).collect(),
            said_to: said_to.collect(),
        })
    }

    /// Drops all that is kept of a room.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or the database was closed.
    pub async fn forget(&self, room: &RoomId) -> Result<(), DatabaseFailure> {
        let transaction = self.0.transaction(&[ENTRIES, RECORDS])?;
        let all = KeyRange::under(&[room.as_str().into()])?;
        for store in [ENTRIES, RECORDS] {
            transaction.store(store)?.remove_within(&all)?;
        }
        transaction.committed().await
    }
}

/// JavaScript has no greater integers; no session has so many entries.
#[expect(
    clippy::cast_precision_loss,
    reason = "entries are numbered up to 2^53, and the end of all is not met"
)]
fn as_number(number: u64) -> JsValue {
    (number as f64).into()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "looked at before"
)]
fn number(value: &JsValue) -> Option<u64> {
    let number = value.as_f64()?;
    (number >= 0.0 && number.fract() == 0.0).then_some(number as u64)
}

fn place(room: &RoomId, session: &SessionKey, number: u64) -> JsValue {
    let session = session.to_string();
    key([room.as_str().into(), session.into(), as_number(number)])
}

fn places(
    room: &RoomId,
    session: &SessionKey,
    low: u64,
    high: u64,
) -> Result<KeyRange, DatabaseFailure> {
    KeyRange::between(&place(room, session, low), &place(room, session, high))
}

fn record(room: &RoomId, key_of: &RecordKey, number: u64) -> JsValue {
    key([
        room.as_str().into(),
        key_of.kind.name().into(),
        (&*key_of.of).into(),
        as_number(number),
    ])
}

fn records_between(
    room: &RoomId,
    from: &RecordKey,
    last: u64,
) -> Result<KeyRange, DatabaseFailure> {
    KeyRange::between(&record(room, from, from.number), &record(room, from, last))
}

/// An entry, with what the index sorts it by.
struct StoredEntry {
    room: String,
    lamport: u64,
    signed: SignedEntry,
}

impl StoredEntry {
    fn of(room: &RoomId, entry: &LogEntry) -> Self {
        Self {
            room: room.as_str().to_owned(),
            lamport: entry.entry.lamport,
            signed: entry.signed.clone(),
        }
    }
}

impl Stored for StoredEntry {
    fn to_stored(&self) -> Option<JsValue> {
        let object = Object::new();
        for (name, value) in [
            (ROOM, (&*self.room).into()),
            (LAMPORT, as_number(self.lamport)),
            (TEXT, (&*self.signed.text).into()),
            (SIGNATURE, (&*self.signed.signature).into()),
        ] {
            Reflect::set(&object, &name.into(), &value).ok()?;
        }
        Some(object.into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        let field = |name: &str| Reflect::get(value, &name.into()).ok();
        Some(Self {
            room: field(ROOM)?.as_string()?,
            lamport: number(&field(LAMPORT)?)?,
            signed: SignedEntry {
                text: field(TEXT)?.as_string()?,
                signature: field(SIGNATURE)?.as_string()?,
            },
        })
    }
}

struct Json(String);

impl Stored for Json {
    fn to_stored(&self) -> Option<JsValue> {
        Some((&*self.0).into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        value.as_string().map(Self)
    }
}
