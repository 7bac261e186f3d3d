//! Which build the page is of, and that there is a newer one.

use banter_frontend::store::ChatStore;

use crate::{
    markup::{hook, hooks},
    render,
    states::{in_room, lobby},
};

/// Promise 63: the page says that there is a newer one, and leaves the rest to the person.
#[test]
fn an_update_is_announced_with_a_button_and_with_what_becomes_of_the_room() {
    for (page, words) in [
        (lobby("Ada", "tea"), "Reload when it suits you."),
        (in_room("tea"), "you come back to this room"),
    ] {
        assert!(hooks(&render(page.clone()), "update-ready").is_empty());
        let html = render(ChatStore {
            update_ready: true,
            ..page
        });
        let notice = hook(&html, "update-ready");
        assert!(notice.text.contains("A new version of Banter is ready."));
        assert!(notice.text.contains(words), "{}", notice.text);
        let button = hook(&html, "reload");
        assert_eq!((&*button.tag, &*button.text), ("button", "Reload"));
    }
}

/// Promise 62: "About" shows the build.
#[test]
fn the_lobby_says_which_version_and_build_it_is() {
    let html = render(ChatStore {
        build: "0123456789abcdef".into(),
        ..lobby("Ada", "tea")
    });
    let about = hook(&html, "about");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        about.text,
        format!("Banter {version} · build 0123456789abcdef")
    );
    assert_eq!(about.attribute("data-build"), Some("0123456789abcdef"));
}
