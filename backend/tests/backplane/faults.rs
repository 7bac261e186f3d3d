//! NATS comes and goes.

use crate::{
    harness::{
        binary::Binary,
        client::{offer, resume},
        id,
    },
    nats::Nats,
    network::{Watcher, knows, metric, metric_becomes, server, servers},
};

const CONNECTED: &str = "banter_backplane_connected";
const NOT_THERE_YET: &str = "the backplane is out of reach; rooms are local until it is there";

/// Rooms go on by themselves, and merge again.
#[tokio::test]
async fn without_nats_rooms_are_local_and_with_it_they_are_one_again() {
    let mut nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let mut ben = Watcher::join(&first, "tea", 2).await;
    let mut cyd = Watcher::join(&second, "tea", 3).await;
    let mut dan = Watcher::join(&second, "tea", 4).await;
    ada.sees([2, 3, 4]).await;
    nats.kill();
    for server in [&first, &second] {
        metric_becomes(server.address, CONNECTED, 0.0).await;
    }
    ada.client.send(offer(1, 2)).await;
    assert_eq!(ben.receive().await, offer(1, 2));
    ada.client.send(offer(1, 3)).await;
    assert_eq!(ada.receive().await["code"], "unknown_peer");
    let mut eve = Watcher::join(&second, "tea", 5).await;
    let mut fay = Watcher::join(&first, "coffee", 6).await;
    ada.sees([2]).await;
    cyd.sees([4, 5]).await;
    dan.client
        .send(crate::harness::client::leave("tea", 4))
        .await;
    eve.sees([3]).await;

    nats.begin();
    ada.sees([2, 3, 5]).await;
    ben.sees([1, 3, 5]).await;
    cyd.sees([1, 2, 5]).await;
    eve.sees([1, 2, 3]).await;
    ada.client.send(offer(1, 5)).await;
    assert_eq!(eve.receive().await, offer(1, 5));
    // A room that was opened meanwhile is listened to as well.
    let gil = Watcher::join(&second, "coffee", 7).await;
    assert_eq!(gil.roster, [id(6)].into());
    fay.sees([7]).await;
    for server in [&first, &second] {
        assert_eq!(metric(server.address, CONNECTED).await, Some(1.0));
        assert_eq!(
            metric(server.address, "banter_backplane_disconnects_total").await,
            Some(1.0)
        );
    }
}

/// What takes less time than a server has to be silent, nobody hears of.
#[tokio::test]
async fn a_restart_of_nats_is_seen_by_nobody() {
    let mut nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let mut ben = Watcher::join(&second, "tea", 2).await;
    ada.sees([2]).await;
    ada.news.clear();
    for _ in 0..3 {
        nats.kill();
        metric_becomes(first.address, CONNECTED, 0.0).await;
        nats.begin();
        for server in [&first, &second] {
            metric_becomes(server.address, CONNECTED, 1.0).await;
        }
    }
    let mut cyd = Watcher::join(&second, "tea", 3).await;
    cyd.sees([1, 2]).await;
    ada.sees([2, 3]).await;
    ben.sees([1, 3]).await;
    assert_eq!(ada.news.len(), 1, "{:?}", ada.news);
    ada.client.send(offer(1, 2)).await;
    assert_eq!(ben.receive().await, offer(1, 2));
}

#[tokio::test]
async fn a_server_starts_without_nats_says_so_and_finds_it_later() {
    let mut nats = Nats::not_yet();
    let (first, second) = (server(&nats), server(&nats));
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let mut ben = Watcher::join(&second, "tea", 2).await;
    assert!(ben.roster.is_empty());
    assert_eq!(metric(first.address, CONNECTED).await, Some(0.0));
    nats.begin();
    ada.sees([2]).await;
    ben.sees([1]).await;
    ben.client.send(offer(2, 1)).await;
    assert_eq!(ada.receive().await, offer(2, 1));
}

#[tokio::test]
async fn the_log_says_when_nats_is_out_of_reach_and_when_it_is_back() {
    let mut nats = Nats::not_yet();
    let banter = Binary::start(&["--backplane", &nats.url()]);
    banter.logs(NOT_THERE_YET);
    nats.begin();
    banter.logs("the backplane is in reach");
    nats.kill();
    banter.logs("the backplane is out of reach; rooms are local until it is back");
    nats.begin();
    banter.logs("the backplane is in reach");
}

/// A user and a password, which no log shows.
#[tokio::test]
async fn a_nats_that_asks_for_a_password_gets_it() {
    let nats = Nats::with(&["--user", "banter", "--pass", "p@ss,word"]);
    let url = format!("nats://banter:p%40ss%2Cword@{}", nats.address());
    let servers = [(); 2].map(|()| Binary::start(&["--backplane", &url]));
    for server in &servers {
        knows(server.address, 1).await;
    }
    let mut refused = Binary::start(&["--backplane", &nats.url()]);
    refused.logs(NOT_THERE_YET);
    assert_eq!(metric(refused.address, CONNECTED).await, Some(0.0));
    refused.terminate();
    assert_eq!(refused.exit_code().await, Some(0));
    for mut server in servers {
        server.terminate();
        assert_eq!(server.exit_code().await, Some(0));
        let log = server.log().join("\n");
        assert!(!log.contains("ss,word") && !log.contains("p%40"), "{log}");
    }
}

/// What comes over the bus and is no message does no harm, and is counted.
#[tokio::test]
async fn what_is_no_message_is_ignored_and_counted() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let mut ben = Watcher::join(&second, "tea", 2).await;
    ada.sees([2]).await;
    let stranger = async_nats::connect(nats.url()).await.unwrap();
    let other_room =
        r#"{"room":"coffee","server":"00000000-0000-4000-8000-000000000000","word":"ask"}"#;
    let long = format!("r{}", "\u{0}".repeat(900_000));
    let mut said = 0.0;
    for payload in [
        "",
        "{",
        "null",
        "r",
        "rx",
        "\u{7f}",
        "{\"room\":\"tea\"}",
        other_room,
        &long,
    ] {
        for _ in 0..10 {
            stranger
                .publish("banter.1.room.tea", payload.to_owned().into())
                .await
                .unwrap();
            said += 1.0;
        }
    }
    stranger
        .publish("banter.1.signs", "{}".into())
        .await
        .unwrap();
    stranger.flush().await.unwrap();
    for server in [&first, &second] {
        metric_becomes(server.address, "banter_backplane_refused_total", said + 1.0).await;
    }
    ada.client.send(offer(1, 2)).await;
    assert_eq!(ben.receive().await, offer(1, 2));
    ada.sees([2]).await;
    let moved = Watcher::join_at(second.address, resume("tea", 1, &ada.resume)).await;
    assert_eq!(moved.roster, [id(2)].into());
}
