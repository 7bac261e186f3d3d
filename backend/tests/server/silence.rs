//! Sockets that say nothing.

use std::time::{Duration, Instant};

use crate::harness::{
    Client, TestServer,
    client::{Closed, join, leave},
    eventually,
    raw::{FINAL, PING, PONG, RawClient, TEXT, frame},
};

/// Promise 40: with what an operator gets who has set nothing. Neither silence, nor pings, nor joins that are refused
/// keep a socket.
#[tokio::test]
async fn who_joins_no_room_within_five_seconds_is_closed() {
    let server = TestServer::with(|settings| settings.max_room_peers = 1);
    let (mut member, _) = Client::join(&server, "tea", 1).await;
    let opened = Instant::now();
    let mut silent = Client::connect(&server).await;
    let mut pinging = Client::connect(&server).await;
    pinging.assert_quiet().await;
    let mut refused = Client::connect(&server).await;
    refused.send(join("tea", 2)).await;
    assert_eq!(refused.refused().await, "room_full");
    for socket in [&mut silent, &mut pinging, &mut refused] {
        let reason = "no room was joined in time".to_owned();
        assert_eq!(socket.closed().await, Closed { code: 1008, reason });
        let took = opened.elapsed();
        assert!(
            (Duration::from_millis(4_900)..Duration::from_millis(6_500)).contains(&took),
            "{took:?}"
        );
    }
    // Who was in a room may stay without one.
    member.send(leave("tea", 1)).await;
    member.assert_quiet().await;
    member.send(join("tea", 1)).await;
    assert_eq!(member.receive().await["type"], "room_joined");
}

/// Promise 41: a stopped process answers no ping.
#[tokio::test]
async fn who_answers_no_ping_is_closed_and_who_does_stays() {
    let server = TestServer::with(|settings| {
        settings.timings.ping_every = Duration::from_millis(100);
        settings.timings.silent_after = Duration::from_secs(2);
        settings.timings.close_within = Duration::from_millis(100);
    });
    let mut dead = RawClient::connect(&server).await;
    let mut alive = RawClient::connect(&server).await;
    for (client, number) in [(&mut dead, 1), (&mut alive, 2)] {
        client
            .send(&frame(
                FINAL | TEXT,
                join("tea", number).to_string().as_bytes(),
            ))
            .await;
    }
    let mut pings = 0;
    while pings < 30 {
        let (code, payload) = alive.frame().await.expect("it answers and is kept");
        if code == PING {
            pings += 1;
            alive.send(&frame(FINAL | PONG, &payload)).await;
        }
    }
    assert_eq!(dead.close_code().await, Some(1008));
    let metrics = &server.metrics;
    eventually("one socket is left", || metrics.open_sockets() == 1).await;
}

/// Promise 41: the defaults keep it, with a second for a machine that is busy.
#[test]
fn the_spans_add_up_to_less_than_45_seconds() {
    let timings = banter_backend::config::Timings::default();
    let longest =
        timings.silent_after.max(timings.write_within) + timings.ping_every + timings.close_within;
    assert!(
        longest + Duration::from_secs(1) <= Duration::from_secs(45),
        "{longest:?}"
    );
}
