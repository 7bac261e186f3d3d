//! The relay in the server, tried with coturn's client.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use banter_backend::{
    config::{TurnSecret, TurnServerSettings},
    tls::{Tls, TlsFiles},
};
use futures_util::future::join_all;

use crate::{
    credentials::credentials_in,
    harness::{
        Client as Page, PATIENCE, TestServer, client::join, eventually, http::get, tls::Certificate,
    },
    outside::{Client, Credentials, Outcome, credentials, echo},
};

const SECRET: &str = "a secret of this test";
/// An address for documentation (RFC 5737): nobody answers.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// On loopback, as somebody gets it who sets nothing else; then with some settings changed.
fn server(change: impl FnOnce(&mut TurnServerSettings)) -> TestServer {
    TestServer::with(|settings| {
        let listen = vec![(Ipv4Addr::LOCALHOST, 0).into()];
        let mut relay = TurnServerSettings::new(listen, vec![LOOPBACK]);
        change(&mut relay);
        settings.turn.server = Some(relay);
        settings.turn.secret = TurnSecret::new(SECRET);
    })
}

fn open_loopback(settings: &mut TurnServerSettings) {
    settings.allowed_peers = vec!["127.0.0.0/8".parse().unwrap()];
}

/// Where it relays, as somebody who joins is told.
async fn relay_of(server: &TestServer) -> SocketAddr {
    let (_page, joined) = Page::join(server, "tea", 1).await;
    let urls = joined["iceServers"][0]["urls"][0].as_str().unwrap();
    urls.strip_prefix("stun:").unwrap().parse().unwrap()
}

fn client<'a>(
    server: SocketAddr,
    credentials: &'a Credentials,
    flags: &'a [&'a str],
) -> Client<'a> {
    Client {
        server,
        credentials,
        flags,
    }
}

#[tokio::test]
async fn whoever_joins_is_given_the_relay_and_credentials_for_it() {
    let server = TestServer::with(|settings| {
        let listen = vec![(Ipv4Addr::LOCALHOST, 0).into()];
        let mut relay = TurnServerSettings::new(listen, vec![LOOPBACK]);
        open_loopback(&mut relay);
        settings.turn.server = Some(relay);
    });
    let relay = relay_of(&server).await;
    let (_page, joined) = Page::join(&server, "tea", 2).await;
    let turn = [
        format!("turn:{relay}?transport=udp"),
        format!("turn:{relay}?transport=tcp"),
    ];
    assert_eq!(joined["iceServers"][1]["urls"], serde_json::json!(turn));
    let given = credentials_in(&joined["iceServers"]);
    assert_eq!(
        client(relay, &given, &[]).talk_to_itself().await,
        Outcome::Echoed
    );
}

#[tokio::test]
async fn data_goes_through_by_each_transport_with_channels_and_without() {
    let server = server(open_loopback);
    let relay = relay_of(&server).await;
    let credentials = credentials(SECRET, 60);
    let echo = echo().await;
    let ways = [&[][..], &["-s"], &["-t"], &["-t", "-s"]];
    let tries = ways.map(async |flags| {
        let client = client(relay, &credentials, flags);
        let outcome = client.talk_to_itself().await;
        assert_eq!(outcome, Outcome::Echoed, "each other: {flags:?}");
        let outcome = client.talk_to(echo).await;
        assert_eq!(outcome, Outcome::Echoed, "a peer: {flags:?}");
    });
    join_all(tries).await;
}

/// Promise 54.
#[tokio::test]
async fn credentials_that_have_run_out_or_were_made_elsewhere_give_no_relay() {
    let server = server(open_loopback);
    let relay = relay_of(&server).await;
    for refused in [credentials(SECRET, -5), credentials("another secret", 60)] {
        for flags in [&[][..], &["-t"]] {
            let outcome = client(relay, &refused, flags).reach_for(NOBODY).await;
            assert_eq!(outcome, Outcome::NoAllocation, "{refused:?} {flags:?}");
        }
    }
    let text = get(server.address, "/metrics").await.text();
    assert!(
        !text.contains("refused_total{cause=\"expired\"} 0\n"),
        "{text}"
    );
    assert!(
        !text.contains("refused_total{cause=\"wrong_credentials\"} 0\n"),
        "{text}"
    );
    assert!(text.contains("banter_turn_allocations_total 0\n"), "{text}");
}

/// Promise 55, for the relay in the server: on by default.
#[tokio::test]
async fn private_peers_are_refused_with_403() {
    let server = server(|_| {});
    let relay = relay_of(&server).await;
    let credentials = credentials(SECRET, 60);
    for peer in [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
    ] {
        for flags in [&[][..], &["-t"]] {
            let outcome = client(relay, &credentials, flags)
                .reach_for(peer.parse().unwrap())
                .await;
            assert_eq!(outcome, Outcome::Forbidden, "{peer} {flags:?}");
        }
    }
    let outcome = client(relay, &credentials, &[]).reach_for(NOBODY).await;
    assert_eq!(outcome, Outcome::Silent, "the Internet is open");
}

/// Promise 55: IPv4 addresses as IPv6 writes them.
#[tokio::test]
async fn private_peers_are_refused_by_ipv6_too() {
    let server = server(|settings| {
        let ip: IpAddr = "::1".parse().unwrap();
        settings.listen = vec![(ip, 0).into()];
        settings.public = vec!["2606:4700::7".parse().unwrap()];
        settings.name = Some("localhost".to_owned());
    });
    let (_page, joined) = Page::join(&server, "tea", 1).await;
    let url = joined["iceServers"][0]["urls"][0].as_str().unwrap();
    let port: u16 = url.rsplit_once(':').unwrap().1.parse().unwrap();
    let credentials = credentials(SECRET, 60);
    let ip: IpAddr = "::1".parse().unwrap();
    for peer in [
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "fe80::1",
        "fd00::1",
    ] {
        let outcome = client((ip, port).into(), &credentials, &["-x"])
            .reach_for(peer.parse().unwrap())
            .await;
        assert_eq!(outcome, Outcome::Forbidden, "{peer}");
    }
}

#[tokio::test]
async fn an_address_has_so_many_relays_and_no_more() {
    let server = server(|settings| {
        open_loopback(settings);
        settings.limits.per_address = 3;
    });
    let relay = relay_of(&server).await;
    let credentials = credentials(SECRET, 60);
    // Two that talk to each other need two, and one more while the first gives its first one up.
    assert_eq!(
        client(relay, &credentials, &["-t"]).talk_to_itself().await,
        Outcome::Echoed
    );
    let text = || async { get(server.address, "/metrics").await.text() };
    let used = |text: &str| text.contains("banter_turn_allocations 0\n");
    let mut said = text().await;
    for _ in 0..1_000 {
        if used(&said) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        said = text().await;
    }
    assert!(
        used(&said),
        "connections that end give their relays back: {said}"
    );
    let refused = client(relay, &credentials, &["-t", "-m", "4"])
        .talk_to_itself()
        .await;
    assert_eq!(refused, Outcome::NoAllocation);
    let said = text().await;
    assert!(
        !said.contains("refused_total{cause=\"address_quota\"} 0\n"),
        "{said}"
    );
}

/// Whoever sends rubbish loses their connection, and nobody else anything.
#[tokio::test]
async fn rubbish_ends_a_connection_and_leaves_the_relay_working() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = server(open_loopback);
    let relay = relay_of(&server).await;
    for rubbish in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0x16, 3, 1, 0, 200],
        &[0xff; 300],
        &[0, 1, 0xff, 0xfc],
    ] {
        let mut stream = tokio::net::TcpStream::connect(relay).await.unwrap();
        stream.write_all(rubbish).await.unwrap();
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
        ended.expect("it is closed").ok();
        assert_eq!(rest, [] as [u8; 0]);
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.send_to(rubbish, relay).await.unwrap();
    }
    let credentials = credentials(SECRET, 60);
    assert_eq!(
        client(relay, &credentials, &[]).talk_to_itself().await,
        Outcome::Echoed
    );
    eventually("the connections are forgotten", || {
        server.metrics.relay_streams() == 0
    })
    .await;
}

/// Those who talk through it have nobody else to talk through.
#[tokio::test]
async fn relaying_goes_on_while_the_server_drains() {
    let mut server = TestServer::with(|settings| {
        let listen = vec![(Ipv4Addr::LOCALHOST, 0).into()];
        settings.turn.server = Some(TurnServerSettings::new(listen, vec![LOOPBACK]));
        settings.timings.drain_at_least = Duration::from_secs(2);
    });
    let relay = relay_of(&server).await;
    server.drain.start();
    while get(server.address, "/health").await.status != 503 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(answers_stun(relay).await);
    server.join();
    assert!(!answers_stun(relay).await, "it ends with the server");
}

/// A binding request without attributes (RFC 8489, section 5), and its answer.
async fn answers_stun(server: SocketAddr) -> bool {
    let socket = tokio::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap();
    socket.connect(server).await.unwrap();
    let request = *b"\0\x01\0\0\x21\x12\xa4\x42twelve bytes";
    if socket.send(&request).await.is_err() {
        return false;
    }
    let mut answer = [0; 100];
    match tokio::time::timeout(PATIENCE, socket.recv(&mut answer)).await {
        Ok(Ok(length)) => length > 20 && answer[8..20] == request[8..20],
        // Nobody is there.
        Ok(Err(_)) => false,
        Err(_) => panic!("neither an answer nor a word that nobody is there"),
    }
}

/// For networks where nothing but TLS gets out: the same port, with the certificate that serves the pages.
#[tokio::test]
async fn data_goes_through_by_tls_where_there_is_a_certificate() {
    let certificate = Certificate::new();
    let files = TlsFiles {
        certificate: certificate.cert(),
        key: certificate.key(),
    };
    let server = TestServer::with(|settings| {
        let listen = vec![(Ipv4Addr::LOCALHOST, 0).into()];
        let mut relay = TurnServerSettings::new(listen, vec![LOOPBACK]);
        open_loopback(&mut relay);
        relay.name = Some("localhost".to_owned());
        settings.turn.server = Some(relay);
        settings.turn.secret = TurnSecret::new(SECRET);
        settings.tls = Some(Arc::new(Tls::load(files).unwrap()));
    });
    let mut page = certificate.client(server.address).await;
    page.send(join("tea", 1)).await;
    let joined = page.receive().await;
    let urls = &joined["iceServers"][1]["urls"];
    let url = urls[2].as_str().unwrap();
    let port = url.strip_prefix("turns:localhost:").unwrap();
    let port: u16 = port
        .strip_suffix("?transport=tcp")
        .unwrap()
        .parse()
        .unwrap();
    let relay = SocketAddr::new(LOOPBACK, port);
    let given = credentials_in(&joined["iceServers"]);
    for flags in [&["-t", "-S"][..], &["-t"], &[]] {
        let outcome = client(relay, &given, flags).talk_to_itself().await;
        assert_eq!(outcome, Outcome::Echoed, "{flags:?}");
    }
}
