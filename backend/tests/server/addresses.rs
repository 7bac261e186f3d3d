//! What one address may do. Linux has all of 127.0.0.0/8 on its loopback, so each client here can have its own.
#![cfg(target_os = "linux")]

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use banter_backend::{
    admission::{AddressLimits, ProxySettings},
    config::Settings,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::harness::{
    PATIENCE, TestServer,
    binary::Binary,
    eventually,
    http::{Answer, UPGRADE, get},
};

/// With the limits that an operator gets who has set nothing.
fn limited(settings: &mut Settings) {
    settings.admission.per_address = AddressLimits::default();
}

/// Asks for a WebSocket from this address; gives the answer, and the connection so that it stays.
async fn ask(server: SocketAddr, from: Ipv4Addr, headers: &str) -> (Answer, TcpStream) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let mut stream = socket.connect(server).await.unwrap();
    let mut text = format!(
        "GET /ws HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nConnection: Upgrade\r\n{headers}"
    );
    for (name, value) in UPGRADE {
        text += &format!("{name}: {value}\r\n");
    }
    stream.write_all((text + "\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = timeout(PATIENCE, stream.read_buf(&mut bytes)).await;
        assert_ne!(read.expect("no answer").unwrap(), 0, "no whole head");
    }
    (Answer::parse(&bytes), stream)
}

/// Asks so many times at once; gives the connections that became sockets and the answers of the others.
async fn ask_at_once(
    server: SocketAddr,
    from: Ipv4Addr,
    times: usize,
) -> (Vec<TcpStream>, Vec<Answer>) {
    let mut asking = JoinSet::new();
    for _ in 0..times {
        asking.spawn(ask(server, from, ""));
    }
    let (mut sockets, mut refused) = (Vec::new(), Vec::new());
    while let Some(asked) = asking.join_next().await {
        let (answer, stream) = asked.unwrap();
        if answer.status == 101 {
            sockets.push(stream);
        } else {
            refused.push(answer);
        }
    }
    (sockets, refused)
}

const FIRST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// Promise 43: 64 sockets; those above forty at once wait for their turn, the others are told when to come back.
#[tokio::test]
async fn an_address_gets_its_64_sockets_at_its_rate_and_others_do_not_notice() {
    let server = TestServer::with(limited);
    let started = Instant::now();
    let (sockets, refused) = ask_at_once(server.address, FIRST, 100).await;
    assert_eq!(sockets.len(), 64);
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(2_300),
        "40 at once, then 10 a second: {took:?}"
    );
    for answer in refused {
        assert_eq!(answer.status, 429);
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=15).contains(&wait), "{wait}");
    }
    let started = Instant::now();
    let (answer, _other) = ask(server.address, SECOND, "").await;
    assert_eq!(answer.status, 101);
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(get(server.address, "/health").await.status, 200);
    let metrics = get(server.address, "/metrics").await.text();
    assert!(
        metrics.contains("banter_handshakes_refused_total{cause=\"address_has_too_many\"} 36"),
        "{metrics}"
    );

    // One place is free again when one of its sockets is gone.
    drop(sockets);
    eventually("they are gone", || server.metrics.open_sockets() == 1).await;
    assert_eq!(ask(server.address, FIRST, "").await.0.status, 101);
}

/// Promise 43.
#[tokio::test]
async fn who_opens_and_closes_all_the_time_gets_no_more_than_the_rate() {
    let server = TestServer::with(limited);
    let started = Instant::now();
    let mut opened = 0.0;
    let mut asked = JoinSet::new();
    let mut too_fast = 0;
    while started.elapsed() < Duration::from_secs(4) {
        while asked.len() < 50 {
            // The connection is dropped as soon as it is open.
            asked.spawn(async move { ask(server.address, FIRST, "").await.0.status });
        }
        match asked.join_next().await.unwrap().unwrap() {
            101 => opened += 1.0,
            429 => too_fast += 1,
            other => panic!("{other}"),
        }
    }
    let most = 40.0 + 10.0 * started.elapsed().as_secs_f64() + 1.0;
    assert!(
        (60.0..=most).contains(&opened),
        "{opened} of at most {most}"
    );
    assert!(too_fast > 0);
}

fn forwarded_for(client: &str) -> String {
    format!("X-Forwarded-For: {client}\r\n")
}

/// Promise 43: a header is believed only from a proxy that is set, and there only its own words.
#[tokio::test]
async fn a_forged_header_changes_nothing() {
    let one_each = |settings: &mut Settings| {
        settings.admission.per_address.live = Some(1);
        settings.admission.proxies = ProxySettings {
            trusted: vec!["127.0.0.2/32".parse().unwrap()],
            ..ProxySettings::default()
        };
    };
    let server = TestServer::with(one_each);
    let status = async |from, client: &str| {
        let (answer, stream) = ask(server.address, from, &forwarded_for(client)).await;
        (answer.status, stream)
    };
    // Not from the proxy: whatever it says, it is one client.
    let (code, _first) = status(SECOND, "203.0.113.1").await;
    assert_eq!(code, 101);
    assert_eq!(status(SECOND, "203.0.113.2").await.0, 429);

    // From the proxy: each of its clients is one, an IPv6 client with all of its /64.
    let mut kept = Vec::new();
    for (client, expected) in [
        ("203.0.113.1", 101),
        ("203.0.113.1", 429),
        ("203.0.113.2", 101),
        ("198.51.100.7, 203.0.113.2", 429),
        ("2001:db8:1:2::1", 101),
        ("2001:db8:1:2:9::9", 429),
        ("2001:db8:1:3::1", 101),
        // Nobody: the proxy itself, once.
        ("unknown", 101),
        ("", 429),
    ] {
        let (code, stream) = status(FIRST, client).await;
        assert_eq!(code, expected, "{client}");
        kept.push(stream);
    }
}

/// An operator whose proxy is not named learns why nobody else gets in.
#[tokio::test]
async fn a_proxy_that_is_not_named_is_told_of_once_and_nobodys_address_with_it() {
    let mut server = Binary::start(&["--connections-per-address", "2"]);
    let mut kept = Vec::new();
    for client in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        let (answer, stream) = ask(server.address, FIRST, &forwarded_for(client)).await;
        kept.push((answer.status, stream));
    }
    assert_eq!([101, 101, 429], [kept[0].0, kept[1].0, kept[2].0]);
    drop(kept);
    server.terminate();
    assert_eq!(server.exit_code().await, Some(0));
    let log = server.log();
    let warnings = log.iter().filter(|line| line.contains("--trusted-proxies"));
    assert_eq!(warnings.count(), 1, "{log:#?}");
    let all = log.join("\n");
    assert!(
        !all.contains("203.0.113") && !all.contains("127.0.0.2"),
        "{all}"
    );
}

/// The contract: `--rate-limit off` lifts this too.
#[tokio::test]
async fn without_a_rate_limit_an_address_has_none_either() {
    let server = Binary::start(&["--rate-limit", "off"]);
    let (sockets, refused) = ask_at_once(server.address, FIRST, 150).await;
    assert_eq!((sockets.len(), refused.len()), (150, 0));
}
