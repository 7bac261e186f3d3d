//! Receivers that do not read, with senders on another server.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    harness::{PATIENCE, client::offer, id},
    nats::Nats,
    network::{Watcher, servers},
};

/// Promise 45. Whoever does not read is closed, and nobody else on either server waits for that.
#[tokio::test]
async fn a_receiver_that_does_not_read_holds_up_nobody_else() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ada = Watcher::join(&first, "tea", 1).await;
    let stalled = Watcher::join(&second, "tea", 2).await;
    let mut cyd = Watcher::join(&second, "tea", 3).await;
    ada.sees([2, 3]).await;
    let large = json!({ "type": "offer", "from": id(1), "to": id(2), "offer": "x".repeat(60_000) });
    let large = large.to_string();
    let deadline = Instant::now() + PATIENCE;
    let mut slowest = Duration::ZERO;
    loop {
        assert!(Instant::now() < deadline, "it is never closed");
        ada.client.send_text(&large).await;
        let sent = Instant::now();
        ada.client.send(offer(1, 3)).await;
        assert_eq!(cyd.receive().await, offer(1, 3));
        cyd.client.send(offer(3, 1)).await;
        let answer = ada.receive().await;
        slowest = slowest.max(sent.elapsed());
        if answer["code"] == "unknown_peer" {
            assert_eq!(answer["peerId"], id(2));
            break;
        }
        assert_eq!(answer, offer(3, 1));
    }
    println!("the slowest of the others took {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    drop(stalled);
}

/// A storm that a queue cannot hold at once, to somebody who reads.
#[tokio::test]
async fn a_storm_reaches_who_reads_whole_and_in_order() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut ben = Watcher::join(&second, "tea", 0).await;
    let mut senders = Vec::new();
    for number in 1..=8 {
        senders.push((number, Watcher::join(&first, "tea", number).await));
    }
    ben.sees(1..=8).await;
    const FRAMES: u32 = 200;
    let sending = senders.iter_mut().map(|(from, sender)| async move {
        for number in 0..FRAMES {
            let text = format!("{number} {}", "x".repeat(2_000));
            let frame = json!({ "type": "offer", "from": id(*from), "to": id(0), "offer": text });
            sender.client.send(frame).await;
        }
    });
    futures_util::future::join_all(sending).await;
    let mut next = [0; 9];
    for _ in 0..8 * FRAMES {
        let frame = ben.receive().await;
        let from = (1..=8).find(|from| frame["from"] == id(*from)).unwrap();
        let number: u32 = frame["offer"]
            .as_str()
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let expected = &mut next[usize::try_from(from).unwrap()];
        assert_eq!(number, *expected, "from {from}");
        *expected += 1;
    }
    ben.catch_up().await;
}
