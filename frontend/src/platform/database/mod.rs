//! A typed layer over the browser's database (W3C Indexed Database API 3.0): named stores of values under keys.
//!
//! A transaction lives on while each step follows the one before without a pause, as promises do; whoever waits for
//! anything else within one finds it ended. What was written counts once the transaction is [`Transaction::committed`].

mod failure;
mod keys;
mod store;

use gloo::events::EventListener;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbRequest, IdbTransaction, IdbTransactionMode};

pub use self::{
    failure::DatabaseFailure,
    keys::{KeyRange, key},
    store::{Store, Stored},
};

/// A store, as it is made where it is not there yet.
#[derive(Clone, Copy, Debug)]
pub struct StoreShape {
    /// Its name.
    pub name: &'static str,
    /// By what its values are found besides their keys: a name, and the fields of the values.
    pub indexes: &'static [(&'static str, &'static [&'static str])],
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
    transaction: IdbTransaction,
    committed: JsFuture,
}

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
        stores: &'static [StoreShape],
    ) -> Result<Self, DatabaseFailure> {
        Ok(Self::connect(name, version, stores).await?)
    }

    async fn connect(
        name: &str,
        version: u32,
        stores: &'static [StoreShape],
    ) -> Result<Self, JsValue> {
        let opening = factory()?.open_with_u32(name, version)?;
        let upgrading = opening.clone();
        let _upgrade = EventListener::once(&opening, "upgradeneeded", move |_| {
            if let Ok(Ok(database)) = upgrading.result().map(JsValue::dyn_into::<IdbDatabase>) {
                for store in stores {
                    make(&database, store);
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

    /// Begins to read and write in `stores`.
    ///
    /// # Errors
    ///
    /// Where the database was closed, or has no such store.
    pub fn transaction(&self, stores: &[&str]) -> Result<Transaction, DatabaseFailure> {
        let names: Array = stores.iter().map(|name| JsValue::from(*name)).collect();
        let transaction = self
            .database
            .transaction_with_str_sequence_and_mode(&names, IdbTransactionMode::Readwrite)?;
        let committed = settled(|resolve, reject| {
            transaction.set_oncomplete(Some(resolve));
            transaction.set_onabort(Some(reject));
        });
        Ok(Transaction {
            transaction,
            committed,
        })
    }
}

impl Transaction {
    /// One of its stores.
    ///
    /// # Errors
    ///
    /// Where it has no such store, or is over.
    pub fn store(&self, name: &str) -> Result<Store, DatabaseFailure> {
        Ok(Store(self.transaction.object_store(name)?))
    }

    /// Nothing of it is to be. One that is over stays as it is.
    pub fn abort(&self) {
        let _ = self.transaction.abort();
    }

    /// Waits for the end of it.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room, which it may find out only now: then nothing of it was written.
    pub async fn committed(self) -> Result<(), DatabaseFailure> {
        match self.committed.await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.transaction.error().map_or(
                // Neither a request failed nor the end of it: the database was closed meanwhile.
                DatabaseFailure::Closed,
                |why| DatabaseFailure::from(JsValue::from(why)),
            )),
        }
    }
}

fn factory() -> Result<IdbFactory, JsValue> {
    Reflect::get(&js_sys::global(), &"indexedDB".into())?.dyn_into()
}

/// Refused only where it is there already.
fn make(database: &IdbDatabase, shape: &StoreShape) {
    let Ok(store) = database.create_object_store(shape.name) else {
        return;
    };
    for (name, fields) in shape.indexes {
        let fields: Array = fields.iter().map(|field| JsValue::from(*field)).collect();
        let _ = store.create_index_with_str_sequence(name, &fields);
    }
}

async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let settled = settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    });
    match settled.await {
        Ok(_) => request.result(),
        Err(_) => Err(request.error()?.into()),
    }
}

/// Listens with the functions of a promise, so that nothing has to be kept alive.
fn settled(listen: impl Fn(&Function, &Function)) -> JsFuture {
    Promise::new(&mut |resolve, reject| listen(&resolve, &reject)).into()
}
