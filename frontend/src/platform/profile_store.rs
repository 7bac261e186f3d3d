//! What the browser profile keeps for every tab (W3C Indexed Database API 3.0): the seed of the person's identity, and whom
//! they know. Private modes may refuse it, and then calls fail or never end; a slow disk takes its time.

use banter_protocol::engine::KnownPerson;
use gloo::events::EventListener;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use super::storage::StorageRefused;

const DATABASE: &str = "banter";
const VERSION: u32 = 1;
const STORE: &str = "kept";
/// Keys of people have a slash in them, so this is nobody's.
const IDENTITY: &str = "identity";

/// The profile's database.
#[derive(Debug)]
pub struct ProfileStore {
    database: IdbDatabase,
    /// A later version of the app, in another tab, may change the database only once nobody has it open.
    _making_way: EventListener,
}

/// What a profile holds.
#[derive(Debug)]
pub struct Kept {
    /// Seed of the identity.
    pub seed: [u8; 32],
    /// Everybody whom the person knows, from every room.
    pub people: Vec<KnownPerson>,
}

/// What came of opening the database.
pub type OpenedProfile = Result<(ProfileStore, Kept), StorageRefused>;

impl ProfileStore {
    /// Opens the database and reads it. A profile without an identity takes `new_seed`; of several tabs that do this at
    /// once all get the seed of the first. Takes as long as the browser does.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub async fn open(new_seed: [u8; 32]) -> Result<(Self, Kept), StorageRefused> {
        let store = Self::connect().await.map_err(refused)?;
        let kept = store.read(new_seed).await.map_err(refused)?;
        Ok((store, kept))
    }

    /// Keeps somebody, in place of what was kept of this key in this room.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room, which it may find out only at the end.
    pub fn keep(
        &self,
        person: &KnownPerson,
    ) -> impl Future<Output = Result<(), StorageRefused>> + 'static {
        let written = self.write(person);
        async {
            written.map_err(refused)?.await.map_err(refused)?;
            Ok(())
        }
    }

    async fn connect() -> Result<Self, JsValue> {
        let factory: IdbFactory =
            Reflect::get(&js_sys::global(), &"indexedDB".into())?.dyn_into()?;
        let opening: IdbOpenDbRequest = factory.open_with_u32(DATABASE, VERSION)?;
        let upgrading = opening.clone();
        let _upgrade = EventListener::once(&opening, "upgradeneeded", move |_| {
            if let Ok(Ok(database)) = upgrading.result().map(JsValue::dyn_into::<IdbDatabase>) {
                // Refused only where it is there already.
                let _ = database.create_object_store(STORE);
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

    /// One transaction, so that no other tab comes between looking and writing. It lives on while each step follows the one
    /// before without a pause, as promises do.
    async fn read(&self, new_seed: [u8; 32]) -> Result<Kept, JsValue> {
        let transaction = self.transaction()?;
        let committed = committed(&transaction);
        let store: IdbObjectStore = transaction.object_store(STORE)?;
        let kept = done(&store.get(&IDENTITY.into())?).await?;
        let seed = match seed(&kept) {
            Some(seed) => seed,
            None => {
                let value = Uint8Array::from(new_seed.as_slice());
                done(&store.put_with_key(&value, &IDENTITY.into())?).await?;
                new_seed
            }
        };
        let values: Array = done(&store.get_all()?).await?.dyn_into()?;
        committed.await?;
        let people = values.iter().filter_map(|value| person(&value)).collect();
        Ok(Kept { seed, people })
    }

    fn write(&self, person: &KnownPerson) -> Result<JsFuture, JsValue> {
        let json = serde_json::to_string(person).map_err(|_| JsValue::UNDEFINED)?;
        let key = format!("{}/{}", person.room, person.identity);
        let transaction = self.transaction()?;
        let committed = committed(&transaction);
        let store = transaction.object_store(STORE)?;
        store.put_with_key(&json.into(), &key.into())?;
        Ok(committed)
    }

    fn transaction(&self) -> Result<IdbTransaction, JsValue> {
        self.database
            .transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)
    }
}

/// What makes no sense, from another version or another hand, is as good as absent.
fn seed(value: &JsValue) -> Option<[u8; 32]> {
    let bytes: &Uint8Array = value.dyn_ref()?;
    bytes.to_vec().try_into().ok()
}

fn person(value: &JsValue) -> Option<KnownPerson> {
    serde_json::from_str(&value.as_string()?).ok()
}

async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    })
    .await?;
    request.result()
}

fn committed(transaction: &IdbTransaction) -> JsFuture {
    settled(|resolve, reject| {
        transaction.set_oncomplete(Some(resolve));
        transaction.set_onabort(Some(reject));
    })
}

/// Listens with the functions of a promise, so that nothing has to be kept alive.
fn settled(listen: impl Fn(&Function, &Function)) -> JsFuture {
    Promise::new(&mut |resolve, reject| listen(&resolve, &reject)).into()
}

fn refused(_why: JsValue) -> StorageRefused {
    StorageRefused
}
