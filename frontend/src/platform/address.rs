//! The page's address. A page always has one; where the browser hides it, it is the lobby's.

use banter_protocol::{crypto::Invite, ids::RoomId};
use wasm_bindgen::JsValue;
use web_sys::{History, Location, Url};

use crate::route::Route;

/// Where the address leads.
pub fn route() -> Route {
    Route::parse(&shown())
}

/// Where a typed or pasted text leads, on a server whose links begin with `origin`. Only a browser knows how a name beyond
/// ASCII is written in addresses, and whether it is this server's.
pub fn read(text: &str, origin: &str) -> Route {
    match Route::parse_typed(text, origin) {
        Route::Elsewhere(server, invite) if !server.host().is_ascii() => {
            let link = format!("{}{}", server.origin(), Route::path(&invite));
            let written = Url::new(&link).map(|url| url.href());
            Route::parse_typed(written.as_deref().unwrap_or(&link), origin)
        }
        route => route,
    }
}

/// Takes out of the address what does not belong to the room's invite: others put it there.
pub fn tidy() {
    if let Some(invite) = route().invite()
        && shown() != Route::path(invite)
    {
        replace(invite);
    }
}

/// The address behind the server's name, as the browser writes it.
fn shown() -> String {
    let Some(location) = location() else {
        return String::new();
    };
    let parts = [location.pathname(), location.search(), location.hash()];
    parts.into_iter().map(Result::unwrap_or_default).collect()
}

/// What every address of this server begins with.
pub fn origin() -> String {
    location()
        .and_then(|location| location.origin().ok())
        .unwrap_or_default()
}

/// The address of the server's socket, as safe as the page's own.
pub fn socket_url() -> String {
    // `http` becomes `ws` and `https` becomes `wss`.
    format!("{}/ws", origin().replacen("http", "ws", 1))
}

/// Goes to the room's address, without loading it.
pub fn enter(invite: &Invite) {
    if route().invite() != Some(invite) {
        change(&Route::path(invite), History::push_state_with_url);
    }
}

/// Stands at another room's address, in place of the one before.
pub fn replace(invite: &Invite) {
    change(&Route::path(invite), History::replace_state_with_url);
}

/// Goes back to the lobby's address, where the room's is still shown.
pub fn leave(room: &RoomId) {
    if route().invite().map(Invite::room) == Some(room) {
        change("/", History::push_state_with_url);
    }
}

/// A call of the browser's that changes the address; its second argument is a title.
type Change = fn(&History, &JsValue, &str, Option<&str>) -> Result<(), JsValue>;

fn change(address: &str, how: Change) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // Browsers refuse after some hundred calls in a few seconds; the address is then merely old.
        let _ = how(&history, &JsValue::NULL, "", Some(address));
    }
}

fn location() -> Option<Location> {
    web_sys::window().map(|window| window.location())
}
