//! More than the server takes.

use banter_backend::config::Settings;
use serde_json::json;

use crate::harness::{
    Client, TestServer,
    client::{Closed, join, leave, offer},
    eventually,
    http::{get, handshake},
};

fn with_sockets(connections: usize) -> impl FnOnce(&mut Settings) {
    move |settings| settings.admission.caps.connections = Some(connections)
}

/// The next message must say that the server is full and when to come back, and then it closes.
async fn assert_sent_away(client: &mut Client) {
    let answer = client.receive().await;
    assert_eq!(answer["code"], "server_busy", "{answer}");
    let wait = answer["retryAfterMs"].as_u64().unwrap();
    assert!((5_000..=15_000).contains(&wait), "{wait}");
    let reason = "full; try again later".to_owned();
    assert_eq!(client.closed().await, Closed { code: 1013, reason });
}

/// Promise 44: first health, then who is there, then who returns, then newcomers.
#[tokio::test]
async fn a_full_server_keeps_who_is_there_and_takes_back_who_was() {
    let server = TestServer::with(with_sockets(2));
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let (second, joined) = Client::join(&server, "tea", 2).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    // One more than the cap: for who returns.
    let mut newcomer = Client::connect(&server).await;
    let full = handshake(server.address, &[("Host", "x"), ("Origin", "http://x")]).await;
    assert_eq!(full.status, 503);
    let wait: u64 = full.header("retry-after").parse().unwrap();
    assert!((5..=16).contains(&wait), "{wait}");
    assert_eq!(get(server.address, "/health").await.status, 200);
    assert_eq!(get(server.address, "/metrics").await.status, 200);

    newcomer.send(join("tea", 3)).await;
    assert_sent_away(&mut newcomer).await;
    eventually("its place is free", || server.metrics.open_sockets() == 2).await;
    // A guess is no return.
    let mut liar = Client::connect(&server).await;
    let mut guess = join("tea", 3);
    guess["resume"] = json!("0".repeat(64));
    liar.send(guess).await;
    assert_sent_away(&mut liar).await;
    eventually("its place is free", || server.metrics.open_sockets() == 2).await;

    let mut back = Client::connect(&server).await;
    let mut resume = join("tea", 2);
    resume["resume"] = joined["resume"].clone();
    back.send(resume).await;
    assert_eq!(back.receive().await["type"], "room_joined");
    drop(second);
    back.send(offer(2, 1)).await;
    assert_eq!(first.receive().await, offer(2, 1));
    let metrics = get(server.address, "/metrics").await.text();
    for line in [
        "banter_handshakes_refused_total{cause=\"full\"} 1",
        "banter_errors_total{code=\"server_busy\"} 2",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

/// Promise 44.
#[tokio::test]
async fn there_are_so_many_rooms_and_the_others_wait() {
    let server = TestServer::with(|settings| settings.admission.caps.rooms = 2);
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let (_second, _) = Client::join(&server, "coffee", 1).await;
    let mut third = Client::connect(&server).await;
    third.send(join("milk", 1)).await;
    assert_sent_away(&mut third).await;
    // In a room that is there, there is a place.
    let (mut fourth, _) = Client::join(&server, "tea", 2).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    for (client, number) in [(&mut first, 1), (&mut fourth, 2)] {
        client.send(leave("tea", number)).await;
    }
    eventually("the room is gone", || server.metrics.open_rooms() == 1).await;
    Client::join(&server, "milk", 1).await;
}
