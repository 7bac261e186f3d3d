//! Being told when elements change their size, after layout and before anything is drawn (CSS Resize Observer).

use js_sys::Function;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};

/// Watches elements until it is dropped.
#[derive(Debug)]
pub struct SizeWatch {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Calls `on_change` after each layout in which one of the elements changed its size, and once at the beginning. `None` where
    /// the browser has no such observers.
    pub fn new<'a>(
        elements: impl IntoIterator<Item = &'a Element>,
        on_change: impl Fn() + 'static,
    ) -> Option<Self> {
        let on_change = Closure::<dyn FnMut()>::new(on_change);
        let callback: &Function = on_change.as_ref().unchecked_ref();
        let observer = ResizeObserver::new(callback).ok()?;
        for element in elements {
            observer.observe(element);
        }
        Some(Self {
            observer,
            _on_change: on_change,
        })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
