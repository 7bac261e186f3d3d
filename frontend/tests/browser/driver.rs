//! The whole loop, against a server that knows nothing of `/ws`.

use banter_frontend::{
    driver,
    handle::ChatHandle,
    notice::PageNotice,
    platform::{address, storage::StorageArea},
    route::Route,
    store::{ChatStore, Phase, ThemeChoice},
};
use banter_protocol::engine::{Notice, SignalingStatus};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use yewdux::Dispatch;

use crate::patience::wait_for;

#[wasm_bindgen_test]
async fn a_person_asks_for_a_room_of_a_server_that_is_not_there_and_gives_up() {
    let context = yewdux::Context::new();
    let dispatch = Dispatch::<ChatStore>::new(&context);
    let handle = driver::start(dispatch.clone()).await;
    let store = || dispatch.get();

    assert!(matches!(
        handle.join("tea", " ", ""),
        Err(PageNotice::BadName(_))
    ));
    assert!(matches!(
        handle.join("t e a", "Ada", ""),
        Err(PageNotice::BadRoom(_))
    ));
    assert_eq!(
        handle.join("p_abc", "Ada", ""),
        Err(PageNotice::IncompleteInvite)
    );
    assert_eq!(store().phase, Phase::Lobby);

    handle.join("tea", "\u{ff21}da", "").unwrap();
    let tea = Route::parse("/r/tea");
    wait_for("the first try", || {
        matches!(store().phase, Phase::Room(_)).then_some(())
    })
    .await;
    assert_eq!(address::route(), tea);
    wait_for("the notice", || {
        (store().told() == Some(Notice::ServerUnreachable)).then_some(())
    })
    .await;
    assert_eq!(store().room().signaling, SignalingStatus::Connecting);
    assert_eq!(
        StorageArea::local().get("banter/name"),
        Ok(Some("Ada".into()))
    );

    leave(&dispatch, &handle);
    wait_for("the lobby", || {
        (store().phase == Phase::Lobby).then_some(())
    })
    .await;
    // Who was not let in keeps the invite's address, and finds it in the form.
    assert_eq!(address::route(), tea);
    assert_eq!((&*store().lobby.name, &*store().lobby.room), ("Ada", "tea"));

    web_sys::window()
        .unwrap()
        .history()
        .unwrap()
        .back()
        .unwrap();
    wait_for("the empty form", || {
        store().lobby.room.is_empty().then_some(())
    })
    .await;

    handle.choose_theme(ThemeChoice::Dark);
    wait_for("the theme", || {
        (store().theme == ThemeChoice::Dark).then_some(())
    })
    .await;
    let root = web_sys::window()
        .unwrap()
        .document()
        .unwrap()
        .document_element()
        .unwrap();
    assert_eq!(root.get_attribute("data-theme").as_deref(), Some("dark"));

    handle.show(PageNotice::TooLong);
    wait_for("the notice", || store().page_notice.map(|_| ())).await;
    handle.dismiss_notice();
    wait_for("no notice", || store().page_notice.is_none().then_some(())).await;
}

/// The page of a server that is not there, at the lobby.
async fn page() -> (Dispatch<ChatStore>, ChatHandle) {
    let dispatch = Dispatch::<ChatStore>::new(&yewdux::Context::new());
    let handle = driver::start(dispatch.clone()).await;
    (dispatch, handle)
}

/// The person leaves the room that is shown.
fn leave(dispatch: &Dispatch<ChatStore>, handle: &ChatHandle) {
    let room = dispatch.get().shown().cloned().unwrap();
    handle.room(room).leave();
}

async fn wait_for_phase(dispatch: &Dispatch<ChatStore>, is_it: fn(&Phase) -> bool) {
    wait_for("a phase", || is_it(&dispatch.get().phase).then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_generated_room_stands_in_the_address_with_its_secret_and_never_in_the_title() {
    let (dispatch, handle) = page().await;
    let invite = handle.generate_invite().unwrap();
    assert_ne!(handle.generate_invite(), Ok(invite.clone()));
    handle.join(&Route::typing(&invite), "Ada", "").unwrap();
    wait_for_phase(&dispatch, |phase| matches!(phase, Phase::Room(_))).await;
    assert_eq!(address::route(), Route::Room(invite.clone()));
    let location = web_sys::window().unwrap().location();
    assert_eq!(location.href().unwrap(), handle.invite_link(&invite));
    assert_eq!(dispatch.get().room().invite.as_deref(), Some(&invite));
    let secret = invite.secret().unwrap().reveal();
    let title = web_sys::window().unwrap().document().unwrap().title();
    assert!(!title.contains(&secret));
    leave(&dispatch, &handle);
    wait_for_phase(&dispatch, |phase| *phase == Phase::Lobby).await;
    assert_eq!(dispatch.get().lobby.room, Route::typing(&invite));
    address::leave(invite.room());
}

/// Promise 18: with a wrong passphrase nothing is joined, and the page says why.
#[wasm_bindgen_test]
async fn a_passphrase_is_asked_from_then_on_and_a_wrong_one_joins_nothing() {
    let (dispatch, handle) = page().await;
    let new = handle.generate_invite().unwrap();
    handle
        .join(&Route::typing(&new), "Ada", "\u{ff34}ea at five")
        .unwrap();
    wait_for_phase(&dispatch, |phase| *phase == Phase::Unlocking).await;
    wait_for_phase(&dispatch, |phase| matches!(phase, Phase::Room(_))).await;
    let Route::Room(guarded) = address::route() else {
        panic!("the address is the room's")
    };
    assert!(guarded.secret().unwrap().asks_passphrase());
    assert_eq!(guarded.room(), new.room());
    leave(&dispatch, &handle);
    wait_for_phase(&dispatch, |phase| *phase == Phase::Lobby).await;

    let typed = Route::typing(&guarded);
    let none = handle.join(&typed, "Ada", "");
    assert_eq!(none, Err(PageNotice::NoPassphrase));
    handle.join(&typed, "Ada", "tea at five").unwrap();
    wait_for("the notice", || {
        (dispatch.get().page_notice == Some(PageNotice::WrongPassphrase)).then_some(())
    })
    .await;
    assert_eq!(dispatch.get().phase, Phase::Lobby);
    // Plain and full-width letters are one after NFKC.
    handle.join(&typed, "Ada", "Tea at five").unwrap();
    wait_for_phase(&dispatch, |phase| matches!(phase, Phase::Room(_))).await;
    leave(&dispatch, &handle);
    wait_for_phase(&dispatch, |phase| *phase == Phase::Lobby).await;
    address::leave(guarded.room());
}

/// Nothing can be kept from anybody without them, and the page says so.
#[wasm_bindgen_test]
async fn without_random_bytes_nothing_is_joined() {
    let crypto: JsValue = web_sys::window().unwrap().crypto().unwrap().into();
    let throwing = Function::new_no_args("throw new Error('no entropy')");
    let name = JsValue::from("getRandomValues");
    Reflect::set(&crypto, &name, &throwing).unwrap();
    let (dispatch, handle) = page().await;
    let joined = handle.join("tea", "Ada", "");
    let generated = handle.generate_invite();
    // What hid the browser's own was a property of this one object.
    Reflect::delete_property::<Object>(crypto.unchecked_ref(), &name).unwrap();
    assert_eq!(joined, Err(PageNotice::NoRandomness));
    assert_eq!(generated, Err(PageNotice::NoRandomness));
    assert_eq!(dispatch.get().page_notice, Some(PageNotice::NoRandomness));
    assert_eq!(dispatch.get().phase, Phase::Lobby);
}
