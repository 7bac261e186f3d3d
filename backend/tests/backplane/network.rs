//! Servers that share a NATS.

use std::{collections::BTreeSet, time::Duration};

use banter_backend::config::{BackplaneSettings, Credentials, NatsSettings, RateLimit, Settings};
use serde_json::{Value, json};

use crate::{
    harness::{Client, PATIENCE, TestServer, http, id},
    nats::Nats,
};

/// A server in this process.
pub(crate) fn server(nats: &Nats) -> TestServer {
    server_with(nats, |_| {})
}

/// With some settings changed.
pub(crate) fn server_with(nats: &Nats, change: impl FnOnce(&mut Settings)) -> TestServer {
    TestServer::with(|settings| {
        settings.backplane = BackplaneSettings::Nats(NatsSettings {
            servers: vec![nats.url().parse().unwrap()],
            credentials: Credentials::None,
        });
        // All clients of a test have one address.
        settings.rate_limit = RateLimit::Off;
        change(settings);
    })
}

/// So many servers that know each other.
pub(crate) async fn servers<const N: usize>(nats: &Nats) -> [TestServer; N] {
    let servers = std::array::from_fn(|_| server(nats));
    for server in &servers {
        knows(server.address, N - 1).await;
    }
    servers
}

/// One number of `/metrics`.
pub(crate) async fn metric(address: std::net::SocketAddr, name: &str) -> Option<f64> {
    let text = http::get(address, "/metrics").await.text();
    let value = text.lines().find_map(|line| {
        line.strip_prefix(name)?
            .strip_prefix(' ')
            .map(str::to_owned)
    });
    value.map(|value| value.parse().unwrap())
}

/// Waits until a metric has this value.
pub(crate) async fn metric_becomes(address: std::net::SocketAddr, name: &str, wanted: f64) {
    let poll = async {
        while metric(address, name).await != Some(wanted) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, poll).await;
    assert!(found.is_ok(), "{name} is never {wanted}");
}

/// Waits until a server knows so many others.
pub(crate) async fn knows(address: std::net::SocketAddr, others: usize) {
    metric_becomes(address, "banter_backplane_servers", others as f64).await;
}

/// What a client knows of a room, from what it was sent.
pub(crate) struct Watcher {
    pub(crate) client: Client,
    pub(crate) roster: BTreeSet<String>,
    pub(crate) resume: Value,
    /// Every `peer_joined` and `peer_left` since, in their order.
    pub(crate) news: Vec<Value>,
}

impl Watcher {
    /// Joins as the peer with this number.
    pub(crate) async fn join(server: &TestServer, room: &str, number: u32) -> Self {
        Self::join_at(server.address, crate::harness::client::join(room, number)).await
    }

    /// Sends this first of all, and expects to be let in.
    pub(crate) async fn join_at(address: std::net::SocketAddr, message: Value) -> Self {
        let mut client = Client::connect_to(address).await;
        client.send(message).await;
        let joined = client.receive().await;
        assert_eq!(joined["type"], "room_joined", "{joined}");
        let peers = joined["peers"].as_array().unwrap();
        let roster: BTreeSet<String> = peers.iter().map(|peer| text(&peer["id"])).collect();
        assert_eq!(roster.len(), peers.len());
        Self {
            client,
            roster,
            resume: joined["resume"].clone(),
            news: Vec::new(),
        }
    }

    fn learn(&mut self, message: &Value) -> bool {
        match message["type"].as_str() {
            Some("peer_joined") => {
                assert!(
                    self.roster.insert(text(&message["peer"]["id"])),
                    "twice: {message}"
                );
            }
            Some("peer_left") => {
                assert!(
                    self.roster.remove(&text(&message["peerId"])),
                    "nobody: {message}"
                );
            }
            _ => return false,
        }
        self.news.push(message.clone());
        true
    }

    /// The next message that is no news of the roster.
    pub(crate) async fn receive(&mut self) -> Value {
        loop {
            let message = self.client.receive().await;
            if !self.learn(&message) {
                return message;
            }
        }
    }

    /// Takes in what has come by now.
    pub(crate) async fn catch_up(&mut self) {
        self.client.send(json!({ "type": "ping" })).await;
        let pong = self.receive().await;
        assert_eq!(pong["type"], "pong", "{pong}");
    }

    /// Waits until these are the others in the room.
    pub(crate) async fn sees(&mut self, numbers: impl IntoIterator<Item = u32>) {
        let wanted: BTreeSet<String> = numbers.into_iter().map(id).collect();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            self.catch_up().await;
            if self.roster == wanted {
                return;
            }
            let now = tokio::time::Instant::now();
            assert!(now < deadline, "never {wanted:?}, but {:?}", self.roster);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
