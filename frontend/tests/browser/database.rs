//! The typed layer over the browser's database.

use banter_frontend::platform::database::{
    Database, DatabaseFailure, KeyRange, Store, StoreShape, Stored, Transaction, key,
};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::patience::wait_for;

const SHAPES: [StoreShape; 2] = [
    StoreShape {
        name: "lines",
        indexes: &[("by time", &["room", "time"])],
    },
    StoreShape {
        name: "rooms",
        indexes: &[],
    },
];

#[derive(Debug, PartialEq)]
struct Line {
    room: String,
    time: f64,
}

fn line(room: &str, time: u32) -> Line {
    Line {
        room: room.to_owned(),
        time: time.into(),
    }
}

impl Stored for Line {
    fn to_stored(&self) -> Option<JsValue> {
        let object = Object::new();
        Reflect::set(&object, &"room".into(), &(&*self.room).into()).ok()?;
        Reflect::set(&object, &"time".into(), &self.time.into()).ok()?;
        Some(object.into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        let room = Reflect::get(value, &"room".into()).ok()?.as_string()?;
        let time = Reflect::get(value, &"time".into()).ok()?.as_f64()?;
        Some(Self { room, time })
    }
}

/// A number, which no [`Line`] is.
struct Number;

impl Stored for Number {
    fn to_stored(&self) -> Option<JsValue> {
        Some(7.into())
    }

    fn from_stored(_value: &JsValue) -> Option<Self> {
        None
    }
}

async fn open(name: &str, version: u32) -> Result<Database, DatabaseFailure> {
    Database::open(name, version, &SHAPES).await
}

fn lines(database: &Database) -> (Transaction, Store) {
    let transaction = database.transaction(&["lines", "rooms"]).unwrap();
    let store = transaction.store("lines").unwrap();
    (transaction, store)
}

fn place(room: &str, number: u32) -> JsValue {
    key([room.into(), number.into()])
}

/// As another tab does, or the person in the browser's settings.
async fn delete(name: &str) {
    let call = format!(
        "new Promise((resolve, reject) => {{
            const request = indexedDB.deleteDatabase({name:?});
            request.onsuccess = resolve;
            request.onerror = reject;
        }})"
    );
    let deleted: js_sys::Promise = js_sys::eval(&call).unwrap().unchecked_into();
    wasm_bindgen_futures::JsFuture::from(deleted).await.unwrap();
}

#[wasm_bindgen_test]
async fn values_are_found_by_ranges_of_keys_and_by_an_index_and_dropped_by_ranges() {
    let database = open("ranges", 1).await.unwrap();
    let (writing, store) = lines(&database);
    // Their times run against their numbers.
    for number in 1..=9 {
        for room in ["te", "tea", "team"] {
            store
                .put(&place(room, number), &line(room, 100 - number))
                .unwrap();
        }
    }
    store.put(&place("tea", 10), &Number).unwrap();
    writing.committed().await.unwrap();

    let (reading, store) = lines(&database);
    let all: Vec<Line> = store
        .within(&KeyRange::under(&["tea".into()]).unwrap())
        .await
        .unwrap();
    let expected: Vec<_> = (1..=9).map(|number| line("tea", 100 - number)).collect();
    assert_eq!(all, expected, "what makes no sense is as good as absent");
    let some = KeyRange::between(&place("tea", 2), &place("tea", 3)).unwrap();
    let some: Vec<Line> = store.within(&some).await.unwrap();
    assert_eq!(some, [line("tea", 98), line("tea", 97)]);
    let before = KeyRange::between(&place("tea", 0), &place("tea", 97)).unwrap();
    let last: Vec<Line> = store.last_by("by time", &before, 2).await.unwrap();
    assert_eq!(last, [line("tea", 97), line("tea", 96)]);
    let few: Vec<Line> = store.last_by("by time", &before, 20).await.unwrap();
    assert_eq!(few.len(), 7);
    assert!(KeyRange::between(&place("tea", 3), &place("tea", 2)).is_err());
    reading.committed().await.unwrap();

    let (dropping, store) = lines(&database);
    store
        .remove_within(&KeyRange::under(&["tea".into()]).unwrap())
        .unwrap();
    store.remove(&place("te", 1)).unwrap();
    assert!(store.contains(&place("te", 2)).await.unwrap());
    assert!(!store.contains(&place("te", 1)).await.unwrap());
    let left: Vec<Line> = store.all().await.unwrap();
    assert_eq!(left.len(), 8 + 9);
    dropping.committed().await.unwrap();
    delete("ranges").await;
}

#[wasm_bindgen_test]
async fn a_database_of_a_later_version_is_said_to_be_one() {
    drop(open("versions", 2).await.unwrap());
    assert_eq!(
        open("versions", 1).await.err(),
        Some(DatabaseFailure::Newer)
    );
    delete("versions").await;
}

#[wasm_bindgen_test]
async fn one_that_is_deleted_while_it_is_open_is_closed_and_can_be_made_anew() {
    let database = open("deleted", 1).await.unwrap();
    delete("deleted").await;
    let begun = database.transaction(&["lines"]).err();
    assert_eq!(begun, Some(DatabaseFailure::Closed));
    let again = open("deleted", 1).await.unwrap();
    let (transaction, store) = lines(&again);
    assert!(store.all::<Line>().await.unwrap().is_empty());
    transaction.committed().await.unwrap();
    delete("deleted").await;
}

#[wasm_bindgen_test]
async fn what_there_is_no_room_for_is_said_and_nothing_of_its_transaction_is_there() {
    let database = open("full", 1).await.unwrap();
    let (writing, store) = lines(&database);
    store.put(&place("tea", 1), &line("tea", 1)).unwrap();
    // No quota of a browser's is small enough for a test.
    let stores = js_sys::eval("IDBObjectStore.prototype").unwrap();
    let own: Function = Reflect::get(&stores, &"put".into())
        .unwrap()
        .unchecked_into();
    let full = "(() => { throw new DOMException('no room', 'QuotaExceededError'); })";
    Reflect::set(&stores, &"put".into(), &js_sys::eval(full).unwrap()).unwrap();
    let refused = store.put(&place("tea", 2), &line("tea", 2));
    Reflect::set(&stores, &"put".into(), &own).unwrap();
    assert_eq!(refused, Err(DatabaseFailure::Full));
    writing.abort();
    assert_eq!(writing.committed().await, Err(DatabaseFailure::Closed));
    let (reading, store) = lines(&database);
    assert!(!store.contains(&place("tea", 1)).await.unwrap());
    reading.committed().await.unwrap();
    delete("full").await;
}

#[wasm_bindgen_test]
async fn a_transaction_that_one_waits_in_for_something_else_is_over() {
    let database = open("waiting", 1).await.unwrap();
    let (transaction, store) = lines(&database);
    let mut looks = 0;
    wait_for("a moment", || {
        looks += 1;
        (looks > 5).then_some(())
    })
    .await;
    assert!(store.contains(&place("tea", 1)).await.is_err());
    transaction.committed().await.unwrap();
    delete("waiting").await;
}
