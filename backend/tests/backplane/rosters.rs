//! One room on several servers.

use serde_json::json;

use crate::{
    harness::{
        Client, PATIENCE,
        client::{leave, offer},
        id,
    },
    nats::Nats,
    network::{Watcher, metric, servers},
};

#[tokio::test]
async fn a_join_on_any_server_sees_the_roster_of_all() {
    let nats = Nats::start();
    let [first, second, third] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let mut ben = Watcher::join(&second, "tea", 2).await;
    assert_eq!(ben.roster, [id(1)].into(), "in room_joined itself");
    // Whoever comes at the same moment as Ben may hear of him a moment later.
    ada.sees([2]).await;
    let mut cyd = Watcher::join(&third, "tea", 3).await;
    assert_eq!(cyd.roster, [id(1), id(2)].into());
    ada.sees([2, 3]).await;
    let dan = Watcher::join(&first, "tea", 4).await;
    assert_eq!(dan.roster, [id(1), id(2), id(3)].into());
    let _elsewhere = Watcher::join(&second, "Tea", 5).await;
    ada.sees([2, 3, 4]).await;
    ben.sees([1, 3, 4]).await;
    cyd.sees([1, 2, 4]).await;
    let peer = &ada.news[0]["peer"];
    assert_eq!(
        (&peer["displayName"], peer["joinedAt"].is_u64()),
        (&json!("name 2"), true)
    );

    ben.client.send(leave("tea", 2)).await;
    ada.sees([3, 4]).await;
    cyd.sees([1, 4]).await;
    drop(dan);
    // Its seat is kept, its socket is gone, as the other server soon knows.
    let refused = async {
        loop {
            cyd.client.send(offer(3, 4)).await;
            cyd.client.send(json!({ "type": "ping" })).await;
            let answer = cyd.receive().await;
            if answer["type"] == "error" {
                return answer;
            }
        }
    };
    let refused = tokio::time::timeout(PATIENCE, refused).await.unwrap();
    assert_eq!(
        (&refused["code"], &refused["peerId"]),
        (&json!("unknown_peer"), &json!(id(4)))
    );
    assert_eq!(cyd.receive().await["type"], "pong");
    cyd.sees([1, 4]).await;
}

/// Promise 47. As the sender wrote them, and in the sender's order.
#[tokio::test]
async fn relays_cross_servers_byte_for_byte_and_in_order() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let mut ben = Watcher::join(&second, "tea", 2).await;
    ada.sees([2]).await;
    for number in 0..500 {
        let odd = format!(
            r#"{{ "type":"ice_candidate","to" : "{}", "from":"{}","candidate":  {{"b":1e5,"a":"\u00e9 é",  "n":{number}}}, "extra":null}}"#,
            id(2),
            id(1)
        );
        ada.client.send_text(&odd).await;
        assert_eq!(ben.client.receive_text().await, odd);
    }
    for number in 0..2_000 {
        let (from, to) = (id(1), id(2));
        ada.client
            .send(json!({ "type": "offer", "from": from, "to": to, "offer": number }))
            .await;
    }
    for number in 0..2_000 {
        assert_eq!(ben.receive().await["offer"], number);
    }
    let forged = json!({ "type": "offer", "from": id(2), "to": id(2), "offer": 1 });
    ada.client.send(forged).await;
    assert_eq!(ada.receive().await["code"], "not_your_id");
    let nobody = json!({ "type": "offer", "from": id(1), "to": id(9), "offer": 1 });
    ada.client.send(nobody).await;
    assert_eq!(ada.receive().await["code"], "unknown_peer");
    ben.catch_up().await;
}

/// A newcomer's first offers are never ahead of the news of its coming.
#[tokio::test]
async fn nobody_hears_from_a_stranger() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    for round in 0..40 {
        let room = format!("tea{round}");
        let mut ada = Watcher::join(&first, &room, 1).await;
        let mut ben = Watcher::join(&second, &room, 2).await;
        assert_eq!(ben.roster, [id(1)].into());
        ben.client.send(offer(2, 1)).await;
        let news = ada.client.receive().await;
        assert_eq!(news["type"], "peer_joined", "round {round}");
        assert_eq!(ada.client.receive().await, offer(2, 1));
    }
}

#[tokio::test]
async fn many_at_once_on_three_servers_all_meet() {
    let nats = Nats::start();
    let servers: [_; 3] = servers(&nats).await;
    let joins = (0..45).map(|number| Watcher::join(&servers[number as usize % 3], "tea", number));
    let mut all = futures_util::future::join_all(joins).await;
    for (number, one) in (0..).zip(&mut all) {
        one.sees((0..45).filter(|other| *other != number)).await;
    }
}

#[tokio::test]
async fn an_empty_room_ends_on_every_server_and_alone_none_is_asked() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    for (server, number) in [(&first, 1), (&second, 2)] {
        let mut client = Client::connect(server).await;
        client
            .send(crate::harness::client::join("tea", number))
            .await;
        assert_eq!(client.receive().await["type"], "room_joined");
        client.send(leave("tea", number)).await;
        client.assert_quiet().await;
    }
    assert_eq!(
        (first.metrics.open_rooms(), second.metrics.open_rooms()),
        (0, 0)
    );
    assert_eq!(
        metric(first.address, "banter_backplane_refused_total").await,
        Some(0.0)
    );
}
