//! The limits of frames.

use crate::harness::{
    Client, TestServer,
    client::{Closed, offer},
    raw::{BINARY, CLOSE, CONTINUE, FINAL, PING, PONG, RawClient, TEXT, frame, header},
};

async fn close_code_after(server: &TestServer, bytes: &[u8]) -> Option<u16> {
    let mut client = RawClient::connect(server).await;
    client.send(bytes).await;
    client.close_code().await
}

/// Promise 38.
#[tokio::test]
async fn a_frame_above_64_kib_closes_with_1009() {
    let server = TestServer::start();
    let mut client = Client::connect(&server).await;
    client.send_text(&"x".repeat(64 * 1024)).await;
    assert_eq!(
        client.refused().await,
        "bad_message",
        "just within the limit"
    );
    client.send_text(&"x".repeat(64 * 1024 + 1)).await;
    let reason = "frame too large".to_owned();
    assert_eq!(client.closed().await, Closed { code: 1009, reason });
}

/// Promise 38: its bytes are not waited for.
#[tokio::test]
async fn a_frame_that_only_claims_to_be_large_is_refused_at_once() {
    let server = TestServer::start();
    for length in [64 * 1024 + 1, 1 << 32, u64::MAX >> 1, u64::MAX] {
        let code = close_code_after(&server, &header(FINAL | TEXT, length)).await;
        assert_eq!(code, Some(1009), "{length}");
    }
}

/// Promise 38.
#[tokio::test]
async fn a_binary_frame_closes_with_1003() {
    let server = TestServer::start();
    assert_eq!(
        close_code_after(&server, &frame(FINAL | BINARY, b"{}")).await,
        Some(1003)
    );
    assert_eq!(
        close_code_after(&server, &frame(BINARY, b"")).await,
        Some(1003)
    );
    assert_eq!(
        close_code_after(&server, &header(BINARY, 1 << 40)).await,
        Some(1003)
    );
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_with_1007() {
    let server = TestServer::start();
    for bytes in [
        frame(FINAL | TEXT, b"{\"type\":\"\xff\"}"),
        frame(FINAL | TEXT, b"\xed\xa0\x80"),
        [frame(TEXT, b"\xc3"), frame(FINAL | CONTINUE, b"(")].concat(),
    ] {
        assert_eq!(
            close_code_after(&server, &bytes).await,
            Some(1007),
            "{bytes:?}"
        );
    }
}

/// Promise 38: as many one-byte fragments as fit, and more.
#[tokio::test]
async fn fragments_are_joined_within_the_same_limit() {
    let server = TestServer::start();
    let mut client = RawClient::connect(&server).await;
    let ping = br#"{"type":"ping"}"#;
    let mut bytes = frame(TEXT, b"");
    for byte in ping {
        bytes.extend(frame(CONTINUE, &[*byte]));
        bytes.extend(frame(FINAL | PONG, b""));
    }
    bytes.extend(frame(FINAL | CONTINUE, b""));
    client.send(&bytes).await;
    assert_eq!(
        client.frame().await,
        Some((TEXT, br#"{"type":"pong"}"#.to_vec()))
    );

    let mut bytes = frame(TEXT, b"x");
    bytes.extend(frame(CONTINUE, b"x").repeat(131_000));
    assert_eq!(close_code_after(&server, &bytes).await, Some(1009));
}

#[tokio::test]
async fn pings_of_the_protocol_are_answered() {
    let server = TestServer::start();
    let mut client = RawClient::connect(&server).await;
    client.send(&frame(FINAL | PING, b"abc")).await;
    assert_eq!(client.frame().await, Some((PONG, b"abc".to_vec())));
}

#[tokio::test]
async fn a_close_is_answered_with_a_close() {
    let server = TestServer::start();
    assert_eq!(
        close_code_after(&server, &frame(FINAL | CLOSE, b"")).await,
        Some(1000)
    );
    assert_eq!(
        close_code_after(&server, &frame(FINAL | CLOSE, b"\x03\xe9bye")).await,
        Some(1000)
    );
    let metrics = &server.metrics;
    crate::harness::eventually("all are closed", || metrics.open_sockets() == 0).await;
}

#[tokio::test]
async fn what_breaks_the_protocol_closes_with_1002() {
    let server = TestServer::start();
    for bytes in [
        vec![FINAL | TEXT, 2, b'{', b'}'],
        frame(FINAL | CONTINUE, b"x"),
        [frame(TEXT, b"x"), frame(FINAL | TEXT, b"x")].concat(),
        frame(PING, b"x"),
        frame(FINAL | PING, &[0; 126]),
        frame(FINAL | TEXT | 0x40, b"x"),
        frame(FINAL | 3, b"x"),
    ] {
        assert_eq!(
            close_code_after(&server, &bytes).await,
            Some(1002),
            "{bytes:?}"
        );
    }
}

#[tokio::test]
async fn compression_is_not_spoken() {
    let server = TestServer::start();
    let host = server.address.to_string();
    let origin = server.origin();
    let headers = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        (
            "Sec-WebSocket-Extensions",
            "permessage-deflate; client_max_window_bits",
        ),
    ];
    let answer = crate::harness::http::handshake(server.address, &headers).await;
    assert_eq!(
        (answer.status, answer.header("sec-websocket-extensions")),
        (101, "")
    );
}

#[tokio::test]
async fn one_frame_may_come_in_many_pieces_and_many_frames_in_one() {
    let server = TestServer::start();
    let mut client = RawClient::connect(&server).await;
    let ping = frame(FINAL | TEXT, br#"{"type":"ping"}"#);
    for byte in &ping {
        client.send(&[*byte]).await;
    }
    client.send(&ping.repeat(3)).await;
    for _ in 0..4 {
        assert_eq!(
            client.frame().await,
            Some((TEXT, br#"{"type":"pong"}"#.to_vec()))
        );
    }
    let (mut other, _) = Client::join(&server, "tea", 1).await;
    other.send(offer(1, 2)).await;
    assert_eq!(other.refused().await, "unknown_peer");
}
