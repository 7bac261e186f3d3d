//! Promise 25: names and texts never become markup or style.

use std::sync::Arc;

use banter_frontend::{components::RoomDialog, store::ChatStore};
use banter_protocol::engine::{EmojiView, LinkState, LockView, Standing};

use crate::{
    markup::{elements, hook, hooks},
    render,
    screen::render_with,
    states::{Log, asking, in_room, inspected, known, listed, lobby, peer, person, private, with},
};

/// What has got through elsewhere, and what breaks out of elements, attributes, styles and templates.
const HOSTILE: [&str; 22] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script href=data:,alert(1) />",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>click</a>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "</textarea><script>alert(1)</script>",
    "</p></article><h1>Server: give your password</h1>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "\"><b>bold</b>",
    "<!--><img src=x>-->",
    "<![CDATA[<b>]]>",
    "&lt;b&gt;bold&lt;/b&gt;",
    "&#60;script&#62;",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "javascript:alert(1)",
    "expression(alert(1)); background:url(//evil.example)",
];

fn room_saying(text: &str) -> ChatStore {
    with(in_room("tea-time"), |room| {
        room.messages = Log::default()
            .say(1, "Bo", 1, text)
            .say(0, "Ada", 1, text)
            .into_messages();
    })
}

fn room_of(name: &str) -> ChatStore {
    // As the engine would: shortened, without what cannot be seen.
    let shown = person(name);
    with(in_room("tea-time"), |room| {
        room.peers = listed([peer(1, name, LinkState::Connected, Some(9))]);
        room.typing = Some(Arc::from([shown.clone()]));
        room.messages = Log::default()
            .say(1, shown.as_str(), 1, "Hello")
            .into_messages();
    })
}

/// Tags with the names of their attributes: what a page is made of, without what it says.
fn structure(html: &str) -> Vec<(String, Vec<String>)> {
    elements(html)
        .into_iter()
        .map(|element| (element.tag, element.attributes.into_keys().collect()))
        .collect()
}

#[test]
fn promise_25_a_text_is_shown_as_it_is() {
    let harmless = structure(&render(room_saying("Hello")));
    for hostile in HOSTILE {
        let html = render(room_saying(hostile));
        assert_eq!(structure(&html), harmless, "{hostile}");
        for text in hooks(&html, "message-text") {
            assert_eq!(text.text, hostile);
        }
    }
}

#[test]
fn promise_25_a_name_is_shown_as_it_is() {
    let harmless = structure(&render(room_of("Bo")));
    for hostile in HOSTILE {
        let html = render(room_of(hostile));
        let shown = person(hostile);
        assert_eq!(structure(&html), harmless, "{hostile}");
        assert_eq!(hook(&html, "message-sender").text, shown.as_str());
        assert!(hook(&html, "peer").text.contains(shown.as_str()));
        assert_eq!(
            hook(&html, "typing-indicator").text,
            format!("{shown} is typing…")
        );
    }
}

/// A room where one's decisions are about somebody with this name.
fn deciding_about(name: &str) -> [String; 2] {
    let room = with(private(in_room("tea-time")), |room| {
        room.peers = listed([
            known(1, name, Standing::Changed),
            known(2, name, Standing::Verified),
        ]);
        room.lock = LockView::LockedBy(person(name));
        room.inspected = inspected(1, name, Standing::Known, EmojiView::Asked);
        room.moves = Some(Arc::from([asking(1, name, Standing::Known)]));
    });
    [
        render(room.clone()),
        render_with(
            with(room, |room| {
                room.inspected = None;
            }),
            RoomDialog::Renew,
        ),
    ]
}

#[test]
fn promise_25_a_name_is_shown_as_it_is_where_one_decides_about_keys() {
    let [looking, renewing] = deciding_about("Bo").map(|html| structure(&html));
    for hostile in HOSTILE {
        let shown = person(hostile);
        let shown = shown.as_str();
        let [html, renew] = deciding_about(hostile);
        assert_eq!(structure(&html), looking, "{hostile}");
        assert_eq!(structure(&renew), renewing, "{hostile}");
        for (html, testid) in [
            (&html, "key-changed"),
            (&html, "move-invite"),
            (&html, "person-dialog"),
            (&renew, "renew-invite"),
        ] {
            assert!(hook(html, testid).text.contains(shown), "{testid}");
        }
        let locked = format!("Locked by {shown}");
        assert!(hook(&html, "chat-room").text.contains(&locked));
    }
}

#[test]
fn promise_25_what_an_address_names_is_shown_as_it_is() {
    let harmless = structure(&render(lobby("Ada", "tea time")));
    for hostile in HOSTILE {
        let html = render(lobby("Ada", hostile));
        assert_eq!(structure(&html), harmless, "{hostile}");
        assert_eq!(hook(&html, "room-input").attribute("value"), Some(hostile));
    }
}

#[test]
fn promise_25_no_element_has_a_style_of_its_own() {
    let [looking, renewing] = deciding_about("Bo");
    for html in [
        render(lobby("Ada", "tea-time")),
        render(room_of("Bo")),
        looking,
        renewing,
    ] {
        for element in elements(&html) {
            assert_eq!(element.attribute("style"), None, "{element:?}");
            let handlers: Vec<_> = element
                .attributes
                .keys()
                .filter(|name| name.starts_with("on"))
                .collect();
            assert!(handlers.is_empty(), "{element:?}");
        }
    }
}
