//! Hiding one's IP address from the others.

use banter_e2e::{Browser, Kind, Person, Server};

/// Promise 20, in browsers: without a relay nobody who hides is linked, and they are told at once; the switch lasts over a
/// reload, and links come back without it.
#[test]
fn whoever_hides_without_a_relay_is_told_so_and_linked_again_without_hiding() {
    let server = Server::start();
    for (first, second) in [
        (Kind::Chromium, Kind::Firefox),
        (Kind::Firefox, Kind::Chromium),
    ] {
        let room = format!("tea-{first}").to_lowercase();
        let browsers = [first, second].map(Browser::start);
        for browser in &browsers {
            // Firefox says on the console what the page says too.
            browser.excuse("WebRTC: ICE failed");
        }
        let ada = Person::in_room("Ada", &browsers[0], &server, &room);
        let bob = Person::in_room("Bob", &browsers[1], &server, &room);
        ada.is_linked_to(1);
        ada.page().click("relay-only");
        let told = ada.sees_error("no_relay");
        assert_eq!(told.links, 0, "nothing goes on directly");
        bob.sees_that("the link is gone", |page| page.links == 0);

        ada.page().reload();
        ada.is_in(&room);
        ada.sees_error("no_relay");
        ada.sees_that("nobody to link to", |page| {
            page.peers.iter().all(|peer| peer.state == "failed")
        });

        ada.page().click("relay-only");
        ada.is_linked_to(1);
        bob.is_linked_to(1);
        assert_eq!(ada.looks().error, None);
        ada.says("here I am");
        bob.sees("here I am");
    }
}
