//! Clients that do not read what they are sent.

use std::{net::SocketAddr, time::Duration};

use banter_backend::config::{RateLimit, Settings};
use serde_json::json;
use tokio::net::TcpSocket;

use crate::harness::{
    Client, TestServer,
    binary::Binary,
    client::{join, offer},
    eventually,
    http::get,
    id,
};

/// A client whose system takes only a few kilobytes for it.
async fn small_client(address: SocketAddr) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(address).await.unwrap();
    Client::over(stream, address).await
}

/// Nobody is closed but for keeping others waiting.
fn wait_for_ever(settings: &mut Settings) {
    settings.rate_limit = RateLimit::Off;
    settings.timings.write_within = Duration::from_secs(3_600);
    settings.timings.silent_after = Duration::from_secs(3_600);
}

/// A frame that fills buffers quickly.
fn large_offer(from: u32, to: u32) -> serde_json::Value {
    let mut message = offer(from, to);
    message["offer"] = json!("x".repeat(60_000));
    message
}

/// Fills the queue of 2, who does not read, from 1; returns when 1 is told that 2 cannot be reached.
async fn flood(sender: &mut Client) {
    for _ in 0..2_000 {
        sender.send(large_offer(1, 2)).await;
        sender.send(json!({ "type": "ping" })).await;
        let answer = sender.receive().await;
        if answer["code"] == "unknown_peer" {
            assert_eq!(sender.receive().await["type"], "pong");
            return;
        }
        assert_eq!(answer["type"], "pong");
    }
    panic!("never told");
}

/// Promise 45.
#[tokio::test]
async fn who_does_not_read_is_closed_and_the_others_go_on() {
    let server = TestServer::with(|settings| {
        wait_for_ever(settings);
        settings.timings.close_within = Duration::from_millis(300);
        settings.timings.seat_kept = Duration::from_millis(300);
    });
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let (mut third, _) = Client::join(&server, "tea", 3).await;
    let mut slow = small_client(server.address).await;
    slow.send(join("tea", 2)).await;
    assert_eq!(slow.receive().await["type"], "room_joined");
    for _ in 0..2 {
        assert_eq!(first.receive().await["type"], "peer_joined");
    }
    assert_eq!(third.receive().await["type"], "peer_joined");

    flood(&mut first).await;
    first.send(offer(1, 3)).await;
    assert_eq!(third.receive().await, offer(1, 3));
    // Its seat is kept like any other, and then told of.
    for client in [&mut first, &mut third] {
        assert_eq!(
            client.receive().await,
            json!({ "type": "peer_left", "peerId": id(2) })
        );
    }
    let metrics = &server.metrics;
    eventually("the socket is gone", || metrics.open_sockets() == 2).await;
}

/// Promise 45: who reads again in time learns why.
#[tokio::test]
async fn who_is_closed_for_not_reading_is_told_so() {
    let server = TestServer::with(wait_for_ever);
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let mut slow = small_client(server.address).await;
    slow.send(join("tea", 2)).await;
    assert_eq!(slow.receive().await["type"], "room_joined");
    assert_eq!(first.receive().await["type"], "peer_joined");
    flood(&mut first).await;
    let closed = slow.closed().await;
    assert_eq!(
        (closed.code, closed.reason.as_str()),
        (4008, "reads too slowly")
    );
}

/// Promise 41: nothing is queued behind the write that is stuck, so only time tells.
#[tokio::test]
async fn a_write_that_is_stuck_ends_the_socket() {
    let server = TestServer::with(|settings| {
        settings.rate_limit = RateLimit::Off;
        settings.timings.write_within = Duration::from_millis(500);
        settings.timings.close_within = Duration::from_millis(300);
    });
    let mut stuck = small_client(server.address).await;
    stuck.send(join("tea", 1)).await;
    assert_eq!(stuck.receive().await["type"], "room_joined");
    // It sends itself more than all buffers hold, and reads none of it.
    let asking = async { while stuck.try_send(large_offer(1, 1)).await {} };
    let _ = tokio::time::timeout(crate::harness::PATIENCE, asking).await;
    let metrics = &server.metrics;
    eventually("the socket is gone", || metrics.open_sockets() == 0).await;
}

/// Promise 41: not only the socket's task ends, but also the connection below, which waits for the client to take
/// what it was sent.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_connection_of_who_does_not_read_is_freed() {
    let binary = Binary::start(&["--rate-limit", "off"]);
    let mut first = Client::connect_to(binary.address).await;
    first.send(join("tea", 1)).await;
    assert_eq!(first.receive().await["type"], "room_joined");
    let before = binary.open_files();
    let mut slow = small_client(binary.address).await;
    slow.send(join("tea", 2)).await;
    assert_eq!(slow.receive().await["type"], "room_joined");
    assert_eq!(first.receive().await["type"], "peer_joined");
    assert_eq!(
        binary.open_files(),
        before + 1,
        "one descriptor for each socket"
    );
    flood(&mut first).await;
    eventually("the connection is freed", || binary.open_files() == before).await;
}

/// Promise 40: who asked in time and has to wait for a member that reads slowly is no idle socket.
#[tokio::test]
async fn a_join_that_waits_for_a_slow_reader_outlives_the_deadline() {
    let server = TestServer::with(|settings| {
        wait_for_ever(settings);
        settings.timings.join_within = Duration::from_millis(500);
    });
    let (mut sender, _) = Client::join(&server, "tea", 1).await;
    let mut slow = small_client(server.address).await;
    slow.send(join("tea", 2)).await;
    assert_eq!(slow.receive().await["type"], "room_joined");
    assert_eq!(sender.receive().await["type"], "peer_joined");
    let flooding = tokio::spawn(async move {
        while sender.try_send(large_offer(1, 2)).await {}
        sender
    });
    // Until nothing moves any more: the queue of 2 is full, and 1 is held.
    let mut relayed = Vec::new();
    while relayed.len() < 3
        || relayed
            .iter()
            .rev()
            .take(3)
            .any(|count| Some(count) != relayed.last())
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let metrics = get(server.address, "/metrics").await.text();
        let line = metrics
            .lines()
            .find(|line| line.starts_with("banter_relayed_total "));
        relayed.push(line.map(str::to_owned));
    }
    let asked = std::time::Instant::now();
    let mut third = Client::connect(&server).await;
    third.send(join("tea", 3)).await;
    assert_eq!(third.receive().await["type"], "room_joined");
    assert!(
        asked.elapsed() > Duration::from_millis(600),
        "it never waited"
    );
    flooding.abort();
}
