//! A browser that holds WebRTC back: a setting, an add-on or a VPN, so that it names no address at all.

use std::time::Duration;

use banter_e2e::{Browser, Kind, Person, Server, within};
use serde_json::json;

/// What such an add-on does: every connection may use relays alone, and there is none.
const HELD_BACK: &str = "
    const Connection = window.RTCPeerConnection;
    window.RTCPeerConnection = new Proxy(Connection, {
        construct: (target, [settings]) => new target({ ...settings, iceTransportPolicy: 'relay' }),
    });";

/// The contract gives a pair that cannot connect 20 s, once the two have met.
const TOLD_WITHIN: Duration = Duration::from_secs(20);

#[test]
fn whoever_s_browser_names_no_address_is_told_so_and_the_other_that_it_is_not_theirs() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let held_back = Browser::start_with(kind, &[HELD_BACK]);
        // Firefox says on its console what the page says in words.
        held_back.excuse("WebRTC: ICE failed");
        let ada = Person::in_room("Ada", &held_back, &server, "tea");
        let bob = Person::in_room("Bob", &Browser::chromium(), &server, "tea");
        for (person, obstacle, words) in [
            (&ada, "no_own_address", "This browser holds WebRTC back"),
            (&bob, "no_address", "Their browser names no address"),
        ] {
            person.sees_within(TOLD_WITHIN, obstacle, |page| {
                page.peers.iter().any(|peer| peer.obstacle == obstacle)
            });
            let shown = person
                .page()
                .execute("return document.body.innerText", &json!([]));
            assert!(shown.as_str().unwrap().contains(words), "{shown}");
        }
    }
}

#[test]
fn the_self_check_names_a_browser_that_holds_webrtc_back_and_not_the_server() {
    let server = Server::start();
    for kind in [Kind::Chromium, Kind::Firefox] {
        let page = Browser::start_with(kind, &[HELD_BACK]).open_window();
        page.goto(&format!("{}/check", server.origin()));
        let codes =
            "return document.querySelector('[data-testid=check-webrtc]')?.dataset.codes ?? ''";
        let named = || (page.execute(codes, &json!([])) == "webrtc_held_back").then_some(());
        if within(Duration::from_secs(40), named).is_err() {
            page.fail("the check does not name the browser");
        }
    }
}
