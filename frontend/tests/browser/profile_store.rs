//! What the browser profile keeps.

use banter_frontend::platform::{
    profile_store::{ProfileContent, ProfileStore},
    storage::StorageRefused,
};
use banter_protocol::{
    crypto::{Identity, IdentityKey},
    engine::KnownPerson,
};
use futures_util::future::join3;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

fn key(number: u8) -> IdentityKey {
    Identity::from_seed(&[number; 32]).key()
}

fn person(room: &str, number: u8, verified: bool) -> KnownPerson {
    KnownPerson {
        room: room.parse().unwrap(),
        name: "bo".into(),
        identity: key(number),
        verified,
    }
}

async fn open(new_seed: u8) -> (ProfileStore, ProfileContent) {
    ProfileStore::open([new_seed; 32]).await.unwrap()
}

#[wasm_bindgen_test]
async fn tabs_that_open_at_once_have_one_identity_and_keep_it() {
    let ((_, one), (_, other), (_, third)) = join3(open(1), open(2), open(3)).await;
    assert_eq!((one.seed, other.seed), (third.seed, third.seed));
    let (_, later) = open(4).await;
    assert_eq!(later.seed, one.seed);
}

#[wasm_bindgen_test]
async fn people_are_kept_by_room_and_key() {
    let (store, _) = open(1).await;
    for known in [
        person("tea", 1, false),
        person("tea", 2, false),
        person("coffee", 1, false),
        // The first one again, verified meanwhile.
        person("tea", 1, true),
    ] {
        store.keep(&known).await.unwrap();
    }
    let (_, ProfileContent { mut people, .. }) = open(1).await;
    people.retain(|known| ["tea", "coffee"].contains(&known.room.as_str()));
    for known in [
        person("tea", 1, true),
        person("tea", 2, false),
        person("coffee", 1, false),
    ] {
        assert!(people.contains(&known), "{known:?}");
    }
    assert_eq!(people.len(), 3);
}

#[wasm_bindgen_test]
async fn a_browser_without_a_database_refuses() {
    let window: Object = web_sys::window().unwrap().into();
    let name = JsValue::from("indexedDB");
    let own = Object::get_own_property_descriptor(&window, &name);
    for stand_in in ["undefined", "({ open() { throw new Error('no') } })"] {
        let blocked = Object::new();
        let value = js_sys::eval(stand_in).unwrap();
        Reflect::set(&blocked, &"value".into(), &value).unwrap();
        Reflect::set(&blocked, &"configurable".into(), &true.into()).unwrap();
        Object::define_property(&window, &name, &blocked);
        let opened = ProfileStore::open([1; 32]).await;
        assert_eq!(opened.err(), Some(StorageRefused), "{stand_in}");
    }
    if own.is_undefined() {
        Reflect::delete_property(&window, &name).unwrap();
    } else {
        Object::define_property(&window, &name, own.unchecked_ref());
    }
    assert!(ProfileStore::open([1; 32]).await.is_ok());
}
