//! Offers, answers and candidates: passed on byte for byte, to whom they are for, in order.

use serde_json::json;

use crate::harness::{
    Client, TestServer,
    client::{leave, offer},
    id,
};

/// Sockets 1 and 2 in one room.
async fn pair(server: &TestServer) -> (Client, Client) {
    let (mut first, _) = Client::join(server, "tea", 1).await;
    let (second, _) = Client::join(server, "tea", 2).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    (first, second)
}

#[tokio::test]
async fn frames_are_passed_on_byte_for_byte() {
    let server = TestServer::start();
    let (mut first, mut second) = pair(&server).await;
    let (a, b) = (id(1), id(2));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for frame in [
        format!(
            r#"{{"type":"offer","from":"{a}","to":"{b}","offer":{{"type":"offer","sdp":"v=0\r\n"}}}}"#
        ),
        format!(r#"{{"type":"answer","from":"{a}","to":"{b}","answer":null}}"#),
        format!(
            r#"{{"type":"ice_candidate","from":"{a}","to":"{b}","candidate":"","later":[1,{{}}]}}"#
        ),
        format!(
            " {{\n\t\"offer\" : 1.50e+3 ,\r\n\"to\":\"{b}\", \"type\":\"offer\",\"from\":\"{a}\" }} "
        ),
        format!(r#"{{"type":"off\u0065r","from":"{a}","to":"{b}","\u006fffer":"\u00e9\/\ud800"}}"#),
        format!(r#"{{"type":"offer","from":"{a}","to":"{b}","offer":{{"x":1,"x":2}},"é":"👩‍👩‍👧"}}"#),
        format!(r#"{{"type":"offer","from":"{a}","to":"{b}","offer":1e999,"__proto__":{{}}}}"#),
        format!(r#"{{"type":"offer","from":"{a}","to":"{b}","offer":{deep}}}"#),
        format!(
            r#"{{"type":"offer","from":"{a}","to":"{b}","offer":"{}"}}"#,
            "x".repeat(65_000)
        ),
    ] {
        first.send_text(&frame).await;
        assert_eq!(second.receive_text().await, frame);
    }
}

#[tokio::test]
async fn a_frame_of_exactly_64_kib_passes() {
    let server = TestServer::start();
    let (mut first, mut second) = pair(&server).await;
    let frame = |filling: &str| {
        json!({ "type": "offer", "from": id(1), "to": id(2), "offer": filling }).to_string()
    };
    let filling = "x".repeat(64 * 1024 - frame("").len());
    first.send_text(&frame(&filling)).await;
    assert_eq!(second.receive_text().await.len(), 64 * 1024);
}

#[tokio::test]
async fn messages_between_two_sockets_keep_their_order() {
    let server = TestServer::start();
    let (mut first, mut second) = pair(&server).await;
    for round in 0..20 {
        for number in 0..40 {
            let mut message = offer(1, 2);
            message["offer"] = json!([round, number]);
            first.send(message).await;
        }
        for number in 0..40 {
            assert_eq!(second.receive().await["offer"], json!([round, number]));
        }
    }
}

#[tokio::test]
async fn only_the_one_it_is_for_gets_it() {
    let server = TestServer::start();
    let (mut first, mut second) = pair(&server).await;
    let (mut third, _) = Client::join(&server, "tea", 3).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    assert_eq!(second.receive().await["type"], "peer_joined");
    first.send(offer(1, 3)).await;
    assert_eq!(third.receive().await, offer(1, 3));
    second.assert_quiet().await;
    first.assert_quiet().await;
}

/// Promise 47.
#[tokio::test]
async fn nobody_speaks_for_another_or_into_another_room() {
    let server = TestServer::start();
    let (mut first, mut second) = pair(&server).await;
    let (mut elsewhere, _) = Client::join(&server, "coffee", 3).await;
    let mut outside = Client::connect(&server).await;

    first.send(offer(2, 1)).await;
    assert_eq!(first.refused().await, "not_your_id");
    first.send(offer(9, 2)).await;
    assert_eq!(first.refused().await, "not_your_id");
    elsewhere.send(offer(1, 2)).await;
    assert_eq!(elsewhere.refused().await, "not_your_id");
    elsewhere.send(offer(3, 2)).await;
    assert_eq!(elsewhere.refused().await, "unknown_peer");
    first.send(offer(1, 3)).await;
    assert_eq!(first.refused().await, "unknown_peer");
    outside.send(offer(1, 2)).await;
    assert_eq!(outside.refused().await, "not_in_room");

    first.send(leave("tea", 1)).await;
    assert_eq!(second.receive().await["type"], "peer_left");
    first.send(offer(1, 2)).await;
    assert_eq!(first.refused().await, "not_in_room");
    second.assert_quiet().await;
    elsewhere.assert_quiet().await;
}

#[tokio::test]
async fn who_cannot_be_reached_is_named() {
    let server = TestServer::start();
    let (mut first, mut second) = pair(&server).await;
    second.send(leave("tea", 2)).await;
    assert_eq!(first.receive().await["type"], "peer_left");
    first.send(offer(1, 2)).await;
    let error = first.receive().await;
    assert_eq!(
        (&error["code"], &error["peerId"]),
        (&json!("unknown_peer"), &json!(id(2)))
    );
}
