//! Health and metrics.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{
    Client, TestServer,
    client::{join, offer, resume},
    eventually, exposition,
    http::{get, handshake, request},
};

/// The samples by name and labels.
async fn metrics(server: &TestServer) -> BTreeMap<String, f64> {
    let answer = get(server.address, "/metrics").await;
    assert!(
        answer
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let families = exposition::parse(&answer.text());
    families
        .into_values()
        .flat_map(|family| family.samples)
        .map(|sample| (sample.to_string(), sample.value))
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
    assert_eq!(first.receive().await["type"], "peer_joined");
    first.send(offer(1, 9)).await;
    assert_eq!(first.refused().await, "unknown_peer");
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
    let host = server.address.to_string();
    let foreign = [("Host", host.as_str()), ("Origin", "https://evil.example")];
    assert_eq!(handshake(server.address, &foreign).await.status, 403);
    let origin = server.origin();
    let plain = request(server.address, "GET", "/ws", &[("Origin", &origin)]).await;
    assert_eq!(plain.status, 400);
    let relayed = f64::from(u32::try_from(offer(1, 2).to_string().len()).unwrap());
    let open = &server.metrics;
    eventually("two sockets are closed", || open.open_sockets() == 3).await;

    let counted = metrics(&server).await;
    for (name, value) in [
        ("banter_build_info{version=\"0.1.0\"}", 1.0),
        ("banter_draining", 0.0),
        ("banter_sockets", 3.0),
        ("banter_rooms", 2.0),
        ("banter_peers", 3.0),
        ("banter_joins_total{seat=\"new\"}", 3.0),
        ("banter_joins_total{seat=\"resumed\"}", 1.0),
        ("banter_room_peers_bucket{le=\"1\"}", 2.0),
        ("banter_room_peers_bucket{le=\"2\"}", 4.0),
        ("banter_room_peers_count", 4.0),
        ("banter_relayed_total", 1.0),
        ("banter_relayed_bytes_total", relayed),
        ("banter_relay_seconds_count", 1.0),
        ("banter_queue_frames_count", 1.0),
        ("banter_handshakes_total", 5.0),
        ("banter_handshakes_refused_total{cause=\"origin\"}", 1.0),
        (
            "banter_handshakes_refused_total{cause=\"not_a_handshake\"}",
            1.0,
        ),
        ("banter_errors_total{code=\"unknown_peer\"}", 1.0),
        ("banter_errors_total{code=\"bad_message\"}", 1.0),
        ("banter_errors_total{code=\"peer_id_taken\"}", 1.0),
        ("banter_errors_total{code=\"room_full\"}", 0.0),
        ("banter_closes_total{cause=\"replaced\"}", 1.0),
    ] {
        assert_eq!(counted.get(name), Some(&value), "{name} in {counted:#?}");
    }
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

#[tokio::test]
async fn metrics_say_that_the_server_drains() {
    let server = TestServer::with(|settings| {
        settings.timings.drain_at_least = std::time::Duration::from_secs(3);
    });
    server.drain.start();
    assert_eq!(metrics(&server).await["banter_draining"], 1.0);
}

/// Labels that may be, with what they can hold; a new one is a decision about people's data.
const LABELS: [&str; 6] = ["cause", "code", "le", "seat", "version", "way"];

/// Promise 53.
#[tokio::test]
async fn metrics_hold_nothing_of_anybody() {
    let server = TestServer::start();
    let (mut first, _) = Client::join(&server, "canary-room", 0xca0a).await;
    let (mut second, _) = Client::join(&server, "canary-room", 0xca0b).await;
    let mut message = offer(0xca0a, 0xca0b);
    message["offer"] = Value::from("canary fingerprint");
    first.send(message.clone()).await;
    assert_eq!(second.receive().await, message);
    let text = get(server.address, "/metrics").await.text();
    for secret in ["canary", "name", "ca0a", "ca0b", "127.0.0.1", "fingerprint"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    for family in exposition::parse(&text).values() {
        for sample in &family.samples {
            for (label, value) in &sample.labels {
                assert!(LABELS.contains(&label.as_str()), "{sample}");
                assert!(value.len() <= 32, "{sample}");
            }
        }
    }
}

/// Prometheus's own rules for names: units and `_total` at the end, one prefix.
#[tokio::test]
async fn metrics_are_named_as_operators_expect() {
    let server = TestServer::start();
    let families = exposition::parse(&get(server.address, "/metrics").await.text());
    assert!(families.len() > 15, "{families:#?}");
    for (name, family) in &families {
        assert!(
            name.starts_with("banter_") || name.starts_with("process_"),
            "{name}"
        );
        assert_eq!(family.kind == "counter", name.ends_with("_total"), "{name}");
        assert!(family.help.ends_with('.'), "{name}: {}", family.help);
        for wrong in ["_ms", "_milliseconds", "_kb", "_count", "_sum", "_bucket"] {
            assert!(!name.ends_with(wrong), "{name}");
        }
    }
}
