//! Shutting down in good order.

use std::{collections::BTreeSet, time::Duration};

use crate::harness::{
    Client, TestServer,
    binary::Binary,
    client::{Closed, join},
    http::{get, handshake},
};

fn going_away() -> Closed {
    Closed {
        code: 1012,
        reason: "going away".to_owned(),
    }
}

/// Promise 56.
#[tokio::test]
async fn everybody_is_told_when_to_come_back_and_nobody_seems_to_leave() {
    let mut server = TestServer::start();
    let mut clients = Vec::new();
    for number in 1..=12 {
        clients.push(Client::join(&server, "tea", number).await.0);
    }
    clients.push(Client::connect(&server).await);
    server.drain.start();
    let mut waits = BTreeSet::new();
    for client in &mut clients {
        let wait = loop {
            let message = client.receive().await;
            assert_ne!(message["type"], "peer_left");
            if message["type"] == "error" {
                assert_eq!(message["code"], "server_draining");
                break message["retryAfterMs"].as_u64().unwrap();
            }
        };
        assert!((500..=10_000).contains(&wait), "{wait}");
        waits.insert(wait);
        assert_eq!(client.closed().await, going_away());
    }
    assert!(waits.len() > 6, "spread over time: {waits:?}");
    server.join();
}

/// Promise 56.
#[tokio::test]
async fn a_draining_server_says_so_and_takes_no_new_sockets() {
    let server = TestServer::with(|settings| {
        settings.timings.drain_at_least = Duration::from_secs(5);
        settings.timings.drain_at_most = Duration::from_secs(5);
    });
    assert_eq!(get(server.address, "/health").await.status, 200);
    server.drain.start();
    let health = get(server.address, "/health").await;
    assert_eq!(health.status, 503);
    assert!(health.text().starts_with(r#"{"status":"draining""#));
    let (host, origin) = (server.address.to_string(), server.origin());
    let headers = [("Host", host.as_str()), ("Origin", origin.as_str())];
    let refused = handshake(server.address, &headers).await;
    assert_eq!(refused.status, 503);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
}

/// Promise 56.
#[tokio::test]
async fn sigterm_ends_the_program_with_success_though_a_client_does_not_read() {
    let mut binary = Binary::start(&[]);
    let mut reading = Client::connect_to(binary.address).await;
    reading.send(join("tea", 1)).await;
    assert_eq!(reading.receive().await["type"], "room_joined");
    let _deaf = Client::connect_to(binary.address).await;
    let _half_a_request = tokio::net::TcpStream::connect(binary.address)
        .await
        .unwrap();
    binary.terminate();
    assert_eq!(reading.receive().await["code"], "server_draining");
    assert_eq!(reading.closed().await, going_away());
    assert_eq!(get(binary.address, "/health").await.status, 503);
    let promised = Duration::from_secs(15);
    assert_eq!(binary.exit_code_within(promised).await, Some(0));
}
