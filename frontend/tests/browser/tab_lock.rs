//! Whose a tab's id is.

use banter_frontend::platform::tab_lock::{TabClaim, claim};
use banter_protocol::ids::PeerId;
use futures_util::future::join;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::patience::pause;

#[wasm_bindgen_test]
async fn a_second_tab_does_not_get_the_id() {
    let first = claim(PeerId::from_random(1)).await;
    assert!(matches!(first, TabClaim::Granted(_)));
    assert!(matches!(
        claim(PeerId::from_random(1)).await,
        TabClaim::Taken
    ));
    assert!(matches!(
        claim(PeerId::from_random(2)).await,
        TabClaim::Granted(_)
    ));
    drop(first);
    assert!(matches!(
        claim(PeerId::from_random(1)).await,
        TabClaim::Granted(_)
    ));
}

#[wasm_bindgen_test]
async fn a_reload_gets_the_id_as_soon_as_the_old_page_lets_go() {
    let old = claim(PeerId::from_random(3)).await;
    let letting_go = async {
        pause(50).await;
        drop(old);
    };
    let (new, ()) = join(claim(PeerId::from_random(3)), letting_go).await;
    assert!(matches!(new, TabClaim::Granted(_)));
}
