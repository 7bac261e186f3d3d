//! Clients that are stopped (SIGSTOP): their system takes what fits its buffers, and says nothing more.
#![cfg(target_os = "linux")]

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::harness::{
    Client,
    binary::Binary,
    client::{join, offer},
    http::get,
};

const ADDRESS: &str = "STOPPED_CLIENT_OF";
const NUMBER: &str = "STOPPED_CLIENT_NUMBER";

/// Not a test: what [`Stopped`] runs as a process of its own. It joins, says so and reads.
#[test]
#[ignore = "a client that another test starts and stops"]
fn a_client_to_be_stopped() {
    let (Ok(address), Ok(number)) = (std::env::var(ADDRESS), std::env::var(NUMBER)) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let mut client = Client::connect_to(address.parse().unwrap()).await;
        client.send(join("tea", number.parse().unwrap())).await;
        println!("{}", client.receive().await);
        loop {
            client.receive().await;
        }
    });
}

/// A member in a process of its own; killed when dropped.
struct Stopped(Child);

impl Stopped {
    fn join(address: SocketAddr, number: u32) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "stopped::a_client_to_be_stopped"])
            .args(["--ignored", "--nocapture", "--test-threads=1"])
            .env(ADDRESS, address.to_string())
            .env(NUMBER, number.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        assert!(
            lines.any(|line| line.contains("room_joined")),
            "it did not join"
        );
        Self(child)
    }

    fn stop(&self) {
        let id = self.0.id().to_string();
        let status = Command::new("kill").args(["-STOP", &id]).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn metric(address: SocketAddr, name: &str) -> u64 {
    let page = get(address, "/metrics").await.text();
    let line = page.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().trim().parse().unwrap()
}

/// Whether something waits that nobody takes: what waits for a moment only is on its way into the kernel's buffers, and
/// a client that is stopped then is idle.
async fn stuck(address: SocketAddr) -> bool {
    for _ in 0..5 {
        if metric(address, "banter_queued_bytes ").await == 0 {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    true
}

/// Promise 41: with the spans of an operator who has set nothing. One client is stopped while it has nothing to read,
/// the other in the middle of a write behind which nobody waits.
#[tokio::test]
async fn stopped_clients_are_freed_within_45_seconds_even_in_the_middle_of_a_write() {
    let server = Binary::start(&["--rate-limit", "off"]);
    let address = server.address;
    let mut member = Client::connect_to(address).await;
    member.send(join("tea", 1)).await;
    assert_eq!(member.receive().await["type"], "room_joined");
    let before = server.open_files();
    let (idle, busy) = (Stopped::join(address, 2), Stopped::join(address, 3));
    idle.stop();
    busy.stop();
    let stopped = Instant::now();
    let mut message = offer(1, 3);
    message["offer"] = json!("x".repeat(60_000));
    let mut sent = 0;
    while !stuck(address).await {
        member.send(message.clone()).await;
        sent += 1;
        assert!(sent < 1_000, "everything is taken");
    }
    let freed = async {
        while metric(address, "banter_sockets ").await > 1 || server.open_files() > before {
            // It must stay itself, and answer.
            member.send(json!({ "type": "ping" })).await;
            while member.receive().await["type"] != "pong" {}
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let freed = tokio::time::timeout(Duration::from_secs(60), freed).await;
    assert!(freed.is_ok(), "kept");
    let took = stopped.elapsed();
    assert!(took <= Duration::from_secs(45), "{took:?}");
    let metrics = get(address, "/metrics").await.text();
    for closed in ["cause=\"silent\"} 1", "cause=\"slow_reader\"} 1"] {
        assert!(metrics.contains(closed), "{closed} in {metrics}");
    }
}
