//! What the self-check of operators asks the server for.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{
    TestServer,
    http::{get, handshake, request, send},
};

#[tokio::test]
async fn the_page_has_an_address_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("check.html"), "the check").unwrap();
    let path = folder.path().to_owned();
    let server = TestServer::with(|settings| settings.app_dir = Some(path));
    let answer = get(server.address, "/check").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "the check"));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(get(server.address, "/check.html").await.status, 404);
}

#[tokio::test]
async fn it_says_what_arrived_of_a_request() {
    let server = TestServer::start();
    let headers = [
        ("X-Forwarded-For", "198.51.100.7"),
        ("X-Forwarded-Proto", "https"),
    ];
    let answer = request(server.address, "GET", "/check/request", &headers).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let seen: Value = serde_json::from_slice(&answer.body).unwrap();
    for (key, value) in [
        ("http", json!("1.1")),
        ("host", json!(server.address.to_string())),
        ("upgrade", json!(false)),
        ("forwarded", json!(true)),
        ("forwardedFor", json!("198.51.100.7")),
        ("scheme", json!("https")),
        ("peer", json!("loopback")),
        ("trusted", json!(false)),
        ("tls", json!(false)),
        ("draining", json!(false)),
    ] {
        assert_eq!(seen[key], value, "{key} in {seen}");
    }
    let old = "GET /check/request HTTP/1.0\r\nHost: banter\r\n\r\n";
    let seen: Value = serde_json::from_slice(&send(server.address, old).await.body).unwrap();
    assert_eq!(
        (&seen["http"], &seen["host"]),
        (&json!("1.0"), &json!("banter"))
    );
    assert_eq!(seen["forwardedFor"], Value::Null);
}

/// What the server remembers of the socket that named this id.
async fn sighting(server: &TestServer, id: &str) -> (u16, Value) {
    let answer = get(server.address, &format!("/check/socket/{id}")).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[tokio::test]
async fn it_remembers_a_request_for_a_socket_for_whoever_knows_its_id() {
    let server = TestServer::start();
    let host = server.address.to_string();
    let own = server.origin();
    let ids = ["1", "2", "3"].map(|digit| digit.repeat(32));
    for (id, host, origin, status, answer) in [
        (&ids[0], host.as_str(), own.as_str(), 101, "accepted"),
        (&ids[1], "banter", own.as_str(), 403, "origin"),
    ] {
        let headers = [("Host", host), ("Origin", origin)];
        let path = format!("/ws?check={id}");
        assert_eq!(handshake_at(&server, &path, &headers).await, status);
        let (found, seen) = sighting(&server, id).await;
        assert_eq!((found, &seen["answer"]), (200, &json!(answer)), "{seen}");
        assert_eq!(
            (&seen["host"], &seen["upgrade"]),
            (&json!(host), &json!(true))
        );
        assert_eq!(seen["forwardedFor"], Value::Null);
    }
    let path = format!("/ws?check={}", ids[2]);
    let plain = request(server.address, "GET", &path, &[("Origin", &own)]).await;
    assert_eq!(plain.status, 400);
    let (_, seen) = sighting(&server, &ids[2]).await;
    assert_eq!(seen["answer"], "not_a_handshake", "{seen}");
    assert_eq!(seen["upgrade"], false, "{seen}");

    // Whoever does not ask to be remembered is not.
    let headers = [("Host", host.as_str()), ("Origin", own.as_str())];
    assert_eq!(handshake(server.address, &headers).await.status, 101);
    assert_eq!(sighting(&server, &"4".repeat(32)).await, (404, Value::Null));
}

async fn handshake_at(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> u16 {
    let mut text = format!(
        "GET {path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    crate::harness::http::head(server.address, &(text + "\r\n"))
        .await
        .status
}
