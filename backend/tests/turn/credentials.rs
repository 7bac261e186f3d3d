//! The credentials in `iceServers`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use banter_backend::config::{Settings, TurnSecret, TurnSettings};
use serde_json::Value;

use crate::{
    harness::{Client, TestServer, client::leave, http::get},
    outside::Credentials,
};

fn turn(settings: &mut Settings, secret: &str) {
    settings.turn = TurnSettings {
        urls: vec!["turn:turn.example.org:3478?transport=udp".to_owned()],
        secret: TurnSecret::new(secret),
        ..TurnSettings::default()
    };
}

pub(crate) fn credentials_in(ice_servers: &Value) -> Credentials {
    let server = ice_servers
        .as_array()
        .unwrap()
        .iter()
        .find(|server| server["urls"][0].as_str().unwrap().starts_with("turn"))
        .unwrap();
    Credentials {
        username: server["username"].as_str().unwrap().to_owned(),
        password: server["credential"].as_str().unwrap().to_owned(),
    }
}

fn seconds_left(credentials: &Credentials) -> u64 {
    let (expiry, random) = credentials.username.split_once(':').unwrap();
    assert!(random.len() >= 8, "{random}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    expiry.parse::<u64>().unwrap() - now.as_secs()
}

/// What somebody is given who joins a server with this secret.
pub(crate) async fn given_at_join(secret: &str) -> Credentials {
    let server = TestServer::with(|settings| turn(settings, secret));
    let (_client, joined) = Client::join(&server, "tea", 1).await;
    credentials_in(&joined["iceServers"])
}

/// Promise 54.
#[tokio::test]
async fn everybody_who_joins_is_given_their_own_for_at_most_an_hour() {
    let server = TestServer::with(|settings| turn(settings, "s3cret words"));
    let (_first, joined) = Client::join(&server, "tea", 1).await;
    let first = credentials_in(&joined["iceServers"]);
    let (_second, joined) = Client::join(&server, "tea", 2).await;
    let second = credentials_in(&joined["iceServers"]);
    assert_ne!(first.username, second.username);
    for given in [&first, &second] {
        assert!((3_590..=3_600).contains(&seconds_left(given)), "{given:?}");
    }
}

/// Promise 92: at half their life, again and again, for as long as somebody is in a room.
#[tokio::test]
async fn credentials_are_renewed_before_they_end_while_somebody_is_in_a_room() {
    let server = TestServer::with(|settings| {
        turn(settings, "s3cret words");
        settings.turn.ttl = Duration::from_secs(4);
        settings.timings.ping_every = Duration::from_millis(50);
    });
    let (mut client, joined) = Client::join(&server, "tea", 1).await;
    let mut last = credentials_in(&joined["iceServers"]);
    for _ in 0..2 {
        let renewed = client.receive().await;
        assert_eq!(renewed["type"], "ice_servers");
        assert_eq!(renewed.as_object().unwrap().len(), 2, "{renewed}");
        let fresh = credentials_in(&renewed["iceServers"]);
        assert_ne!(fresh.username, last.username);
        assert!(
            seconds_left(&last) >= 1,
            "the last ones still hold: {last:?}"
        );
        assert!(seconds_left(&fresh) >= 3, "{fresh:?}");
        last = fresh;
    }
    client.send(leave("tea", 1)).await;
    let quiet = tokio::time::timeout(Duration::from_secs(3), client.receive()).await;
    assert!(
        quiet.is_err(),
        "whoever has left is given no more: {quiet:?}"
    );
}

/// Promise 54: nothing that somebody gets who has not joined has the secret or a credential in it.
#[tokio::test]
async fn nobody_else_is_given_any() {
    let server = TestServer::with(|settings| turn(settings, "s3cret words"));
    let (_client, joined) = Client::join(&server, "tea", 1).await;
    let given = credentials_in(&joined["iceServers"]);
    let mut outsider = Client::connect(&server).await;
    outsider.assert_quiet().await;
    for path in ["/", "/health", "/metrics"] {
        let said = get(server.address, path).await.text();
        for hidden in [
            "s3cret",
            "turn.example.org",
            &given.username,
            &given.password,
        ] {
            assert!(!said.contains(hidden), "{path}: {hidden}");
        }
    }
}
