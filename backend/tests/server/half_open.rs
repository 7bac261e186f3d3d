//! Connections that never become a request, and requests that never become a WebSocket.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use banter_backend::open_files;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

use crate::harness::{
    Client, PATIENCE, TestServer,
    binary::Binary,
    client::join,
    http::{UPGRADE, get},
};

/// Sends this and no more; gives how long the server kept the connection.
async fn kept_for(address: SocketAddr, beginning: &[u8]) -> Duration {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let opened = Instant::now();
    stream.write_all(beginning).await.unwrap();
    let mut rest = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    assert!(end.is_ok(), "kept for ever");
    assert!(!rest.starts_with(b"HTTP/1.1 101"));
    opened.elapsed()
}

/// Promise 39.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn two_thousand_half_sent_handshakes_vanish_while_others_join() {
    const HALVES: usize = 2_000;
    open_files::raise_limit();
    let server = Binary::start(&[]);
    let address = server.address;
    let mut witness = Client::connect_to(address).await;
    witness.send(join("tea", 9)).await;
    assert_eq!(witness.receive().await["type"], "room_joined");
    let before = server.open_files();
    let mut halves = JoinSet::new();
    for number in 0..HALVES {
        halves.spawn(async move {
            let beginning =
                format!("GET /ws HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n");
            // Each ends elsewhere, some before the first byte.
            let end = number % (beginning.len() + 1);
            kept_for(address, beginning.get(..end).unwrap().as_bytes()).await
        });
    }
    crate::harness::eventually("all are open", || server.open_files() >= before + HALVES).await;
    for number in 1..=5 {
        let started = Instant::now();
        let mut client = Client::connect_to(address).await;
        client.send(join("tea", number)).await;
        assert_eq!(client.receive().await["type"], "room_joined");
        let took = started.elapsed();
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    let mut longest = Duration::ZERO;
    while let Some(kept) = halves.join_next().await {
        longest = longest.max(kept.unwrap());
    }
    assert!(longest <= Duration::from_secs(6), "{longest:?}");
    // The workers' own files come as they start.
    let left = std::cell::Cell::new(0);
    let freed = || {
        left.set(server.open_files());
        left.get() <= before + 10
    };
    crate::harness::eventually("all are freed", freed).await;
    println!("{before} files before, {} after", left.get());
}

/// Promise 39: the same after a first request that was whole and has been answered.
#[tokio::test]
async fn half_of_a_second_request_is_not_waited_for_either() {
    let server = TestServer::start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let first = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    stream.write_all(first.as_bytes()).await.unwrap();
    let mut answer = [0; 4_096];
    let _ = stream.read(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    let answered = Instant::now();
    stream.write_all(b"GET /ws HTT").await.unwrap();
    let end = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
    assert!(end.is_ok(), "kept for ever");
    let kept = answered.elapsed();
    assert!(kept <= Duration::from_secs(6), "{kept:?}");
}

/// Promise 39: a body that nobody asked for.
#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = TestServer::start();
    let head = format!(
        "GET /health HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\nx",
        server.address
    );
    let kept = kept_for(server.address, head.as_bytes()).await;
    assert!(kept <= Duration::from_millis(6_500), "{kept:?}");
}

/// The beginning of a handshake that is in order, and then this.
fn handshake_with(server: &TestServer, more: &str) -> String {
    let mut head = format!(
        "GET /ws HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nConnection: Upgrade\r\n",
        server.address,
        server.origin()
    );
    for (name, value) in UPGRADE {
        head += &format!("{name}: {value}\r\n");
    }
    head + more
}

/// Promise 39: without a word of the rest being waited for.
#[tokio::test]
async fn giant_and_many_headers_are_refused_at_once() {
    let server = TestServer::start();
    let many: String = (0..100).map(|n| format!("X-{n}: x\r\n")).collect();
    let giant = format!("X: {}", "x".repeat(200 * 1024));
    let giant_name = "x".repeat(200 * 1024);
    let many_without_end: String = (0..20_000).map(|n| format!("X-{n}: x\r\n")).collect();
    for (what, more) in [
        ("many", many + "\r\n"),
        ("giant", giant),
        ("a giant name", giant_name),
        ("without end", many_without_end),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let started = Instant::now();
        // The server may have answered and closed before all of it is written.
        let _ = stream
            .write_all(handshake_with(&server, &more).as_bytes())
            .await;
        let mut answer = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "{what}: kept");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{what}: {answer}"
        );
        let took = started.elapsed();
        assert!(took < Duration::from_secs(2), "{what}: {took:?}");
    }
    assert_eq!(server.metrics.open_sockets(), 0);
    assert_eq!(get(server.address, "/health").await.status, 200);
}

/// A WebSocket and a client that has asked lately are not cut off.
#[tokio::test]
async fn who_goes_on_asking_is_kept() {
    let server = TestServer::start();
    let (mut member, _) = Client::join(&server, "tea", 1).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(8) {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 4_096];
        let read = timeout(PATIENCE, stream.read(&mut answer)).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{read:?}");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    member.assert_quiet().await;
}
