use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;

const A: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";
const B: &str = "00000000-0000-4000-8000-000000000001";

fn join_with(field: &str, value: &str) -> String {
    let mut fields = vec![
        ("type", "\"join_room\""),
        ("roomId", "\"tea\""),
        ("peerId", "\"67e55044-10b1-426f-9247-bb680e5fe0c8\""),
        ("displayName", "\"Ada\""),
    ];
    fields.retain(|(name, _)| *name != field);
    if !value.is_empty() {
        fields.push((field, value));
    }
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn offer_with(more: &str) -> String {
    format!(r#"{{"type":"offer","from":"{A}","to":"{B}","offer":{{}}{more}}}"#)
}

fn relay() -> ClientFrame {
    ClientFrame::Relay {
        from: A.parse().unwrap(),
        to: B.parse().unwrap(),
    }
}

#[test]
fn the_fields_of_a_join_have_limits() {
    let id = format!("\"{A}\"");
    let name = |bytes: usize| format!("\"{}\"", "x".repeat(bytes));
    for (field, value, is_valid) in [
        ("resume", "\"abc\"", true),
        ("resume", "null", true),
        ("resume", "7", false),
        ("resume", &*name(128), true),
        ("resume", &*name(129), false),
        ("displayName", "\"\"", false),
        ("displayName", "", false),
        ("displayName", "null", false),
        ("displayName", &*name(1024), true),
        ("displayName", &*name(1025), false),
        ("displayName", r#""\u0000""#, true),
        ("displayName", r#""\ud800""#, false),
        ("displayName", r#""__proto__""#, true),
        ("roomId", "\"\"", false),
        ("roomId", "\"a b\"", false),
        ("roomId", r#""\u0074ea""#, true),
        ("peerId", &*id.to_uppercase(), true),
        ("peerId", "\"67e5504410b1426f9247bb680e5fe0c8\"", false),
        ("__proto__", "{}", true),
        ("type", r#""join\u005froom""#, true),
        ("type", "7", false),
    ] {
        let frame = join_with(field, value);
        assert_eq!(ClientFrame::parse(&frame).is_ok(), is_valid, "{frame}");
    }
}

#[test]
fn a_join_is_read_whole() {
    let frame = join_with("resume", "\"secret\"");
    let Ok(ClientFrame::Join(join)) = ClientFrame::parse(&frame) else {
        panic!("{frame}")
    };
    assert_eq!(join.room.as_str(), "tea");
    assert_eq!(join.peer_id.to_string(), A);
    assert_eq!(join.display_name, "Ada");
    assert_eq!(join.resume.as_deref(), Some("secret"));
}

#[test]
fn a_payload_may_be_any_json_value_but_must_be_there() {
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    for payload in [
        "null",
        "0",
        "1e999",
        "\"\"",
        r#""\ud800""#,
        "[]",
        "{\"a\":1,\"a\":2}",
        &*deep,
    ] {
        for (kind, field) in [
            ("offer", "offer"),
            ("answer", "answer"),
            ("ice_candidate", "candidate"),
        ] {
            let frame =
                format!(r#"{{"{field}":{payload},"type":"{kind}","to":"{B}","from":"{A}"}}"#);
            assert_eq!(ClientFrame::parse(&frame), Ok(relay()));
        }
    }
    let without = format!(r#"{{"type":"offer","from":"{A}","to":"{B}","answer":null}}"#);
    assert_eq!(
        ClientFrame::parse(&without),
        Err(BadFrame::Missing("offer"))
    );
}

#[test]
fn a_repeated_outer_key_is_refused_in_every_spelling() {
    for more in [
        r#","offer":null"#,
        r#","o\u0066fer":null"#,
        r#","\u0074\u006f":"00000000-0000-4000-8000-000000000001""#,
        r#","x":1,"x":1"#,
        r#","x":1,"\u0078":1"#,
        r#","\ud800":1,"\uD800":2"#,
        r#","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"offer":1"#,
        r#","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"c":1"#,
    ] {
        assert_eq!(
            ClientFrame::parse(&offer_with(more)),
            Err(BadFrame::RepeatedKey),
            "{more}"
        );
    }
}

#[test]
fn unknown_outer_keys_are_let_through() {
    for more in [
        r#","x":1"#,
        r#","":{"x":1,"x":2}"#,
        r#","\ud800":1"#,
        r#","__proto__":[]"#,
    ] {
        assert_eq!(ClientFrame::parse(&offer_with(more)), Ok(relay()), "{more}");
    }
    assert_eq!(
        ClientFrame::parse(r#" {"later":0, "type":"ping"} "#),
        Ok(ClientFrame::Ping)
    );
}

#[test]
fn what_is_no_client_message_is_told_why() {
    for (frame, why) in [
        ("", BadFrame::NotAnObject),
        ("null", BadFrame::NotAnObject),
        (r#"["ping"]"#, BadFrame::NotAnObject),
        (r#"{"type":"ping"}{}"#, BadFrame::NotAnObject),
        (r#"{"type":"ping",}"#, BadFrame::NotAnObject),
        ("\u{feff}{\"type\":\"ping\"}", BadFrame::NotAnObject),
        ("{}", BadFrame::Missing("type")),
        (r#"{"type":null}"#, BadFrame::Invalid("type")),
        (r#"{"type":"Ping"}"#, BadFrame::UnknownType),
        (r#"{"type":"room_joined"}"#, BadFrame::UnknownType),
        (r#"{"type":"peer_left"}"#, BadFrame::UnknownType),
        (r#"{"type":"error"}"#, BadFrame::UnknownType),
        (r#"{"type":"pong"}"#, BadFrame::UnknownType),
        (
            r#"{"type":"leave_room","roomId":"a"}"#,
            BadFrame::Missing("peerId"),
        ),
        (r#"{"type":"offer","from":"x"}"#, BadFrame::Invalid("from")),
    ] {
        assert_eq!(ClientFrame::parse(frame), Err(why), "{frame}");
    }
}

/// Text that is often nearly a frame.
fn nearly_a_frame() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("\"type\"".to_owned()),
        Just("\"ping\"".to_owned()),
        Just("\"offer\"".to_owned()),
        Just("\"\\ud800\"".to_owned()),
        Just("\"\\".to_owned()),
        Just("null".to_owned()),
        Just("-1e9".to_owned()),
        Just(format!("\"{A}\"")),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A JSON object with few different keys, so that some are repeated.
fn object() -> impl Strategy<Value = (String, bool)> {
    let key = prop_oneof![
        Just(("a", "a")),
        Just(("a", "\\u0061")),
        Just(("type", "type")),
        Just(("type", "typ\\u0065")),
        Just(("", "")),
        Just(("b", "b")),
        Just(("c", "c")),
    ];
    let value = prop::sample::select(vec!["1", "\"x\"", "{\"a\":1,\"a\":1}", "[null]", " true "]);
    prop::collection::vec((key, value), 0..6).prop_map(|fields| {
        let mut keys: Vec<_> = fields.iter().map(|((key, _), _)| *key).collect();
        keys.sort_unstable();
        let repeated = keys.windows(2).any(|pair| pair[0] == pair[1]);
        let fields: Vec<_> = fields
            .iter()
            .map(|((_, key), value)| format!("\"{key}\":{value}"))
            .collect();
        (format!("{{{}}}", fields.join(" , ")), repeated)
    })
}

proptest! {
    /// Promise 23, 52: any text is a frame or is refused; and it is refused as no object exactly where
    /// serde_json sees none.
    #[test]
    fn any_text_is_judged_as_serde_json_judges_it(text in prop_oneof![any::<String>(), nearly_a_frame()]) {
        let is_object = serde_json::from_str::<IgnoredAny>(&text).is_ok()
            && text.trim_ascii_start().starts_with('{');
        prop_assert_eq!(ClientFrame::parse(&text) != Err(BadFrame::NotAnObject), is_object);
    }

    #[test]
    fn repeated_keys_are_found_wherever_they_stand((text, repeated) in object()) {
        prop_assert_eq!(ClientFrame::parse(&text) == Err(BadFrame::RepeatedKey), repeated);
    }

    /// What a client can say is understood as it was meant.
    #[test]
    fn every_join_that_a_client_writes_is_read_back(
        room in "[A-Za-z0-9_-]{1,64}",
        id in any::<u128>(),
        display_name in "\\PC{1,200}",
        resume in prop::option::of("[0-9a-f]{64}"),
    ) {
        let room: RoomId = room.parse().unwrap();
        let peer_id = PeerId::from_random(id);
        let frame = serde_json::to_string(&crate::signaling::ClientMessage::JoinRoom {
            room_id: room.clone(),
            peer_id,
            display_name: display_name.clone(),
            resume: resume.clone(),
        }).unwrap();
        let join = JoinFrame { room, peer_id, display_name, resume };
        prop_assert_eq!(ClientFrame::parse(&frame), Ok(ClientFrame::Join(join)));
    }
}
