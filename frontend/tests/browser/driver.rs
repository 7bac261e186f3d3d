//! The whole loop, against a server that knows nothing of `/ws`.

use banter_frontend::{
    driver,
    notice::PageNotice,
    platform::{address, storage::StorageArea},
    route::Route,
    store::{ChatStore, Phase, ThemeChoice},
};
use banter_protocol::engine::{Notice, SignalingStatus};
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
        handle.join("tea", " "),
        Err(PageNotice::BadName(_))
    ));
    assert!(matches!(
        handle.join("t e a", "Ada"),
        Err(PageNotice::BadRoom(_))
    ));
    assert_eq!(
        handle.join("p_abc", "Ada"),
        Err(PageNotice::IncompleteInvite)
    );
    assert_eq!(store().phase, Phase::Lobby);

    handle.join("tea", "\u{ff21}da").unwrap();
    let tea = Route::Room("tea".parse().unwrap());
    wait_for("the first try", || {
        matches!(store().phase, Phase::Joining(_)).then_some(())
    })
    .await;
    assert_eq!(address::route(), tea);
    wait_for("the notice", || {
        (store().notice == Some(Notice::ServerUnreachable)).then_some(())
    })
    .await;
    assert_eq!(store().signaling, SignalingStatus::Connecting);
    assert_eq!(
        StorageArea::local().get("banter/name"),
        Ok(Some("Ada".into()))
    );

    handle.leave();
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
