//! What a wrong frame is answered with. The socket lives on.

use serde_json::{Value, json};

use crate::harness::{
    Client, TestServer,
    client::{join, leave, offer, resume},
    id,
};

fn with(mut message: Value, field: &str, value: Value) -> Value {
    message[field] = value;
    message
}

fn without(mut message: Value, field: &str) -> Value {
    message.as_object_mut().unwrap().remove(field);
    message
}

/// Sends each frame on a socket of its own, so that none closes for abuse, and asserts that it is refused as bad
/// and that the socket lives on.
async fn assert_all_bad(frames: &[String]) {
    let server = TestServer::start();
    for frame in frames {
        let mut client = Client::connect(&server).await;
        client.send_text(frame).await;
        assert_eq!(client.refused().await, "bad_message", "{frame}");
        client.send(join("tea", 1)).await;
        assert_eq!(client.receive().await["type"], "room_joined", "{frame}");
        client.send(leave("tea", 1)).await;
        client.assert_quiet().await;
    }
}

#[tokio::test]
async fn what_is_no_object_is_a_bad_message() {
    let frames = [
        "",
        " ",
        "x",
        "{",
        "null",
        "[]",
        "\"ping\"",
        "7",
        "{}{}",
        r#"{"type":"ping"},"#,
    ];
    assert_all_bad(&frames.map(str::to_owned)).await;
}

#[tokio::test]
async fn an_unknown_type_and_the_servers_own_are_bad_messages() {
    let kinds = [
        "",
        "JOIN_ROOM",
        "joinRoom",
        "room_joined",
        "peer_joined",
        "peer_left",
        "error",
        "pong",
        "x",
    ];
    let mut frames = vec!["{}".to_owned(), json!({ "type": null }).to_string()];
    frames.extend(kinds.map(|kind| with(join("tea", 1), "type", json!(kind)).to_string()));
    assert_all_bad(&frames).await;
}

#[tokio::test]
async fn a_field_that_is_missing_or_outside_its_limits_is_a_bad_message() {
    let join = || join("tea", 1);
    let mut frames = vec![
        with(join(), "roomId", json!("")),
        with(join(), "roomId", json!("x".repeat(65))),
        with(join(), "roomId", json!("tea time")),
        with(join(), "roomId", json!("café")),
        with(join(), "roomId", json!(7)),
        with(join(), "peerId", json!("")),
        with(
            join(),
            "peerId",
            json!("{67e55044-10b1-426f-9247-bb680e5fe0c8}"),
        ),
        with(join(), "peerId", json!("67e5504410b1426f9247bb680e5fe0c8")),
        with(join(), "displayName", json!("")),
        with(join(), "displayName", json!("x".repeat(1025))),
        with(join(), "displayName", json!("é".repeat(513))),
        with(join(), "displayName", json!(["x"])),
        with(join(), "resume", json!(7)),
        with(join(), "resume", json!("x".repeat(129))),
        with(offer(1, 2), "from", json!("x")),
        with(offer(1, 2), "to", json!(null)),
        without(with(offer(1, 2), "type", json!("answer")), "answer"),
        without(
            with(offer(1, 2), "type", json!("ice_candidate")),
            "candidate",
        ),
    ];
    frames.extend(["roomId", "peerId", "displayName"].map(|field| without(join(), field)));
    frames.extend(["from", "to", "offer"].map(|field| without(offer(1, 2), field)));
    frames.extend(["roomId", "peerId"].map(|field| without(leave("tea", 1), field)));
    let frames: Vec<_> = frames.iter().map(Value::to_string).collect();
    assert_all_bad(&frames).await;
}

#[tokio::test]
async fn a_repeated_outer_key_is_a_bad_message_in_every_spelling() {
    let (a, b) = (id(1), id(2));
    assert_all_bad(&[
        r#"{"type":"ping","type":"ping"}"#.to_owned(),
        r#"{"type":"ping","x":1,"x":1}"#.to_owned(),
        r#"{"type":"ping","x":1,"\u0078":1}"#.to_owned(),
        format!(r#"{{"type":"offer","from":"{a}","to":"{b}","to":"{b}","offer":1}}"#),
        format!(r#"{{"type":"offer","from":"{a}","fr\u006fm":"{b}","to":"{b}","offer":1}}"#),
    ])
    .await;
}

#[tokio::test]
async fn names_at_their_limits_are_taken() {
    let server = TestServer::start();
    for (number, message) in [
        (1, with(join("tea", 1), "roomId", json!("x".repeat(64)))),
        (
            2,
            with(join("tea", 2), "displayName", json!("x".repeat(1024))),
        ),
        (3, with(join("tea", 3), "resume", json!("x".repeat(128)))),
        (4, with(join("tea", 4), "resume", json!(null))),
        (5, with(join("tea", 5), "unknown", json!({ "x": [1] }))),
        (6, join("_-aZ09", 6)),
    ] {
        let mut client = Client::connect(&server).await;
        client.send(message).await;
        assert_eq!(client.receive().await["type"], "room_joined", "{number}");
    }
}

#[tokio::test]
async fn a_socket_is_in_one_room_at_a_time() {
    let server = TestServer::start();
    let (mut client, joined) = Client::join(&server, "tea", 1).await;
    for message in [
        join("coffee", 1),
        join("tea", 1),
        resume("tea", 1, &joined["resume"]),
    ] {
        client.send(message).await;
        assert_eq!(client.refused().await, "already_in_room");
    }
    client.send(leave("tea", 1)).await;
    client.send(join("coffee", 1)).await;
    assert_eq!(client.receive().await["type"], "room_joined");
}

#[tokio::test]
async fn a_socket_leaves_only_its_own_room_as_itself() {
    let server = TestServer::start();
    let (mut witness, _) = Client::join(&server, "tea", 2).await;
    let (mut client, _) = Client::join(&server, "tea", 1).await;
    assert_eq!(witness.receive().await["type"], "peer_joined");
    client.send(leave("coffee", 1)).await;
    assert_eq!(client.refused().await, "not_in_room");
    client.send(leave("tea", 2)).await;
    assert_eq!(client.refused().await, "not_your_id");
    witness.assert_quiet().await;
    client.send(leave("tea", 1)).await;
    assert_eq!(witness.receive().await["type"], "peer_left");
    client.send(leave("tea", 1)).await;
    assert_eq!(client.refused().await, "not_in_room");
}

#[tokio::test]
async fn a_ping_is_answered_in_and_out_of_a_room() {
    let server = TestServer::start();
    let mut client = Client::connect(&server).await;
    client.assert_quiet().await;
    client.send(join("tea", 1)).await;
    assert_eq!(client.receive().await["type"], "room_joined");
    client.assert_quiet().await;
}

#[tokio::test]
async fn an_error_repeats_nothing_of_the_frame() {
    let server = TestServer::start();
    let mut client = Client::connect(&server).await;
    for message in [
        with(join("tea", 1), "displayName", json!({ "canary": "canary" })),
        with(join("tea", 1), "roomId", json!("canary canary")),
        with(join("tea", 1), "type", json!("canary")),
    ] {
        client.send(message).await;
        let answer = client.receive_text().await;
        assert!(
            answer.contains("bad_message") && !answer.contains("canary"),
            "{answer}"
        );
    }
}
