//! Somebody else's client, written from the protocol's documentation alone, talks with the app.

use banter_e2e::{Browser, Kind, Person, Server, StaticSite};

#[test]
fn the_app_talks_with_a_client_in_plain_javascript_whoever_came_first() {
    let site = StaticSite::start(&[
        ("/", "text/html", include_str!("../../reference/plain.html")),
        (
            "/plain.js",
            "text/javascript",
            include_str!("../../reference/plain.js"),
        ),
    ]);
    for kind in [Kind::Chromium, Kind::Firefox] {
        let server = Server::start_for_origins(&[&site.origin()]);
        let browser = Browser::start(kind);
        let plain = Person::at_origin("Plain", &browser, &site.origin());
        plain
            .page()
            .goto(&format!("{}/?server={}", site.origin(), server.origin()));
        plain.page().fill("name-input", "Plain");
        plain.page().fill("room-input", "tea");
        plain.page().click("join-room");
        plain.is_in("tea");
        let ada = Person::in_room("Ada", &Browser::chromium(), &server, "tea");
        ada.is_linked_to(1);
        plain.is_linked_to(1);
        for (from, to) in [(&ada, &plain), (&plain, &ada)] {
            let text = format!("hello from {}", from.name());
            from.says(&text);
            assert_eq!(to.sees(&text).id, from.sees_status(&text, "delivered").id);
        }
        // Now the app's person is the newcomer no more.
        ada.page().reload();
        ada.is_in("tea");
        ada.is_linked_to(1);
        plain.is_linked_to(1);
        plain.says("welcome back");
        ada.sees("welcome back");
        plain.sees_status("welcome back", "delivered");
    }
}
