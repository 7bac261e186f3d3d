//! What the browser profile keeps for every tab: the seed of the person's identity, and whom they know. Private modes may
//! refuse it, and then calls fail or never end; a slow disk takes its time.

use banter_protocol::engine::KnownPerson;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    database::{Database, DatabaseFailure, StoreShape, Stored},
    storage::StorageRefused,
};

const DATABASE: &str = "banter";
const VERSION: u32 = 1;
const STORE: &str = "kept";
const SHAPES: [StoreShape; 1] = [StoreShape {
    name: STORE,
    indexes: &[],
}];
/// Keys of people have a slash in them, so this is nobody's.
const IDENTITY: &str = "identity";

/// The profile's database.
#[derive(Debug)]
pub struct ProfileStore(Database);

/// What a profile holds.
#[derive(Debug)]
pub struct ProfileContent {
    /// Seed of the identity.
    pub seed: [u8; 32],
    /// Everybody whom the person knows, from every room.
    pub people: Vec<KnownPerson>,
}

/// What came of opening the database.
pub type OpenedProfile = Result<(ProfileStore, ProfileContent), StorageRefused>;

impl ProfileStore {
    /// Opens the database and reads it. A profile without an identity takes `new_seed`; of several tabs that do this at
    /// once all get the seed of the first. Takes as long as the browser does.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub async fn open(new_seed: [u8; 32]) -> Result<(Self, ProfileContent), StorageRefused> {
        let database = Database::open(DATABASE, VERSION, &SHAPES).await?;
        let kept = read(&database, new_seed).await?;
        Ok((Self(database), kept))
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
        let key = format!("{}/{}", person.room, person.identity);
        let written = self.0.transaction(&[STORE]).and_then(|transaction| {
            transaction.store(STORE)?.put(&key.into(), person)?;
            Ok(transaction)
        });
        async { Ok(written?.committed().await?) }
    }
}

/// In one transaction, so that no other tab comes between looking and writing.
async fn read(database: &Database, new_seed: [u8; 32]) -> Result<ProfileContent, DatabaseFailure> {
    let transaction = database.transaction(&[STORE])?;
    let store = transaction.store(STORE)?;
    let identity = IDENTITY.into();
    let seed = match store.get(&identity).await? {
        Some(seed) => seed,
        None => {
            store.put(&identity, &new_seed)?;
            new_seed
        }
    };
    let people = store.all().await?;
    transaction.committed().await?;
    Ok(ProfileContent { seed, people })
}

/// As bytes; the only value that is not text.
impl Stored for [u8; 32] {
    fn to_stored(&self) -> Option<JsValue> {
        Some(Uint8Array::from(self.as_slice()).into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        let bytes: &Uint8Array = value.dyn_ref()?;
        bytes.to_vec().try_into().ok()
    }
}

/// As JSON, so that a later version may add fields.
impl Stored for KnownPerson {
    fn to_stored(&self) -> Option<JsValue> {
        Some(serde_json::to_string(self).ok()?.into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        serde_json::from_str(&value.as_string()?).ok()
    }
}
