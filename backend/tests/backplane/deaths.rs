//! Servers that end, by themselves and not.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    harness::{
        binary::Binary,
        client::{join, offer, resume},
        id,
    },
    nats::Nats,
    network::{Watcher, knows},
};

async fn programs<const N: usize>(nats: &Nats) -> [Binary; N] {
    let programs = std::array::from_fn(|_| {
        Binary::start(&["--backplane", &nats.url(), "--rate-limit", "off"])
    });
    for program in &programs {
        knows(program.address, N - 1).await;
    }
    programs
}

/// Promise 76. Nobody else notices, not even under load.
#[tokio::test]
async fn a_server_that_is_killed_takes_its_own_people_within_15_s_and_no_frame_of_others() {
    let nats = Nats::start();
    let [first, second, third] = programs(&nats).await;
    let mut ada = Watcher::join_at(first.address, join("tea", 1)).await;
    let mut ben = Watcher::join_at(second.address, join("tea", 2)).await;
    let mut cyd = Watcher::join_at(third.address, join("tea", 3)).await;
    let mut dan = Watcher::join_at(third.address, join("tea", 4)).await;
    ada.sees([2, 3, 4]).await;
    ben.sees([1, 3, 4]).await;
    cyd.sees([1, 2, 4]).await;
    dan.sees([1, 2, 3]).await;

    let mut third = Some(third);
    let (mut killed, mut gone, mut slowest) = (None, None, Duration::ZERO);
    let mut number = 0;
    while gone.is_none() {
        number += 1;
        if number == 200 {
            // SIGKILL.
            third = None;
            killed = Some(Instant::now());
        }
        let sent = Instant::now();
        let frame = json!({ "type": "offer", "from": id(1), "to": id(2), "offer": number });
        ada.client.send(frame).await;
        assert_eq!(
            ben.receive().await["offer"],
            number,
            "in order, and none is lost"
        );
        slowest = slowest.max(sent.elapsed());
        if third.is_some() {
            let frame = json!({ "type": "offer", "from": id(1), "to": id(3), "offer": number });
            ada.client.send(frame).await;
        }
        if ben.roster == [id(1)].into() {
            gone = Some(Instant::now());
        }
        assert!(
            killed.is_none_or(|killed| killed.elapsed() < Duration::from_secs(15)),
            "{:?}",
            ben.roster
        );
    }
    let took = gone.unwrap() - killed.unwrap();
    println!("gone after {took:?}, {number} frames relayed meanwhile, the slowest in {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert!(
        took > Duration::from_secs(5),
        "one who returns in time must find its seat"
    );
    ada.sees([2]).await;
}

/// Promise 76.
#[tokio::test]
async fn whoever_comes_back_elsewhere_after_a_kill_was_never_away() {
    let nats = Nats::start();
    let [first, second, third] = programs(&nats).await;
    let mut witness = Watcher::join_at(first.address, join("tea", 1)).await;
    let lost = Watcher::join_at(third.address, join("tea", 2)).await;
    witness.sees([2]).await;
    drop(third);
    let mut back = Watcher::join_at(second.address, resume("tea", 2, &lost.resume)).await;
    assert_eq!(back.roster, [id(1)].into());
    back.client.send(offer(2, 1)).await;
    assert_eq!(witness.receive().await, offer(2, 1));
    // Until well after the server was given up.
    let until = Instant::now() + Duration::from_secs(13);
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(500)).await;
        witness.client.send(offer(1, 2)).await;
        assert_eq!(back.receive().await, offer(1, 2));
        witness.catch_up().await;
    }
    assert_eq!(witness.news.len(), 1, "{:?}", witness.news);
}

/// Promise 56, 76. Each server in turn; everybody comes back elsewhere, and nobody hears of it.
#[tokio::test]
async fn a_rolling_restart_moves_everybody_and_no_roster_is_ever_wrong() {
    let nats = Nats::start();
    let servers: [_; 3] = programs(&nats).await;
    let mut people = Vec::new();
    for (place, server) in servers.iter().enumerate() {
        for number in [place, place + 3] {
            let number = u32::try_from(number).unwrap() + 1;
            people.push((
                place,
                number,
                Watcher::join_at(server.address, join("tea", number)).await,
            ));
        }
    }
    for (_, number, one) in &mut people {
        one.sees((1..=6).filter(|other| other != number)).await;
        one.news.clear();
    }
    let mut servers = servers.map(Some);
    for place in 0..3 {
        let old = servers[place].take().unwrap();
        old.terminate();
        let mut old = old;
        for (at, number, one) in people.iter_mut().filter(|(at, ..)| *at == place) {
            let closed = one.client.closed().await;
            assert_eq!(closed.code, 1012);
            let next = (place + 1) % 3;
            let address = servers[next].as_ref().unwrap().address;
            let back = Watcher::join_at(address, resume("tea", *number, &one.resume)).await;
            let others = (1..=6).filter(|other| other != number).map(id);
            assert_eq!(
                back.roster,
                others.collect(),
                "all of them, with those who are on their way"
            );
            (*at, *one) = (next, back);
        }
        assert_eq!(old.exit_code().await, Some(0));
        let new = Binary::start(&["--backplane", &nats.url(), "--rate-limit", "off"]);
        knows(new.address, 2).await;
        servers[place] = Some(new);
    }
    for (_, number, one) in &mut people {
        one.sees((1..=6).filter(|other| other != number)).await;
        assert_eq!(one.news, Vec::<serde_json::Value>::new(), "of {number}");
    }
}
