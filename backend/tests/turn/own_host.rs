//! The relay leads to nothing of its own machine, whatever addresses that has and gets.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use banter_backend::config::{TurnSecret, TurnServerSettings};
use futures_util::future::join_all;

use crate::{
    harness::{Client as Page, PATIENCE, TestServer},
    outside::{Client, Outcome, credentials},
    own_network::{ECHO_PORT, Neighbour, echo_everywhere, ip, within},
};

const SECRET: &str = "a secret of this test";

/// What coturn's client says where a relay is of IPv6.
const IPV6: &[&str] = &["-x"];

fn server(listen: &[&str]) -> TestServer {
    let listen = listen.iter().map(|text| text.parse().unwrap()).collect();
    let public = ["203.0.113.1", "2001:db8:113::1"].map(|text| text.parse().unwrap());
    TestServer::with(|settings| {
        settings.turn.server = Some(TurnServerSettings::new(listen, public.to_vec()));
        settings.turn.secret = TurnSecret::new(SECRET);
    })
}

/// How far a relay gets to the echo at this address.
async fn reach(server: &TestServer, peer: &str) -> Outcome {
    let (_page, joined) = Page::join(server, "tea", next_number()).await;
    let urls = joined["iceServers"][0]["urls"].as_array().unwrap();
    let mut urls = urls
        .iter()
        .filter_map(|url| url.as_str().unwrap().strip_prefix("stun:"));
    let ipv4: SocketAddr = urls.find_map(|url| url.parse().ok()).unwrap();
    let peer: IpAddr = peer.parse().unwrap();
    let client = Client {
        server: ipv4,
        credentials: &credentials(SECRET, 60),
        flags: if peer.is_ipv6() { IPV6 } else { &[] },
    };
    client.talk_to((peer, ECHO_PORT).into()).await
}

fn next_number() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// Promise 55: be the relay at every address or at one of several.
#[test]
fn no_service_is_reached_at_another_address_of_the_host() {
    let test = "own_host::no_service_is_reached_at_another_address_of_the_host";
    within(test, || {
        let _neighbour = Neighbour::start(test);
        ip("address add 198.51.100.7/32 dev lo");
        ip("address add 2001:db8:100::7/128 dev lo nodad");
        echo_everywhere();
        run(async {
            for listen in [
                &["0.0.0.0:0", "[::]:0"][..],
                &["203.0.113.1:0", "[2001:db8:113::1]:0"],
            ] {
                let server = server(listen);
                let tries = [
                    // The echo is heard where it is somebody else's.
                    (Neighbour::IPV4, Outcome::Echoed),
                    (Neighbour::IPV6, Outcome::Echoed),
                    ("198.51.100.7", Outcome::Forbidden),
                    ("2001:db8:100::7", Outcome::Forbidden),
                    ("203.0.113.1", Outcome::Forbidden),
                    ("2001:db8:113::1", Outcome::Forbidden),
                    ("::ffff:198.51.100.7", Outcome::Forbidden),
                ];
                let tries = tries.map(async |(peer, expected)| {
                    assert_eq!(reach(&server, peer).await, expected, "{peer} by {listen:?}");
                });
                join_all(tries).await;
            }
        });
    });
}

/// Promise 55.
#[test]
fn an_address_that_the_host_gets_later_is_its_own_too() {
    let test = "own_host::an_address_that_the_host_gets_later_is_its_own_too";
    within(test, || {
        let _neighbour = Neighbour::start(test);
        ip("route add 198.51.100.0/24 via 203.0.113.2");
        echo_everywhere();
        run(async {
            let server = server(&["0.0.0.0:0"]);
            assert_eq!(reach(&server, "198.51.100.9").await, Outcome::Silent);
            ip("address add 198.51.100.9/32 dev lo");
            let deadline = Instant::now() + PATIENCE;
            while reach(&server, "198.51.100.9").await != Outcome::Forbidden {
                assert!(Instant::now() < deadline, "it is never refused");
            }
        });
    });
}

fn run(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let limit = Duration::from_secs(120);
    let ended = runtime.block_on(async { tokio::time::timeout(limit, test).await });
    ended.expect("it does not end");
}
