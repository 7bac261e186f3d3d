//! What is dropped or pasted (HTML, section 6.11.3; W3C Clipboard API). Read by name: two properties and two calls.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

/// How a transfer says that it holds files, and a text.
const FILES: &str = "Files";
const TEXT: &str = "text/plain";

/// A `DataTransfer`.
#[derive(Debug)]
pub struct Transfer(JsValue);

impl Transfer {
    /// Of an event of dragging, dropping or pasting; `None` of any other.
    pub fn of(event: &Event) -> Option<Self> {
        let mut names = ["dataTransfer", "clipboardData"].into_iter();
        names.find_map(|name| {
            let data = Reflect::get(event, &name.into()).ok()?;
            data.is_object().then_some(Self(data))
        })
    }

    /// Whether files are in it.
    pub fn has_files(&self) -> bool {
        self.has(FILES)
    }

    /// Whether it is a file, and nothing that could be written. Many programs put a picture beside a text.
    pub fn is_only_files(&self) -> bool {
        self.has(FILES) && !self.has(TEXT)
    }

    /// The text in it.
    pub fn text(&self) -> Option<String> {
        let get: Function = Reflect::get(&self.0, &"getData".into())
            .ok()?
            .dyn_into()
            .ok()?;
        get.call1(&self.0, &TEXT.into()).ok()?.as_string()
    }

    fn has(&self, kind: &str) -> bool {
        let kinds = Reflect::get(&self.0, &"types".into()).ok();
        let kinds = kinds.filter(JsValue::is_object);
        kinds.is_some_and(|kinds| Array::from(&kinds).includes(&kind.into(), 0))
    }
}
