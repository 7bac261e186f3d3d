//! What the browser profile keeps for every tab: the seed of the person's identity, and whom they know. Private modes may
//! refuse it, and then calls fail or never end; a slow disk takes its time.

use banter_protocol::engine::KnownPerson;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    database::{Database, Stored},
    storage::StorageRefused,
};

const DATABASE: &str = "banter";
const VERSION: u32 = 1;
const STORE: &str = "kept";
/// Keys of people have a slash in them, so this is nobody's.
const IDENTITY: &str = "identity";

/// The profile's database.
#[derive(Debug)]
pub struct ProfileStore(Database);

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
        let database = Database::open(DATABASE, VERSION, &[STORE]).await?;
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
        let written = self.0.transaction(STORE);
        let written = written.and_then(|(transaction, store)| {
            store.put(&key, person)?;
            Ok(transaction)
        });
        async { written?.committed().await }
    }
}

/// In one transaction, so that no other tab comes between looking and writing.
async fn read(database: &Database, new_seed: [u8; 32]) -> Result<Kept, StorageRefused> {
    let (transaction, store) = database.transaction(STORE)?;
    let seed = match store.get(IDENTITY).await? {
        Some(seed) => seed,
        None => {
            store.put(IDENTITY, &new_seed)?;
            new_seed
        }
    };
    let people = store.all().await?;
    transaction.committed().await?;
    Ok(Kept { seed, people })
}

/// As bytes; the only value that is not text.
impl Stored for [u8; 32] {
    fn to_stored(&self) -> Result<JsValue, StorageRefused> {
        Ok(Uint8Array::from(self.as_slice()).into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        let bytes: &Uint8Array = value.dyn_ref()?;
        bytes.to_vec().try_into().ok()
    }
}

/// As JSON, so that a later version may add fields.
impl Stored for KnownPerson {
    fn to_stored(&self) -> Result<JsValue, StorageRefused> {
        let json = serde_json::to_string(self).map_err(|_| StorageRefused)?;
        Ok(json.into())
    }

    fn from_stored(value: &JsValue) -> Option<Self> {
        serde_json::from_str(&value.as_string()?).ok()
    }
}
