//! Any bytes at all: answered or closed, and nobody else notices.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{
    Client, TestServer,
    client::offer,
    id,
    raw::{FINAL, RawClient, TEXT, frame},
};

const ROUNDS: usize = 300;

/// Frames with any first byte and payload, among them what is nearly a message.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let nearly = prop::sample::select(vec![
        format!(
            r#"{{"type":"join_room","roomId":"tea","peerId":"{}","displayName":"x"}}"#,
            id(1)
        ),
        format!(
            r#"{{"type":"join_room","roomId":"x","peerId":"{}","displayName":"x"}}"#,
            id(7)
        ),
        format!(
            r#"{{"type":"leave_room","roomId":"tea","peerId":"{}"}}"#,
            id(1)
        ),
        offer(1, 2).to_string(),
        offer(7, 1).to_string(),
        json!({ "type": "ping" }).to_string(),
    ]);
    let payload = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        nearly.clone().prop_map(String::into_bytes),
        (nearly, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(text, place, byte)| {
            let mut bytes = text.into_bytes();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            bytes
        }),
    ];
    let first = prop_oneof![3 => Just(FINAL | TEXT), 1 => any::<u8>()];
    let masked = (first, payload).prop_map(|(first, payload)| frame(first, &payload));
    let piece = prop_oneof![8 => masked, 1 => prop::collection::vec(any::<u8>(), 0..40)];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// The next message but who came and left: a frame with a changed byte may be a join in good order.
async fn heard(client: &mut Client) -> Value {
    loop {
        let message = client.receive().await;
        if !["peer_joined", "peer_left"]
            .map(Value::from)
            .contains(&message["type"])
        {
            return message;
        }
    }
}

/// Promise 52.
#[tokio::test]
async fn any_bytes_on_a_socket_are_answered_or_closed_and_nobody_else_notices() {
    let server = TestServer::start();
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let (mut second, _) = Client::join(&server, "tea", 2).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    let mut runner = TestRunner::new(Config::default());
    for round in 0..ROUNDS {
        let bytes = hostile_bytes().new_tree(&mut runner).unwrap().current();
        let mut hostile = RawClient::connect(&server).await;
        hostile.send(&bytes).await;
        if round % 3 == 0 {
            // Whatever it was, the socket is closed, or says goodbye when asked to.
            hostile.stream.shutdown().await.ok();
            hostile.close_code().await;
        }
        if round % 10 == 0 {
            first.send(offer(1, 2)).await;
            assert_eq!(heard(&mut second).await, offer(1, 2), "{bytes:?}");
        }
    }
    for client in [&mut first, &mut second] {
        client.send(json!({ "type": "ping" })).await;
        assert_eq!(heard(client).await, json!({ "type": "pong" }));
    }
    let metrics = &server.metrics;
    crate::harness::eventually("all hostile sockets are gone", || {
        metrics.open_sockets() == 2
    })
    .await;
}

/// Promise 52: and any bytes before the handshake.
#[tokio::test]
async fn any_bytes_instead_of_a_request_are_answered_or_closed() {
    let server = TestServer::start();
    let mut runner = TestRunner::new(Config::default());
    let near = "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n";
    for _ in 0..ROUNDS {
        let random = prop::collection::vec(any::<u8>(), 1..200)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut stream = tokio::net::TcpStream::connect(server.address)
            .await
            .unwrap();
        stream.write_all(near.as_bytes()).await.unwrap();
        stream.write_all(&random).await.ok();
        stream.write_all(b"\r\n\r\n").await.ok();
        stream.shutdown().await.ok();
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let ended = tokio::time::timeout(crate::harness::PATIENCE, read).await;
        assert!(ended.is_ok(), "neither answered nor closed: {random:?}");
        assert!(!answer.starts_with(b"HTTP/1.1 101"), "{random:?}");
    }
    Client::join(&server, "tea", 1).await;
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = TestServer::start();
    let mut stream = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n")
        .await
        .unwrap();
    let line = format!("X: {}\r\n", "x".repeat(1_000));
    let mut sent = 0;
    while sent < 10_000_000 && stream.write_all(line.as_bytes()).await.is_ok() {
        sent += line.len();
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    assert!(sent < 10_000_000, "it takes whatever comes");
}
