//! The page's address.

use banter_frontend::{platform::address, route::Route};
use banter_protocol::ids::RoomId;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_address_follows_into_a_room_and_out_of_it() {
    let history = web_sys::window().unwrap().history().unwrap();
    let room: RoomId = "tea".parse().unwrap();
    address::leave(&room);
    assert_eq!(address::route(), Route::Lobby);
    address::enter(&room);
    assert_eq!(address::route(), Route::Room(room.clone()));
    let entries = history.length().unwrap();
    address::enter(&room);
    assert_eq!(history.length().unwrap(), entries);
    address::leave(&"coffee".parse().unwrap());
    assert_eq!(address::route(), Route::Room(room.clone()));
    address::leave(&room);
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
