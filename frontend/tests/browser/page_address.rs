//! The page's address.

use banter_frontend::{platform::address, route::Route};
use banter_protocol::crypto::Invite;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_address_follows_into_a_room_and_out_of_it() {
    let history = web_sys::window().unwrap().history().unwrap();
    let tea = Invite::open("tea".parse().unwrap()).unwrap();
    let here = Route::Room(tea.clone());
    address::leave(tea.room());
    assert_eq!(address::route(), Route::Lobby);
    address::enter(&tea);
    assert_eq!(address::route(), here);
    let entries = history.length().unwrap();
    address::enter(&tea);
    assert_eq!(history.length().unwrap(), entries);
    address::leave(&"coffee".parse().unwrap());
    assert_eq!(address::route(), here);
    address::leave(tea.room());
    assert_eq!(address::route(), Route::Lobby);
}

#[wasm_bindgen_test]
fn a_private_room_s_address_holds_the_whole_invite() {
    let history = web_sys::window().unwrap().history().unwrap();
    let (old, new) = (
        Invite::generate([1; 16], [7; 32]),
        Invite::generate([2; 16], [8; 32]),
    );
    address::enter(&old);
    assert_eq!(address::route(), Route::Room(old));
    let entries = history.length().unwrap();
    address::replace(&new);
    assert_eq!(address::route(), Route::Room(new.clone()));
    assert_eq!(history.length().unwrap(), entries);
    address::leave(new.room());
    assert_eq!(address::route(), Route::Lobby);
}

#[wasm_bindgen_test]
fn the_socket_is_on_the_page_s_own_server() {
    let origin = address::origin();
    assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
    assert_eq!(
        address::socket_url(),
        format!("ws{}/ws", origin.strip_prefix("http").unwrap())
    );
}
