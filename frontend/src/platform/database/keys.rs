//! Keys of several parts, and ranges of them.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

use super::DatabaseFailure;

/// A key of several parts, in the order of the first, then the second, and so on. Texts and numbers are parts.
pub fn key(parts: impl IntoIterator<Item = JsValue>) -> JsValue {
    parts.into_iter().collect::<Array>().into()
}

/// All keys from one to another.
#[derive(Clone, Debug)]
pub struct KeyRange(pub(super) IdbKeyRange);

impl KeyRange {
    /// Both ends belong to it.
    ///
    /// # Errors
    ///
    /// Where the first is greater than the last, or one is no key.
    pub fn between(first: &JsValue, last: &JsValue) -> Result<Self, DatabaseFailure> {
        Ok(Self(IdbKeyRange::bound(first, last)?))
    }

    /// All keys that begin with these parts, and have more.
    ///
    /// # Errors
    ///
    /// Where one is no part of a key.
    pub fn under(parts: &[JsValue]) -> Result<Self, DatabaseFailure> {
        // An array comes after every text and number.
        let last = parts.iter().cloned().chain([Array::new().into()]);
        Self::between(&key(parts.iter().cloned()), &key(last))
    }
}
