//! Why the browser's database gives or takes nothing.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::platform::storage::StorageRefused;

/// See the module. The names are those of W3C Indexed Database API 3.0, section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseFailure {
    /// A later version of the app has changed it (`VersionError`).
    Newer,
    /// No room is left (`QuotaExceededError`).
    Full,
    /// It was closed: the person or another tab deleted it, or it made way for a later version.
    Closed,
    /// The browser does not give it out, or it is broken.
    Refused,
}

impl From<JsValue> for DatabaseFailure {
    fn from(why: JsValue) -> Self {
        let name = Reflect::get(&why, &"name".into()).ok();
        match name.and_then(|name| name.as_string()).as_deref() {
            Some("VersionError") => Self::Newer,
            Some("QuotaExceededError") => Self::Full,
            Some("InvalidStateError" | "AbortError") => Self::Closed,
            Some(_) | None => Self::Refused,
        }
    }
}

/// For what has the same words whatever the reason is.
impl From<DatabaseFailure> for StorageRefused {
    fn from(_why: DatabaseFailure) -> Self {
        Self
    }
}
