//! What is left when everybody has gone. In a program of its own, since it measures the memory of all of it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::{
    env,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use banter_backend::{
    Server,
    config::{RateLimit, Settings},
    metrics::Metrics,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const CYCLES: usize = 10_000;

const PEOPLE: usize = 8;

/// The promise is five; the allocator's own book-keeping moves in steps of megabytes.
const ALLOWED_BYTES: u64 = 5 * 1024 * 1024;

fn start() -> (std::net::SocketAddr, std::sync::Arc<Metrics>) {
    let mut settings = Settings {
        addresses: vec![([127, 0, 0, 1], 0).into()],
        rate_limit: RateLimit::Off,
        ..Settings::default()
    };
    settings.timings.seat_kept = Duration::from_millis(50);
    let (started, start) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = Server::bind(settings).unwrap();
            started
                .send((server.addresses()[0], server.metrics()))
                .unwrap();
            server.serve().await.unwrap();
        });
    });
    start.recv().unwrap()
}

async fn connect(address: std::net::SocketAddr) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    request
        .headers_mut()
        .insert("origin", format!("http://{address}").parse().unwrap());
    client_async(request, stream).await.unwrap().0
}

/// Memory that the process holds, by the kernel's count.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

/// Joins and leaves so many different rooms, several at a time.
async fn live(address: std::net::SocketAddr, cycles: usize) {
    let mut people = tokio::task::JoinSet::new();
    for person in 0..PEOPLE {
        people.spawn(live_one(address, person, cycles / PEOPLE));
    }
    while let Some(done) = people.join_next().await {
        done.unwrap();
    }
}

/// By saying so, or by losing the socket.
async fn live_one(address: std::net::SocketAddr, person: usize, cycles: usize) {
    let mut socket = connect(address).await;
    for cycle in 0..cycles {
        let name = json!({ "roomId": format!("room-{person}-{cycle}"), "peerId": id(1) });
        let mut join = name.clone();
        join["type"] = json!("join_room");
        join["displayName"] = json!("x".repeat(1_000));
        socket.send(Message::text(join.to_string())).await.unwrap();
        let Message::Text(answer) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["type"], "room_joined");
        if cycle % 10 == 0 {
            socket = connect(address).await;
        } else {
            let mut leave = name;
            leave["type"] = json!("leave_room");
            socket.send(Message::text(leave.to_string())).await.unwrap();
        }
    }
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

async fn all_gone(metrics: &Metrics) {
    let poll = async {
        while metrics.open_rooms() > 0 || metrics.open_sockets() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), poll)
        .await
        .unwrap();
}

/// For how long: until ten thousand have come and gone once, or for so many minutes (`make soak`).
fn soak() -> Duration {
    let minutes = env::var("BANTER_LEAKS_MINUTES").ok();
    let minutes = minutes.map_or(0, |text| {
        text.parse().expect("BANTER_LEAKS_MINUTES: a number")
    });
    Duration::from_secs(60 * minutes)
}

/// Promise 50: ten thousand times, again and again for an hour in `make soak`. Each time memory is back to what it was after
/// the first, so that a leak of less than a few megabytes in one round shows too.
#[tokio::test]
async fn ten_thousand_joins_and_leaves_leave_nothing_behind() {
    let (address, metrics) = start();
    // Until every buffer and table has its size.
    live(address, CYCLES / 5).await;
    all_gone(&metrics).await;
    let before = resident_bytes();
    let end = Instant::now() + soak();
    for round in 1.. {
        live(address, CYCLES).await;
        all_gone(&metrics).await;
        let after = resident_bytes();
        println!("{round}: {after} bytes");
        let change = after.abs_diff(before);
        assert!(
            change <= ALLOWED_BYTES,
            "{before} bytes before, {after} after {round} rounds"
        );
        if Instant::now() >= end {
            break;
        }
    }
}
