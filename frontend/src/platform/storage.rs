//! `localStorage` and `sessionStorage` (HTML standard, section 12.2). Either may be blocked, and then merely
//! naming it throws, or full.

use web_sys::Storage;

/// The browser refused to read or keep something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageRefused;

/// One of the two storages.
#[derive(Clone, Debug)]
pub struct StorageArea(Option<Storage>);

impl StorageArea {
    /// `localStorage`: shared by every tab, kept after the browser closes.
    pub fn local() -> Self {
        Self(web_sys::window().and_then(|window| window.local_storage().ok().flatten()))
    }

    /// `sessionStorage`: one tab's own, kept over its reloads; a duplicated tab begins with a copy.
    pub fn session() -> Self {
        Self(web_sys::window().and_then(|window| window.session_storage().ok().flatten()))
    }

    /// A storage that refuses everything, as a browser that blocks it does.
    pub fn blocked() -> Self {
        Self(None)
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn get(&self, key: &str) -> Result<Option<String>, StorageRefused> {
        self.area()?.get_item(key).map_err(|_| StorageRefused)
    }

    /// Keeps an entry.
    ///
    /// # Errors
    ///
    /// Where the browser refuses, or has no room.
    pub fn set(&self, key: &str, value: &str) -> Result<(), StorageRefused> {
        self.area()?
            .set_item(key, value)
            .map_err(|_| StorageRefused)
    }

    /// Drops an entry.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn remove(&self, key: &str) -> Result<(), StorageRefused> {
        self.area()?.remove_item(key).map_err(|_| StorageRefused)
    }

    /// The keys that begin with `prefix`, in no order.
    ///
    /// # Errors
    ///
    /// Where the browser refuses.
    pub fn keys(&self, prefix: &str) -> Result<Vec<String>, StorageRefused> {
        let area = self.area()?;
        let length = area.length().map_err(|_| StorageRefused)?;
        let keys = (0..length).filter_map(|index| area.key(index).ok().flatten());
        Ok(keys.filter(|key| key.starts_with(prefix)).collect())
    }

    fn area(&self) -> Result<&Storage, StorageRefused> {
        self.0.as_ref().ok_or(StorageRefused)
    }
}
