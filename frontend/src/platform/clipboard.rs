//! Putting text on the clipboard: the asynchronous way where the browser has it, else by selecting the text
//! and asking the document to copy it.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};
use yew::Callback;

/// How copying went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyOutcome {
    /// The text is on the clipboard.
    Copied,
    /// The browser refused; the person must select and copy the text.
    Refused,
}

/// Copies `text` and tells how that went. The browser is asked before this returns, while it still knows that
/// the person clicked.
pub fn copy(text: &str, done: Callback<CopyOutcome>) {
    let Some(promise) = write_text(text) else {
        done.emit(copy_by_selecting(text));
        return;
    };
    let text = text.to_owned();
    spawn_local(async move {
        done.emit(match JsFuture::from(promise).await {
            Ok(_) => CopyOutcome::Copied,
            Err(_) => copy_by_selecting(&text),
        });
    });
}

/// `None` where there is no such API, as off secure contexts.
fn write_text(text: &str) -> Option<Promise> {
    let clipboard = web_sys::window()?.navigator().clipboard();
    let present = !AsRef::<JsValue>::as_ref(&clipboard).is_undefined();
    present.then(|| clipboard.write_text(text))
}

fn copy_by_selecting(text: &str) -> CopyOutcome {
    match try_copy_by_selecting(text) {
        Some(true) => CopyOutcome::Copied,
        Some(false) | None => CopyOutcome::Refused,
    }
}

fn try_copy_by_selecting(text: &str) -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let focused = document.active_element();
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_read_only(true);
    // Off the screen, without scrolling to it. The style is set by script, which the page's CSP allows.
    area.style().set_property("position", "fixed").ok()?;
    area.style().set_property("opacity", "0").ok()?;
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document
        .dyn_ref::<HtmlDocument>()
        .map(|document| document.exec_command("copy"));
    area.remove();
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
    Some(copied?.unwrap_or(false))
}
