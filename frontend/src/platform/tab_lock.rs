//! Proof that a tab is not the copy of another: a lock with the tab's id (W3C Web Locks API). A duplicated tab
//! begins with a copy of the `sessionStorage`, and with it of the id, but it does not get the lock.

use banter_protocol::ids::PeerId;
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo::timers::callback::Timeout;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

/// How long a page that is being reloaded may take to let go of its lock.
const OLD_PAGE_GONE_MS: u32 = 500;

/// What came of asking for the lock.
#[derive(Debug)]
pub enum TabClaim {
    /// The id is this tab's own.
    Granted(TabLock),
    /// Another tab holds the id.
    Taken,
    /// The browser has no such locks (or not here, over plain HTTP): nobody can tell.
    Unknown,
}

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct TabLock {
    release: Function,
}

impl Drop for TabLock {
    fn drop(&mut self) {
        // The function settles a promise and cannot throw.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Asks for the lock of `id`, and waits a moment where it is held.
pub async fn claim(id: PeerId) -> TabClaim {
    request(&format!("banter/tab/{id}"))
        .await
        .unwrap_or(TabClaim::Unknown)
}

/// web-sys has these calls only behind a compiler flag for unstable APIs, so they are made by name.
async fn request(name: &str) -> Option<TabClaim> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let patience = AbortController::new().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &patience.signal()).ok()?;

    let (granted, grant) = oneshot::channel();
    let hold = Closure::once(move |_lock: JsValue| {
        let mut granted = Some(granted);
        // The lock is held until the promise that its callback returns is settled.
        Promise::new(&mut |release, _| {
            if let Some(granted) = granted.take() {
                let _ = granted.send(TabLock { release });
            }
        })
    });
    let released = request
        .call3(&locks, &name.into(), &options, hold.as_ref())
        .ok()?;
    let released = JsFuture::from(released.dyn_into::<Promise>().ok()?);
    let _timeout = Timeout::new(OLD_PAGE_GONE_MS, move || patience.abort());
    match select(grant, released).await {
        Either::Left((Ok(lock), _)) => Some(TabClaim::Granted(lock)),
        // Given up, or released at once, which is no proof either.
        Either::Left((Err(_), _)) | Either::Right(_) => Some(TabClaim::Taken),
    }
}
