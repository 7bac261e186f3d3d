//! When a socket is closed for what it sends.

use std::{collections::BTreeSet, time::Duration};

use banter_backend::config::RateLimit;
use banter_protocol::token_bucket::Rate;
use serde_json::json;

use crate::harness::{
    Client, TestServer,
    client::{Closed, offer},
    raw::{CONTINUE, FINAL, PING, RawClient, TEXT, frame},
};

#[tokio::test]
async fn the_twentieth_error_in_ten_seconds_closes_the_socket() {
    let server = TestServer::start();
    let (mut witness, _) = Client::join(&server, "tea", 1).await;
    let (mut client, _) = Client::join(&server, "tea", 2).await;
    assert_eq!(witness.receive().await["type"], "peer_joined");
    for _ in 0..19 {
        client.send_text("nonsense").await;
        assert_eq!(client.refused().await, "bad_message");
    }
    client.assert_quiet().await;
    client.send(offer(1, 2)).await;
    assert_eq!(
        client.refused().await,
        "not_your_id",
        "answered before the close"
    );
    let reason = "too many bad messages".to_owned();
    assert_eq!(client.closed().await, Closed { code: 4008, reason });
    witness.assert_quiet().await;
}

#[tokio::test]
async fn an_unknown_peer_never_counts_as_abuse() {
    let server = TestServer::start();
    let (mut client, _) = Client::join(&server, "tea", 1).await;
    for _ in 0..100 {
        client.send(offer(1, 2)).await;
        assert_eq!(client.refused().await, "unknown_peer");
    }
    client.assert_quiet().await;
}

/// Promise 42.
#[tokio::test]
async fn who_sends_too_much_is_told_when_to_go_on_and_then_closed() {
    let server = TestServer::with(|settings| {
        settings.rate_limit = RateLimit::On {
            per_second: 30,
            burst: 30,
        };
    });
    let mut client = Client::connect(&server).await;
    let mut answers = BTreeSet::new();
    let mut waits = Vec::new();
    // Far more than could be refilled while this runs.
    for _ in 0..1_000 {
        if !client.try_send(json!({ "type": "ping" })).await {
            break;
        }
    }
    let closed = loop {
        match client.receive_or_close().await {
            Ok(message) => {
                if let Some(wait) = message["retryAfterMs"].as_u64() {
                    waits.push(wait);
                }
                let kind = message["code"].as_str().or(message["type"].as_str());
                answers.insert(kind.unwrap().to_owned());
            }
            Err(closed) => break closed,
        }
    };
    assert_eq!(
        closed,
        Closed {
            code: 4029,
            reason: "too many messages".to_owned()
        }
    );
    let expected = ["pong", "rate_limited"].map(str::to_owned);
    assert_eq!(answers, BTreeSet::from(expected));
    assert!(
        waits.iter().all(|&wait| (1..=2_000).contains(&wait)),
        "{waits:?}"
    );
}

/// Promise 42.
#[tokio::test]
async fn every_frame_counts_as_a_message() {
    let server = TestServer::with(|settings| {
        settings.rate_limit = RateLimit::On {
            per_second: 20,
            burst: 20,
        };
    });
    let mut client = RawClient::connect(&server).await;
    client.send(&frame(FINAL | PING, b"x").repeat(2_000)).await;
    assert_eq!(client.close_code().await, Some(4029));
}

/// Promise 42: in bytes too, counted as they come over the wire.
#[tokio::test]
async fn who_sends_too_many_bytes_is_told_when_to_go_on_and_then_closed() {
    let server = TestServer::with(|settings| {
        settings.byte_rate = Rate {
            per_second: 100_000,
            burst: 300_000,
        };
    });
    let mut client = Client::connect(&server).await;
    let large = json!({ "type": "ping", "x": "x".repeat(60_000) });
    for _ in 0..6 {
        client.send(large.clone()).await;
        assert_eq!(client.receive().await["type"], "pong");
    }
    client.send(json!({ "type": "ping" })).await;
    let answer = client.receive().await;
    assert_eq!(answer["code"], "rate_limited");
    let wait = answer["retryAfterMs"].as_u64().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
    tokio::time::sleep(Duration::from_millis(wait)).await;
    client.assert_quiet().await;
    while client.try_send(large.clone()).await {}
    assert_eq!(client.closed().await.code, 4029);

    // 20,000 bytes of text that are 140,000 on the wire.
    let mut client = RawClient::connect(&server).await;
    let text = json!({ "type": "ping", "x": "x".repeat(20_000) }).to_string();
    let last = text.len() - 1;
    let fragments = text.bytes().enumerate().map(|(place, byte)| {
        let first = if place == 0 { TEXT } else { CONTINUE };
        frame(if place == last { first | FINAL } else { first }, &[byte])
    });
    let fragments = fragments.collect::<Vec<_>>().concat();
    for _ in 0..30 {
        client.send(&fragments).await;
    }
    assert_eq!(client.close_code().await, Some(4029));
}

#[tokio::test]
async fn without_a_limit_nobody_is_too_fast() {
    let server = TestServer::with(|settings| settings.rate_limit = RateLimit::Off);
    let mut client = Client::connect(&server).await;
    for _ in 0..100 {
        for _ in 0..100 {
            client.send(json!({ "type": "ping" })).await;
        }
        for _ in 0..100 {
            assert_eq!(client.receive().await, json!({ "type": "pong" }));
        }
    }
}

/// Promise 42: a whole mesh joins at once, each pair with an offer, an answer and candidates from each side, and
/// meets neither the limit nor an end of its queue.
#[tokio::test]
async fn a_storm_of_joins_passes() {
    const PEERS: u32 = 64;
    const CANDIDATES: u32 = 5;
    let server = TestServer::start();
    let mut tasks = tokio::task::JoinSet::new();
    let mut clients = Vec::new();
    for number in 1..=PEERS {
        clients.push((number, Client::join(&server, "tea", number).await.0));
    }
    for (number, mut client) in clients {
        tasks.spawn(async move {
            // Offers from the newer to the older, as the contract says, all at the same moment.
            for other in 1..number {
                client.send(offer(number, other)).await;
            }
            exchange(&mut client, number, PEERS, CANDIDATES).await;
            client
        });
    }
    // Nobody leaves before the last one is done.
    let mut finished = Vec::new();
    while let Some(done) = tasks.join_next().await {
        finished.push(done.unwrap());
    }
    assert_eq!(server.metrics.open_sockets(), i64::from(PEERS));
}

/// Answers each offer and sends candidates to everybody who is heard of, until all of theirs are here.
async fn exchange(client: &mut Client, me: u32, peers: u32, candidates: u32) {
    let mut descriptions = 0;
    let mut received = 0;
    while descriptions < peers - 1 || received < (peers - 1) * candidates {
        let message = client.receive().await;
        let from = message["from"]
            .as_str()
            .and_then(|from| u32::from_str_radix(from.rsplit('-').next()?, 16).ok());
        match (message["type"].as_str().unwrap(), from) {
            ("peer_joined", _) => {}
            ("ice_candidate", Some(_)) => received += 1,
            (kind @ ("offer" | "answer"), Some(other)) => {
                descriptions += 1;
                if kind == "offer" {
                    let mut answer = offer(me, other);
                    answer["type"] = json!("answer");
                    answer["answer"] = json!({ "sdp": "x".repeat(1_000) });
                    client.send(answer).await;
                }
                for number in 0..candidates {
                    let mut candidate = offer(me, other);
                    candidate["type"] = json!("ice_candidate");
                    candidate["candidate"] = json!({ "candidate": "x".repeat(100), "n": number });
                    client.send(candidate).await;
                }
            }
            other => panic!("{other:?}: {message}"),
        }
    }
}
