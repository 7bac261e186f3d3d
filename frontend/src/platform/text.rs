//! Unicode normalisation by the browser, whose tables are there anyway.

use js_sys::JsString;

/// `text` in normalization form NFKC (UAX #15), so that names which look alike are alike.
pub fn normalized(text: &str) -> String {
    JsString::from(text).normalize("NFKC").into()
}
