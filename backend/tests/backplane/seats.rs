//! Seats that move between servers, and that two servers give at once.

use serde_json::json;

use crate::{
    harness::{
        Client,
        client::{Closed, join, offer, resume},
        eventually, id,
    },
    nats::Nats,
    network::{Watcher, server_with, servers, text},
};

/// Promise 49, 76.
#[tokio::test]
async fn a_resume_takes_the_seat_on_another_server_and_nobody_notices() {
    let nats = Nats::start();
    let [first, second, third] = servers(&nats).await;
    let mut witness = Watcher::join(&third, "tea", 1).await;
    let mut old = Watcher::join(&first, "tea", 2).await;
    witness.sees([2]).await;
    let mut new = Watcher::join_at(second.address, resume("tea", 2, &old.resume)).await;
    assert_eq!(new.roster, [id(1)].into());
    assert_ne!(new.resume, old.resume);
    let reason = "taken over by another connection".to_owned();
    assert_eq!(old.client.closed().await, Closed { code: 4001, reason });

    new.client.send(offer(2, 1)).await;
    assert_eq!(
        witness.client.receive().await,
        offer(2, 1),
        "and no other word before"
    );
    witness.client.send(offer(1, 2)).await;
    assert_eq!(new.receive().await, offer(1, 2));
}

/// Promise 49.
#[tokio::test]
async fn a_wrong_resume_takes_nothing_on_any_server() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let _ben = Watcher::join(&second, "tea", 2).await;
    let elsewhere = Watcher::join(&first, "coffee", 1).await;
    let mut thief = Client::connect(&second).await;
    for wrong in [
        json!(null),
        json!("x"),
        json!("0".repeat(64)),
        elsewhere.resume.clone(),
    ] {
        thief.send(resume("tea", 1, &wrong)).await;
        assert_eq!(thief.refused().await, "peer_id_taken", "{wrong}");
    }
    ada.sees([2]).await;
    let used = ada.resume.clone();
    let mut moved = Watcher::join_at(second.address, resume("tea", 1, &used)).await;
    // Before the first server has heard of the move it would take the same value once more, and one of the two would go.
    assert_eq!(ada.client.closed().await.code, 4001);
    let mut again = Client::connect(&first).await;
    again.send(resume("tea", 1, &used)).await;
    assert_eq!(again.refused().await, "peer_id_taken", "good for one use");
    moved.catch_up().await;
}

/// Promise 48.
#[tokio::test]
async fn a_room_that_is_full_is_full_everywhere() {
    let nats = Nats::start();
    let small = |settings: &mut banter_backend::config::Settings| settings.max_room_peers = 2;
    let (first, second) = (server_with(&nats, small), server_with(&nats, small));
    crate::network::knows(first.address, 1).await;
    crate::network::knows(second.address, 1).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let ben = Watcher::join(&second, "tea", 2).await;
    // Before its server has heard of Ben, there is a place for one more.
    ada.sees([2]).await;
    for server in [&first, &second] {
        let mut third = Client::connect(server).await;
        third.send(join("tea", 3)).await;
        assert_eq!(third.refused().await, "room_full");
    }
    Watcher::join_at(first.address, resume("tea", 2, &ben.resume)).await;
}

/// Whoever was later is told so, be it at once or a moment later.
#[tokio::test]
async fn two_at_once_with_one_id_on_two_servers_are_parted() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let (mut parted, mut kept) = (0, Vec::new());
    // How soon they meet is the machine's.
    for round in 0..600 {
        if round >= 60 && parted > 0 {
            break;
        }
        let room = format!("tea{round}");
        let mut both = [
            Client::connect(&first).await,
            Client::connect(&second).await,
        ];
        let [one, two] = &mut both;
        tokio::join!(one.send(join(&room, 1)), two.send(join(&room, 1)));
        let mut refused = 0;
        for client in &mut both {
            let answer = client.receive().await;
            assert!(answer["code"] == "peer_id_taken" || answer["type"] == "room_joined");
            refused += usize::from(answer["code"] == "peer_id_taken");
        }
        assert!(refused <= 1, "round {round}");
        if refused == 0 {
            parted += 1;
            let [one, two] = &mut both;
            let (words, closed) = tokio::select! {
                end = last_words(one) => end,
                end = last_words(two) => end,
            };
            assert_eq!(
                (words.as_str(), closed.code),
                ("peer_id_taken", 4001),
                "round {round}"
            );
        }
        kept.extend(both);
    }
    assert!(parted > 0, "they never were at once");
    let all = i64::try_from(kept.len()).unwrap();
    let sockets = || first.metrics.open_sockets() + second.metrics.open_sockets();
    eventually("all but the losers are left alone", || {
        sockets() == all - parted
    })
    .await;
}

/// What a client hears last, and how it is closed.
async fn last_words(client: &mut Client) -> (String, Closed) {
    let mut words = String::new();
    loop {
        match client.receive_or_close().await {
            Ok(message) => words = text(&message["code"]),
            Err(closed) => return (words, closed),
        }
    }
}
