//! Health and metrics.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{
    Client, TestServer,
    client::{join, offer, resume},
    eventually,
    http::get,
};

async fn metrics(server: &TestServer) -> BTreeMap<String, i64> {
    let answer = get(server.address, "/metrics").await;
    assert!(
        answer
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let text = answer.text();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn health_says_ok() {
    let server = TestServer::start();
    let answer = get(server.address, "/health").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    assert!(answer.text().starts_with(r#"{"status":"ok","#));
    serde_json::from_str::<Value>(&answer.text()).unwrap();
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let server = TestServer::start();
    let (mut first, joined) = Client::join(&server, "canary", 1).await;
    let (mut second, _) = Client::join(&server, "canary", 2).await;
    let (_third, _) = Client::join(&server, "other", 1).await;
    first.send(offer(1, 2)).await;
    assert_eq!(second.receive().await, offer(1, 2));
    first.send(offer(1, 9)).await;
    second.send_text("nonsense").await;
    second.refused().await;
    let mut again = Client::connect(&server).await;
    again.send(resume("canary", 1, &joined["resume"])).await;
    assert_eq!(again.receive().await["type"], "room_joined");
    first.closed().await;
    let mut refused = Client::connect(&server).await;
    refused.send(join("canary", 1)).await;
    assert_eq!(refused.refused().await, "peer_id_taken");
    drop(refused);
    let open = &server.metrics;
    eventually("two sockets are closed", || open.open_sockets() == 3).await;

    let counted = metrics(&server).await;
    for (name, value) in [
        ("banter_sockets", 3),
        ("banter_rooms", 2),
        ("banter_peers", 3),
        ("banter_joins_total{seat=\"new\"}", 3),
        ("banter_joins_total{seat=\"resumed\"}", 1),
        ("banter_relayed_total", 1),
        ("banter_errors_total{code=\"unknown_peer\"}", 1),
        ("banter_errors_total{code=\"bad_message\"}", 1),
        ("banter_errors_total{code=\"peer_id_taken\"}", 1),
        ("banter_errors_total{code=\"room_full\"}", 0),
        ("banter_closes_total{cause=\"replaced\"}", 1),
    ] {
        assert_eq!(counted.get(name), Some(&value), "{name} in {counted:#?}");
    }
    let text = get(server.address, "/metrics").await.text();
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn used_and_unused_rooms_look_the_same_from_outside() {
    let server = TestServer::start();
    let (_member, _) = Client::join(&server, "used", 1).await;
    let used = get(server.address, "/r/used").await;
    let unused = get(server.address, "/r/unused").await;
    assert_eq!((used.status, used.body), (unused.status, unused.body));
    let headers = |mut headers: BTreeMap<String, String>| {
        headers.remove("date");
        headers
    };
    assert_eq!(headers(used.headers), headers(unused.headers));
}
