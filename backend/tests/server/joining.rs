//! Who is in a room, and who hears of it.

use std::time::{SystemTime, UNIX_EPOCH};

use banter_backend::config::RateLimit;
use serde_json::{Value, json};

use crate::harness::{
    Client, TestServer,
    client::{join, leave},
    eventually, id,
};

fn ids(joined: &Value) -> Vec<String> {
    let peers = joined["peers"].as_array().unwrap();
    peers
        .iter()
        .map(|peer| peer["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_newcomer_learns_who_is_there_in_the_order_in_which_they_came() {
    let server = TestServer::start();
    let mut there = Vec::new();
    for number in [5, 2, 9] {
        there.push(Client::join(&server, "tea", number).await.0);
    }
    let (_newcomer, joined) = Client::join(&server, "tea", 1).await;
    assert_eq!(joined["roomId"], "tea");
    assert_eq!(ids(&joined), [id(5), id(2), id(9)]);
    assert_eq!(
        joined["iceServers"],
        json!([]),
        "no third party unless configured"
    );
    assert_eq!(joined["resume"].as_str().unwrap().len(), 64, "256 bits");
}

#[tokio::test]
async fn the_others_learn_of_a_newcomer_with_name_and_time() {
    let server = TestServer::start();
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let before = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let (_second, _) = Client::join(&server, "tea", 2).await;
    let after = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let message = first.receive().await;
    let joined_at = u128::from(message["peer"]["joinedAt"].as_u64().unwrap());
    assert!(
        (before..=after).contains(&joined_at),
        "milliseconds since the Unix epoch"
    );
    let peer = json!({ "id": id(2), "displayName": "name 2", "joinedAt": joined_at });
    assert_eq!(message, json!({ "type": "peer_joined", "peer": peer }));
    first.assert_quiet().await;
}

#[tokio::test]
async fn a_display_name_is_passed_on_as_it_is() {
    let server = TestServer::start();
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    for (number, name) in [
        (2, "\u{202e}مرحبا 👩‍👩‍👧 <b>&amp;</b>\u{0}".to_owned()),
        (3, "é".repeat(512)),
        (4, "__proto__".to_owned()),
    ] {
        let mut client = Client::connect(&server).await;
        let mut message = join("tea", number);
        message["displayName"] = json!(name);
        client.send(message).await;
        assert_eq!(client.receive().await["type"], "room_joined");
        assert_eq!(first.receive().await["peer"]["displayName"], json!(name));
        client.send(leave("tea", number)).await;
        assert_eq!(first.receive().await["type"], "peer_left");
    }
}

#[tokio::test]
async fn leaving_is_told_at_once_and_frees_the_id() {
    let server = TestServer::start();
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let (mut second, _) = Client::join(&server, "tea", 2).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    second.send(leave("tea", 2)).await;
    assert_eq!(
        first.receive().await,
        json!({ "type": "peer_left", "peerId": id(2) })
    );

    // By the same socket and by another one.
    second.send(join("tea", 2)).await;
    assert_eq!(ids(&second.receive().await), [id(1)]);
    second.send(leave("tea", 2)).await;
    let (_third, joined) = Client::join(&server, "tea", 2).await;
    assert_eq!(ids(&joined), [id(1)]);
}

#[tokio::test]
async fn rooms_know_nothing_of_each_other_and_one_id_may_be_in_several() {
    let server = TestServer::start();
    let (mut tea, _) = Client::join(&server, "tea", 1).await;
    let (mut coffee, joined) = Client::join(&server, "coffee", 1).await;
    assert_eq!(ids(&joined), [] as [String; 0]);
    let (_, joined) = Client::join(&server, "Tea", 2).await;
    assert_eq!(ids(&joined), [] as [String; 0], "names differ by case");
    tea.assert_quiet().await;
    coffee.assert_quiet().await;
}

#[tokio::test]
async fn an_id_is_the_same_in_either_case() {
    let server = TestServer::start();
    let upper = "67E55044-10B1-426F-9247-BB680E5FE0C8";
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let mut second = Client::connect(&server).await;
    let mut message = join("tea", 2);
    message["peerId"] = json!(upper);
    second.send(message.clone()).await;
    assert_eq!(second.receive().await["type"], "room_joined");
    assert_eq!(
        first.receive().await["peer"]["id"],
        json!(upper.to_lowercase())
    );

    let mut third = Client::connect(&server).await;
    message["peerId"] = json!(upper.to_lowercase());
    third.send(message).await;
    assert_eq!(third.refused().await, "peer_id_taken");

    let relayed = json!({ "type": "answer", "from": upper, "to": id(1), "answer": 1 });
    second.send(relayed.clone()).await;
    assert_eq!(first.receive().await, relayed);
}

/// Promise 48.
#[tokio::test]
async fn one_more_than_the_room_holds_learns_only_that_it_is_full() {
    let server = TestServer::with(|settings| settings.max_room_peers = 2);
    let (mut first, _) = Client::join(&server, "tea", 1).await;
    let (_second, _) = Client::join(&server, "tea", 2).await;
    assert_eq!(first.receive().await["type"], "peer_joined");
    let mut third = Client::connect(&server).await;
    third.send(join("tea", 3)).await;
    assert_eq!(third.refused().await, "room_full");
    third.send(join("coffee", 3)).await;
    assert_eq!(
        third.receive().await["type"],
        "room_joined",
        "the socket lives on"
    );
    first.assert_quiet().await;
}

#[tokio::test]
async fn a_room_holds_64_unless_told_otherwise() {
    let server = TestServer::start();
    let mut members = Vec::new();
    for number in 1..=64 {
        let (client, joined) = Client::join(&server, "tea", number).await;
        assert_eq!(ids(&joined).len() + 1, number as usize);
        members.push(client);
    }
    let mut one_more = Client::connect(&server).await;
    one_more.send(join("tea", 65)).await;
    assert_eq!(one_more.refused().await, "room_full");
}

#[tokio::test]
async fn browsers_are_given_the_stun_servers_that_are_configured() {
    let urls = [
        "stun:a.example:3478".to_owned(),
        "stun:b.example".to_owned(),
    ];
    let server = TestServer::with(|settings| settings.stun = urls.to_vec());
    let (_client, joined) = Client::join(&server, "tea", 1).await;
    assert_eq!(joined["iceServers"], json!([{ "urls": urls }]));
}

/// Promise 57: a join that meets a room on its way out gets a room all the same.
#[tokio::test]
async fn joins_and_leaves_of_one_room_at_once_lose_nobody() {
    let server = TestServer::with(|settings| settings.rate_limit = RateLimit::Off);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8 {
        let mut client = Client::connect(&server).await;
        tasks.spawn(async move {
            for _ in 0..200 {
                client.send(join("tea", number)).await;
                client.send(leave("tea", number)).await;
                loop {
                    let message = client.receive().await;
                    assert_ne!(message["type"], "error", "{message}");
                    if message["type"] == "room_joined" {
                        break;
                    }
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    eventually("no room is left", || server.metrics.open_rooms() == 0).await;
}
