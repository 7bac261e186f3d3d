//! A newer build on the server, while pages are open.

use std::{fs, path::Path};

use banter_e2e::{Browser, Kind, Person, Server, eventually};
use serde_json::{Value, json};

/// A build that differs in nothing but its mark.
fn rebuild(folder: &Path) -> String {
    let old = fs::read_to_string(folder.join("build.txt")).unwrap();
    let new: String = old.chars().rev().collect();
    assert_ne!(old, new);
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    fs::write(folder.join("index.html"), page.replace(&old, &new)).unwrap();
    fs::write(folder.join("build.txt"), &new).unwrap();
    for twin in [
        "index.html.br",
        "index.html.gz",
        "build.txt.br",
        "build.txt.gz",
    ] {
        let _ = fs::remove_file(folder.join(twin));
    }
    new
}

fn build_of(person: &Person) -> Value {
    let script = "return document.querySelector('meta[name=build]').content";
    person.page().execute(script, &json!([]))
}

/// Promise 63: the old page works on and says that there is a newer one; only the person brings it.
#[test]
fn a_new_version_never_replaces_a_running_page_by_itself() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let folder = tempfile::tempdir().unwrap();
        Server::copy_app(folder.path());
        let app_dir = folder.path().to_str().unwrap();
        let mut server = Server::start_with(&["--app-dir", app_dir]);
        let ada = Person::in_room("Ada", &Browser::start(kind), &server, "tea");
        let bob = Person::in_room("Bob", &Browser::start(kind), &server, "tea");
        for person in [&ada, &bob] {
            person.page().browser().excuse_unreachable_server();
            person.is_linked_to(1);
            assert!(!person.page().has("update-ready"));
        }
        let old = build_of(&ada);

        server.terminate();
        let new = rebuild(folder.path());
        server.start_again();
        for person in [&ada, &bob] {
            person.page().wait_for_element("update-ready");
            assert_eq!(build_of(person), old, "nothing is replaced by itself");
            person.is_linked_to(1);
            assert_eq!(person.probe().made, 1);
        }
        ada.says("still the old one");
        bob.sees("still the old one");

        bob.page().click("reload");
        // The old page shows the room too, until it is gone.
        let gone = eventually(|| (!bob.page().has("update-ready")).then_some(()));
        assert!(gone.is_ok(), "{kind}: the old page stays");
        bob.sees_that("is back in the room", |page| {
            page.room.as_deref() == Some("tea") && page.message("still the old one").is_some()
        });
        assert_eq!(build_of(&bob), json!(new));
        assert!(!bob.page().has("update-ready"));
        ada.is_linked_to(1);
        bob.is_linked_to(1);
        assert_eq!(build_of(&ada), old);
    }
}
