//! The switch that hides a person's IP address, and what is said where that leads nowhere.

use banter_frontend::store::ChatStore;
use banter_protocol::engine::{Notice, PathPolicy};

use crate::{
    markup::{elements, hook, hooks},
    render,
    states::{in_room, lobby},
};

/// Promise 20: in the lobby and in the room, with what it costs, and as it was chosen.
#[test]
fn the_switch_is_in_the_lobby_and_in_the_room_and_says_what_it_costs() {
    for page in [lobby("Ada", "tea"), in_room("tea")] {
        for (policy, is_on) in [(PathPolicy::Any, false), (PathPolicy::RelayOnly, true)] {
            for (relay_offered, words) in [
                (None, "where the server offers one"),
                (Some(true), "through this server’s relay"),
                (Some(false), "offers no relay"),
            ] {
                let html = render(ChatStore {
                    policy,
                    relay_offered,
                    ..page.clone()
                });
                let switch = hook(&html, "relay-only");
                assert_eq!(switch.attribute("type"), Some("checkbox"));
                assert_eq!(switch.attribute("checked").is_some(), is_on);
                let hint = switch.attribute("aria-describedby").unwrap();
                let all = elements(&html);
                let hint = all.iter().find(|it| it.attribute("id") == Some(hint));
                assert!(hint.unwrap().text.contains(words));
                let label = all
                    .iter()
                    .find(|it| it.tag == "label" && it.has_class("choice"));
                assert!(label.unwrap().text.contains("Hide my IP address"));
            }
        }
    }
}

#[test]
fn hiding_without_a_relay_says_what_happened_and_what_to_do() {
    let html = render(ChatStore {
        policy: PathPolicy::RelayOnly,
        relay_offered: Some(false),
        notice: Some(Notice::NoRelay),
        ..in_room("tea")
    });
    let banner = hook(&html, "error-banner");
    assert_eq!(banner.attribute("data-code"), Some("no_relay"));
    assert!(banner.text.contains("this server offers no relay"));
    assert!(banner.text.contains("Show your address again"));
    assert!(hooks(&html, "chat-room").len() == 1);
}
