//! The page's address. A page always has one; where the browser hides it, it is the lobby's.

use banter_protocol::{crypto::Invite, ids::RoomId};
use wasm_bindgen::JsValue;
use web_sys::{History, Location};

use crate::route::Route;

/// Where the address leads.
pub fn route() -> Route {
    let Some(location) = location() else {
        return Route::Lobby;
    };
    let path = location.pathname().unwrap_or_default();
    let fragment = location.hash().unwrap_or_default();
    // What is not valid percent-encoding is shown as it stands.
    let decoded = js_sys::decode_uri_component(&path).map_or(path, String::from);
    Route::parse(&decoded, &fragment)
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
    if route() != Route::Room(invite.clone()) {
        change(&Route::path(invite), History::push_state_with_url);
    }
}

/// Stands at another room's address, in place of the one before.
pub fn replace(invite: &Invite) {
    change(&Route::path(invite), History::replace_state_with_url);
}

/// Goes back to the lobby's address, where the room's is still shown.
pub fn leave(room: &RoomId) {
    if matches!(route(), Route::Room(invite) if invite.room() == room) {
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
