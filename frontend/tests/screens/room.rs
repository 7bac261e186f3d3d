//! A room: its hooks, who is in it, and how it stands.

use std::sync::Arc;

use banter_frontend::store::ChatStore;
use banter_protocol::engine::{LinkPath, LinkState, PeerView, SignalingStatus};

use crate::{
    markup::{elements, hook, hooks},
    render,
    states::{Log, in_private_room, in_room, listed, peer, peer_id, person, private_invite, with},
};

fn with_peers(peers: &[PeerView]) -> ChatStore {
    with(in_room("tea-time"), |room| {
        room.peers = listed(peers.iter().cloned());
    })
}

#[test]
fn a_room_has_every_hook_of_the_contract() {
    let html = render(in_room("tea-time"));
    let room = hook(&html, "chat-room");
    assert_eq!(room.attribute("data-room-id"), Some("tea-time"));
    assert_eq!(room.attribute("data-private"), Some("false"));
    assert_eq!(hook(&html, "message-input").tag, "textarea");
    for button in ["send-message", "leave-room", "copy-invite"] {
        assert_eq!(hook(&html, button).tag, "button", "{button}");
    }
    assert_eq!(hook(&html, "typing-indicator").text, "");
    assert!(hooks(&html, "join-room").is_empty());
}

#[test]
fn every_button_has_a_name() {
    let html = render(with_peers(&[peer(1, "Bo", LinkState::Connected, Some(24))]));
    for button in elements(&html)
        .iter()
        .filter(|element| element.tag == "button")
    {
        let is_named = button.attribute("aria-label").is_some() || !button.text.trim().is_empty();
        assert!(is_named, "{button:?}");
    }
}

#[test]
fn peers_show_state_and_latency() {
    let html = render(with_peers(&[
        peer(1, "Bo", LinkState::Connected, Some(24)),
        peer(2, "Cleo", LinkState::Connecting, None),
    ]));
    let peers = hooks(&html, "peer");
    let attribute = |index: usize, name| peers[index].attribute(name);
    assert_eq!(peers.len(), 2);
    assert_eq!(attribute(0, "data-peer-id"), Some(&*peer_id(1).to_string()));
    assert_eq!(attribute(0, "data-state"), Some("connected"));
    assert_eq!(attribute(0, "data-latency-ms"), Some("24"));
    assert_eq!(attribute(0, "data-verified"), Some("false"));
    assert_eq!(attribute(1, "data-state"), Some("connecting"));
    assert_eq!(attribute(1, "data-latency-ms"), None);
    assert!(peers[0].text.contains("Bo") && peers[0].text.contains("24 ms"));
}

#[test]
fn an_open_link_shows_its_way_and_explains_it() {
    for (path, hook_value, word, meaning) in [
        (None, "", "Linked", ""),
        (
            Some(LinkPath::Direct),
            "direct",
            "Direct",
            "browser to browser",
        ),
        (
            Some(LinkPath::Relayed),
            "relayed",
            "Relayed",
            "Through a relay",
        ),
    ] {
        let html = render(with_peers(&[PeerView {
            path,
            ..peer(1, "Bo", LinkState::Connected, Some(24))
        }]));
        let shown = hook(&html, "peer");
        assert_eq!(shown.attribute("data-path"), Some(hook_value));
        assert!(
            shown.text.contains(&format!("{word} · 24 ms")),
            "{}",
            shown.text
        );
        let state = elements(&html)
            .into_iter()
            .find(|element| element.has_class("peer-state") && element.text.contains(word));
        let title = state
            .unwrap()
            .attribute("title")
            .unwrap_or_default()
            .to_owned();
        assert!(title.contains(meaning), "{title}");
    }
}

#[test]
fn only_open_links_are_counted() {
    let html = render(with_peers(&[
        peer(1, "Bo", LinkState::Connected, None),
        peer(2, "Cleo", LinkState::Disconnected, None),
        peer(3, "Dan", LinkState::Failed, None),
        peer(4, "Eve", LinkState::New, None),
    ]));
    let count = hook(&html, "p2p-count");
    assert_eq!(count.attribute("data-count"), Some("1"));
    assert_eq!(count.text, "linked to 1 of 4");
}

#[test]
fn the_signaling_status_is_told_in_words_and_in_the_contracts_words() {
    for (status, state, words) in [
        (SignalingStatus::Idle, "connecting", "Connecting…"),
        (SignalingStatus::Connecting, "connecting", "Connecting…"),
        (SignalingStatus::Connected, "connected", "Connected"),
        (
            SignalingStatus::Reconnecting,
            "reconnecting",
            "Reconnecting…",
        ),
        (SignalingStatus::Offline, "offline", "Offline"),
    ] {
        let html = render(with(in_room("tea-time"), |room| {
            room.signaling = status;
        }));
        let shown = hook(&html, "signaling-status");
        assert_eq!(shown.attribute("data-state"), Some(state));
        assert_eq!(shown.text, words);
    }
}

#[test]
fn who_is_alone_is_given_the_invite_and_who_has_company_is_not() {
    let invite = |html: &str| html.contains("https://banter.example/r/tea-time");
    assert!(invite(&render(in_room("tea-time"))));
    let html = render(with_peers(&[peer(1, "Bo", LinkState::Connected, None)]));
    assert!(!invite(&html));
    assert!(html.contains("You’re here with <bdi>Bo</bdi>"));
}

#[test]
fn typing_is_told_on_its_line() {
    let html = render(with(in_room("tea-time"), |room| {
        room.typing = Some(Arc::from([person("Bo"), person("Cleo")]));
    }));
    assert_eq!(
        hook(&html, "typing-indicator").text,
        "Bo and Cleo are typing…"
    );
}

#[test]
fn the_log_is_a_live_region_and_the_typing_line_is_not() {
    let html = render(with(in_room("tea-time"), |room| {
        room.messages = Log::default().say(1, "Bo", 1, "Hello").into_messages();
    }));
    let elements = elements(&html);
    let log = elements
        .iter()
        .find(|element| element.attribute("role") == Some("log"))
        .unwrap();
    assert_eq!(log.attribute("aria-live"), Some("polite"));
    assert_eq!(log.attribute("aria-relevant"), Some("additions"));
    assert!(log.text.contains("Hello"));
    assert_eq!(hook(&html, "typing-indicator").attribute("aria-live"), None);
}

#[test]
fn the_page_has_landmarks_and_one_main_heading() {
    let elements = elements(&render(in_room("tea-time")));
    for tag in ["header", "main", "aside", "h1"] {
        assert_eq!(
            elements.iter().filter(|element| element.tag == tag).count(),
            1,
            "{tag}"
        );
    }
}

#[test]
fn a_private_room_is_called_so_and_only_its_invite_spells_the_id() {
    let html = render(in_private_room());
    let heading = elements(&html)
        .into_iter()
        .find(|element| element.tag == "h1");
    assert!(heading.unwrap().text.starts_with("Private room"));
    let id = private_invite().room().to_string();
    assert_eq!(
        hook(&html, "chat-room").attribute("data-room-id"),
        Some(&*id)
    );
    let link = format!(
        "https://banter.example/r/{id}{}",
        private_invite().fragment()
    );
    assert!(elements(&html).iter().any(|element| element.text == link));
}
