//! What a room costs on the bus, and how fast frames cross it.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::json;

use crate::{
    harness::{
        PATIENCE,
        binary::Binary,
        client::{leave, resume},
        id,
    },
    nats::Nats,
    network::{Watcher, knows, servers},
};

/// Hears everything on the bus.
struct Spy {
    messages: async_nats::Subscriber,
    _client: async_nats::Client,
}

impl Spy {
    async fn on(nats: &Nats) -> Self {
        let client = async_nats::connect(nats.url()).await.unwrap();
        let messages = client.subscribe("banter.>").await.unwrap();
        client.flush().await.unwrap();
        Self {
            messages,
            _client: client,
        }
    }

    /// The next so many messages but signs: to whom, what, and how long. And that there are no more.
    async fn hears(&mut self, count: usize) -> Vec<(String, usize)> {
        let mut heard = Vec::new();
        loop {
            let enough = heard.len() >= count;
            let wait = if enough {
                Duration::from_millis(150)
            } else {
                PATIENCE
            };
            match tokio::time::timeout(wait, self.messages.next()).await {
                Ok(message) => {
                    let message = message.unwrap();
                    if message.subject.as_str() != "banter.1.signs" {
                        heard.push(summary(&message));
                    }
                }
                Err(_) => break,
            }
        }
        assert_eq!(heard.len(), count, "{heard:?}");
        heard
    }
}

fn summary(message: &async_nats::Message) -> (String, usize) {
    let audience = if message.subject.contains(".room.") {
        "all"
    } else {
        "one"
    };
    let word = serde_json::from_slice::<serde_json::Value>(&message.payload);
    let word = word.map_or_else(
        |_| "frame".to_owned(),
        |message| match &message["word"] {
            serde_json::Value::String(word) => word.clone(),
            word => word.as_object().unwrap().keys().next().unwrap().clone(),
        },
    );
    (format!("{word} to {audience}"), message.payload.len())
}

/// One message for each thing that happens in a room, besides what it takes to open one.
#[tokio::test]
async fn a_change_costs_one_message_and_a_frame_another() {
    let nats = Nats::start();
    let [first, second] = servers(&nats).await;
    let mut spy = Spy::on(&nats).await;
    let costs = |what: &str, heard: Vec<(String, usize)>| {
        println!("{what}: {heard:?}");
        heard.into_iter().map(|(word, _)| word).collect::<Vec<_>>()
    };
    let mut ada = Watcher::join(&first, "tea", 1).await;
    assert_eq!(
        costs("open", spy.hears(2).await),
        ["ask to all", "page to all"]
    );
    let mut ben = Watcher::join(&second, "tea", 2).await;
    let opened = costs("open where somebody is", spy.hears(3).await);
    assert_eq!(opened, ["ask to all", "page to one", "page to all"]);
    let mut cyd = Watcher::join(&second, "tea", 3).await;
    assert_eq!(costs("join", spy.hears(1).await), ["change to all"]);
    ada.sees([2, 3]).await;
    let frame = json!({ "type": "offer", "from": id(1), "to": id(2), "offer": "x".repeat(1_000) });
    ada.client.send(frame.clone()).await;
    assert_eq!(costs("relay", spy.hears(1).await), ["frame to one"]);
    assert_eq!(ben.receive().await, frame);
    cyd.client.send(leave("tea", 3)).await;
    assert_eq!(costs("leave", spy.hears(1).await), ["change to all"]);
    ben.sees([1]).await;
    let _moved = Watcher::join_at(first.address, resume("tea", 2, &ben.resume)).await;
    assert_eq!(
        costs("move", spy.hears(2).await),
        ["change to all", "change to all"]
    );
}

/// Frames a second from one server to another and back, with the time that one takes alone. With `--release` it
/// says something: `cargo nextest run --release --test backplane frames_cross --run-ignored only --no-capture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn frames_cross_quickly() {
    const PAIRS: u32 = 16;
    const FRAMES: u32 = 20_000;
    let nats = Nats::start();
    let arguments = ["--backplane", &nats.url(), "--rate-limit", "off"];
    let far = [(); 2].map(|()| Binary::start(&arguments));
    for server in &far {
        knows(server.address, 1).await;
    }
    let near = Binary::start(&["--rate-limit", "off"]);
    for (name, [from, to]) in [
        ("one server", [near.address, near.address]),
        ("two servers", [far[0].address, far[1].address]),
    ] {
        let mut pairs = Vec::new();
        for pair in 0..PAIRS {
            let room = format!("room{pair}");
            let join = |number| crate::harness::client::join(&room, number);
            let one = Watcher::join_at(from, join(1)).await;
            pairs.push((one, Watcher::join_at(to, join(2)).await));
        }
        let frame =
            json!({ "type": "offer", "from": id(1), "to": id(2), "offer": "x".repeat(1_000) });
        let frame = frame.to_string();
        let mut times = Vec::new();
        let (one, two) = &mut pairs[0];
        one.sees([2]).await;
        for _ in 0..2_000 {
            let sent = Instant::now();
            one.client.send_text(&frame).await;
            two.client.receive_text().await;
            times.push(sent.elapsed());
        }
        times.sort_unstable();
        let started = Instant::now();
        let tasks = pairs.into_iter().map(|(mut one, mut two)| {
            let frame = frame.clone();
            tokio::spawn(async move {
                one.sees([2]).await;
                let sending = async {
                    for _ in 0..FRAMES {
                        one.client.send_text(&frame).await;
                    }
                };
                let receiving = async {
                    for _ in 0..FRAMES {
                        assert_eq!(two.client.receive_text().await.len(), frame.len());
                    }
                };
                tokio::join!(sending, receiving);
            })
        });
        for done in futures_util::future::join_all(tasks).await {
            done.unwrap();
        }
        let rate = f64::from(PAIRS * FRAMES) / started.elapsed().as_secs_f64();
        let (half, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!(
            "{name}: {rate:.0} frames/s of {} bytes; alone p50 {half:?}, p99 {most:?}",
            frame.len()
        );
    }
}
