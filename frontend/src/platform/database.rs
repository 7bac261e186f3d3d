//! A typed layer over the browser's database (W3C Indexed Database API 3.0): named stores of values under text keys.
//!
//! A transaction lives on while each step follows the one before without a pause, as promises do; whoever waits for
//! anything else within one finds it ended. What was written counts once the transaction is [`Transaction::committed`].

use gloo::events::EventListener;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode,
};

use super::storage::StorageRefused;

/// A value as a store holds it.
pub trait Stored: Sized {
    /// What the browser is given, to copy.
    ///
    /// # Errors
    ///
    /// Where it cannot be written down.
    fn to_stored(&self) -> Result<JsValue, StorageRefused>;

    /// `None` for what makes no sense: from another version or another hand, it is as good as absent.
    fn from_stored(value: &JsValue) -> Option<Self>;
}

/// An open database. Other tabs may have it open too.
#[derive(Debug)]
pub struct Database {
    database: IdbDatabase,
    /// A later version of the app, in another tab, may change the database only once nobody has it open.
    _making_way: EventListener,
}

/// Reads and writes of which either all happen or none, and nobody else's in between.
#[derive(Debug)]
pub struct Transaction {
    committed: JsFuture,
}

/// A store, within a transaction.
#[derive(Debug)]
pub struct Store(IdbObjectStore);

impl Database {
    /// Opens the database `name`, and makes the stores that it lacks if it is older than `version`. Takes as long as the
    /// browser does, which may be for ever.
    ///
    /// # Errors
    ///
    /// Where the browser refuses: some do in a private mode, and all if a later version is there.
    pub async fn open(
        name: &str,
        version: u32,
        stores: &'static [&'static str],
    ) -> Result<Self, StorageRefused> {
        Self::connect(name, version, stores).await.map_err(refused)
    }

    async fn connect(
        name: &str,
        version: u32,
        stores: &'static [&'static str],
    ) -> Result<Self, JsValue> {
        let factory: IdbFactory =
            Reflect::get(&js_sys::global(), &"indexedDB".into())?.dyn_into()?;
        let opening: IdbOpenDbRequest = factory.open_with_u32(name, version)?;
        let upgrading = opening.clone();
        let _upgrade = EventListener::once(&opening, "upgradeneeded", move |_| {
            if let Ok(Ok(database)) = upgrading.result().map(JsValue::dyn_into::<IdbDatabase>) {
                for store in stores {
                    // Refused only where it is there already.
                    let _ = database.create_object_store(store);
                }
            }
        });
        let database: IdbDatabase = done(&opening).await?.dyn_into()?;
        let open = database.clone();
        let making_way = EventListener::once(&database, "versionchange", move |_| open.close());
        Ok(Self {
            database,
            _making_way: making_way,
        })
    }

    /// Begins to read and write in `store`.
    ///
    /// # Errors
    ///
    /// Where the database was closed, or has no such store.
    pub fn transaction(&self, store: &str) -> Result<(Transaction, Store), StorageRefused> {
        let mode = IdbTransactionMode::Readwrite;
        let begun = self
            .database
            .transaction_with_str_and_mode(store, mode)
            .and_then(|begun| Ok((begun.object_store(store)?, begun)));
        let (store, transaction) = begun.map_err(refused)?;
        let committed = settled(|resolve, reject| {
            transaction.set_oncomplete(Some(resolve));
            transaction.set_onabort(Some(reject));
        });
        Ok((Transaction { committed }, Store(store)))
    }
}

impl Transaction {
    /// Waits for the end of it.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room, which it may find out only now: then nothing of it was written.
    pub async fn committed(self) -> Result<(), StorageRefused> {
        self.committed.await.map(drop).map_err(refused)
    }
}

impl Store {
    /// What is kept under `key`; `None` too where that is no `V`.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn get<V: Stored>(&self, key: &str) -> Result<Option<V>, StorageRefused> {
        let request = self.0.get(&key.into()).map_err(refused)?;
        let value = done(&request).await.map_err(refused)?;
        Ok(V::from_stored(&value))
    }

    /// Every `V` that is kept, in the order of the keys.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn all<V: Stored>(&self) -> Result<Vec<V>, StorageRefused> {
        let request = self.0.get_all().map_err(refused)?;
        let values = done(&request).await.map_err(refused)?;
        let values: Array = values.dyn_into().map_err(refused)?;
        Ok(values
            .iter()
            .filter_map(|value| V::from_stored(&value))
            .collect())
    }

    /// Keeps a value, in place of what was kept under `key`.
    ///
    /// # Errors
    ///
    /// Where the browser refuses at once; later, the transaction fails.
    pub fn put<V: Stored>(&self, key: &str, value: &V) -> Result<(), StorageRefused> {
        let value = value.to_stored()?;
        let put = self.0.put_with_key(&value, &key.into());
        put.map(drop).map_err(refused)
    }
}

async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    })
    .await?;
    request.result()
}

/// Listens with the functions of a promise, so that nothing has to be kept alive.
fn settled(listen: impl Fn(&Function, &Function)) -> JsFuture {
    Promise::new(&mut |resolve, reject| listen(&resolve, &reject)).into()
}

fn refused(_why: JsValue) -> StorageRefused {
    StorageRefused
}
