//! What can be done in one store of a transaction.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbCursorDirection, IdbCursorWithValue, IdbObjectStore};

use super::{DatabaseFailure, KeyRange, done};

/// A value as a store holds it.
pub trait Stored: Sized {
    /// What the browser is given, to copy; `None` where it cannot be written down.
    fn to_stored(&self) -> Option<JsValue>;

    /// `None` for what makes no sense: from another version or another hand, it is as good as absent.
    fn from_stored(value: &JsValue) -> Option<Self>;
}

/// A store, within a transaction.
#[derive(Debug)]
pub struct Store(pub(super) IdbObjectStore);

impl Store {
    /// What is kept under `key`; `None` too where that is no `V`.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn get<V: Stored>(&self, key: &JsValue) -> Result<Option<V>, DatabaseFailure> {
        let value = done(&self.0.get(key)?).await?;
        Ok(V::from_stored(&value))
    }

    /// Every `V` that is kept, in the order of the keys.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn all<V: Stored>(&self) -> Result<Vec<V>, DatabaseFailure> {
        read_all(done(&self.0.get_all()?).await?)
    }

    /// Every `V` under a key of the range, in the order of the keys.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn within<V: Stored>(&self, range: &KeyRange) -> Result<Vec<V>, DatabaseFailure> {
        read_all(done(&self.0.get_all_with_key(&range.0)?).await?)
    }

    /// Every `V` under a key of several parts in the range, with those parts, in the order of the keys.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn keyed_within<V: Stored>(
        &self,
        range: &KeyRange,
    ) -> Result<Vec<(Vec<JsValue>, V)>, DatabaseFailure> {
        let keys = done(&self.0.get_all_keys_with_key(&range.0)?).await?;
        let values = done(&self.0.get_all_with_key(&range.0)?).await?;
        let (keys, values) = (array(keys)?, array(values)?);
        let pairs = keys.iter().zip(values.iter());
        let read = pairs.filter_map(|(key, value)| {
            let parts: Array = key.dyn_into().ok()?;
            Some((parts.to_vec(), V::from_stored(&value)?))
        });
        Ok(read.collect())
    }

    /// At most `most` of the `V` that an index finds in the range, the last ones, and the last one first.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn last_by<V: Stored>(
        &self,
        index: &str,
        range: &KeyRange,
        most: usize,
    ) -> Result<Vec<V>, DatabaseFailure> {
        let index = self.0.index(index)?;
        let walking =
            index.open_cursor_with_range_and_direction(&range.0, IdbCursorDirection::Prev)?;
        let mut found = Vec::new();
        while found.len() < most
            && let Ok(cursor) = done(&walking).await?.dyn_into::<IdbCursorWithValue>()
        {
            found.extend(V::from_stored(&cursor.value()?));
            cursor.continue_()?;
        }
        Ok(found)
    }

    /// Keeps a value, in place of what was kept under `key`.
    ///
    /// # Errors
    ///
    /// Where the browser refuses at once; later, the transaction fails.
    pub fn put<V: Stored>(&self, key: &JsValue, value: &V) -> Result<(), DatabaseFailure> {
        let value = value.to_stored().ok_or(DatabaseFailure::Refused)?;
        self.0.put_with_key(&value, key)?;
        Ok(())
    }

    /// Whether something is kept under `key`.
    ///
    /// # Errors
    ///
    /// Where the browser cannot read.
    pub async fn contains(&self, key: &JsValue) -> Result<bool, DatabaseFailure> {
        let found = done(&self.0.get_key(key)?).await?;
        Ok(!found.is_undefined())
    }

    /// Drops what is kept under `key`.
    ///
    /// # Errors
    ///
    /// Where the browser refuses at once; later, the transaction fails.
    pub fn remove(&self, key: &JsValue) -> Result<(), DatabaseFailure> {
        self.0.delete(key)?;
        Ok(())
    }

    /// Drops what is kept under every key of the range. Browsers drop a range quickly, and single keys slowly.
    ///
    /// # Errors
    ///
    /// Where the browser refuses at once; later, the transaction fails.
    pub fn remove_within(&self, range: &KeyRange) -> Result<(), DatabaseFailure> {
        self.0.delete(&range.0)?;
        Ok(())
    }
}

fn read_all<V: Stored>(values: JsValue) -> Result<Vec<V>, DatabaseFailure> {
    let read = array(values)?
        .iter()
        .filter_map(|value| V::from_stored(&value))
        .collect();
    Ok(read)
}

fn array(value: JsValue) -> Result<Array, DatabaseFailure> {
    value.dyn_into().map_err(|_| DatabaseFailure::Refused)
}
