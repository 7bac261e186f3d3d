//! TLS in the server itself.

use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use banter_backend::{
    connection::origin::AllowedOrigins,
    tls::{Tls, TlsFiles},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{
    harness::{
        Client, PATIENCE, TestServer,
        binary::{Binary, run},
        client::{join, offer},
        eventually,
        http::{Answer, UPGRADE},
        tls::Certificate,
    },
    headers,
};

/// A server in this process with this certificate.
fn server(certificate: &Certificate) -> TestServer {
    let files = TlsFiles {
        certificate: certificate.cert(),
        key: certificate.key(),
    };
    TestServer::with(|settings| {
        settings.tls = Some(Tls::load(files).unwrap().into());
        settings.allowed_origins = AllowedOrigins::OwnOverTls;
        settings.timings.read_certificate_every = Duration::from_millis(20);
    })
}

fn start(certificate: &Certificate, more: &[&str]) -> Binary {
    let flags = certificate.flags();
    let mut flags: Vec<_> = flags.iter().map(String::as_str).collect();
    flags.extend(more);
    Binary::start(&flags)
}

#[tokio::test]
async fn people_meet_over_tls() {
    let certificate = Certificate::new();
    let server = server(&certificate);
    let mut first = certificate.client(server.address).await;
    first.send(join("tea", 1)).await;
    assert_eq!(first.receive().await["type"], "room_joined");
    let mut second = certificate.client(server.address).await;
    second.send(join("tea", 2)).await;
    assert_eq!(second.receive().await["type"], "room_joined");
    assert_eq!(first.receive().await["type"], "peer_joined");
    second.send(offer(2, 1)).await;
    assert_eq!(first.receive().await, offer(2, 1));
}

/// Asks over TLS with this head; gives the answer.
async fn ask(certificate: &Certificate, address: SocketAddr, head: &str) -> Answer {
    let mut stream = certificate.connect(address).await.expect("its certificate");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // Whoever closes without saying so is an error of TLS, after the answer.
    let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    let _ = read.expect("no answer");
    Answer::parse(&bytes)
}

/// Asks over TLS for a socket; gives the head of the answer.
async fn handshake(certificate: &Certificate, address: SocketAddr, origin: Option<&str>) -> Answer {
    let mut text = format!("GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n");
    let origin = origin.map(|origin| ("Origin", origin));
    for (name, value) in UPGRADE.into_iter().chain(origin) {
        text += &format!("{name}: {value}\r\n");
    }
    let mut stream = certificate.connect(address).await.expect("its certificate");
    stream.write_all((text + "\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = timeout(PATIENCE, stream.read_buf(&mut bytes)).await;
        assert_ne!(
            read.expect("no answer").unwrap(),
            0,
            "it ended within the head"
        );
    }
    Answer::parse(&bytes)
}

/// Promise 37: the server knows that none of its pages came without TLS. The program itself, since it draws that from
/// its settings.
#[tokio::test]
async fn a_page_without_tls_is_not_of_the_own_origin() {
    let certificate = Certificate::new();
    let binary = start(&certificate, &[]);
    let address = binary.address;
    let own = format!("https://{address}");
    let answer = handshake(&certificate, address, Some(&own)).await;
    assert_eq!(answer.status, 101, "{answer:?}");
    for origin in [
        format!("http://{address}"),
        "https://evil.example".to_owned(),
        format!("{own}.evil.example"),
        format!("{own}/"),
        format!("https://{}:1", address.ip()),
        format!("https://{}", address.ip()),
        format!("wss://{address}"),
        "null".to_owned(),
        String::new(),
    ] {
        let answer = handshake(&certificate, address, Some(&origin)).await;
        assert_eq!(answer.status, 403, "{origin}: {answer:?}");
    }
    assert_eq!(handshake(&certificate, address, None).await.status, 403);
}

/// Promise 58, 60: as without TLS, in every kind of answer.
#[tokio::test]
async fn every_answer_over_tls_has_its_headers() {
    let certificate = Certificate::new();
    let folder = headers::app();
    let binary = start(
        &certificate,
        &["--app-dir", folder.path().to_str().unwrap()],
    );
    let address = binary.address;
    let text = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n")
    };
    let index = ask(&certificate, address, &(text("GET", "/") + "\r\n")).await;
    for (method, path, more, status) in headers::asked(index.header("etag")) {
        let mut head = text(method, path);
        for (name, value) in &more {
            head += &format!("{name}: {value}\r\n");
        }
        let answer = ask(&certificate, address, &(head + "\r\n")).await;
        let what = format!("{method} {path} {more:?}");
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        headers::assert_headers(&answer, &what);
    }
    let own = format!("https://{address}");
    let answer = handshake(&certificate, address, Some(&own)).await;
    assert_eq!(answer.status, 101);
    headers::assert_headers(&answer, "the handshake");
}

/// Nothing is said, let alone done, without TLS where there is a certificate.
#[tokio::test]
async fn whoever_speaks_no_tls_is_not_answered() {
    let certificate = Certificate::new();
    let binary = start(&certificate, &[]);
    let plain = format!(
        "GET /health HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n",
        binary.address
    );
    assert_eq!(ask(&certificate, binary.address, &plain).await.status, 200);
    let mut stream = TcpStream::connect(binary.address).await.unwrap();
    stream.write_all(plain.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    let _ = read.expect("it is closed");
    assert!(
        !bytes.starts_with(b"HTTP"),
        "{}",
        String::from_utf8_lossy(&bytes)
    );
}

#[tokio::test]
async fn a_changed_certificate_is_used_without_a_restart_and_a_wrong_one_is_not() {
    let log = logged();
    let tries = || {
        log.lock()
            .unwrap()
            .matches("the certificate stays as it is")
            .count()
    };
    let mut certificate = Certificate::new();
    let server = server(&certificate);
    let mut before = certificate.client(server.address).await;
    let good = fs::read(certificate.key()).unwrap();
    assert_eq!(tries(), 0);
    fs::write(certificate.key(), "half of it").unwrap();
    eventually("the wrong one is read", || tries() > 1).await;
    let same = certificate.connect(server.address).await;
    same.expect("still the first one");
    fs::write(certificate.key(), good).unwrap();

    certificate.renew();
    let poll = async {
        while certificate.connect(server.address).await.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, poll)
        .await
        .expect("the new certificate is never used");
    before.assert_quiet().await;
}

/// What this program says from now on. One test can ask for it.
fn logged() -> Arc<Mutex<String>> {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<String>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            *self.0.lock().unwrap() += &String::from_utf8_lossy(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false);
    subscriber.with_writer(move || writer.clone()).init();
    log.0
}

#[tokio::test]
async fn a_hangup_reads_the_certificate_again() {
    let mut certificate = Certificate::new();
    let binary = start(&certificate, &[]);
    let mut before = certificate.client(binary.address).await;
    binary.signal("HUP");
    binary.logs("has not changed");
    certificate.renew();
    assert!(certificate.connect(binary.address).await.is_none());
    binary.signal("HUP");
    binary.logs("a new certificate is in use");
    assert!(certificate.connect(binary.address).await.is_some());
    fs::write(certificate.cert(), "nothing").unwrap();
    binary.signal("HUP");
    binary.logs("the certificate stays as it is");
    assert!(certificate.connect(binary.address).await.is_some());
    before.assert_quiet().await;
}

#[test]
fn wrong_files_stop_the_start_with_one_line() {
    let (one, other) = (Certificate::new(), Certificate::new());
    let text = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let (cert, key) = (text(one.cert()), text(one.key()));
    let foreign_key = text(other.key());
    let folder = tempfile::tempdir().unwrap();
    let broken = text(folder.path().join("broken.pem"));
    fs::write(
        &broken,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let with_password = text(folder.path().join("with-password.pem"));
    fs::write(
        &with_password,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    )
    .unwrap();
    for (flags, words) in [
        (vec!["--tls-cert", &cert], ["--tls-cert: ", "--tls-key"]),
        (vec!["--tls-key", &key], ["--tls-key: ", "--tls-cert"]),
        (
            vec!["--tls-cert", "/nowhere", "--tls-key", &key],
            ["--tls-cert: ", "cannot be read"],
        ),
        (
            vec!["--tls-cert", &cert, "--tls-key", "/nowhere"],
            ["--tls-key: ", "cannot be read"],
        ),
        (
            vec!["--tls-cert", &cert, "--tls-key", &foreign_key],
            ["--tls-key: ", "is not the key of the certificate"],
        ),
        (
            vec!["--tls-cert", &key, "--tls-key", &key],
            ["--tls-cert: ", "holds no certificate"],
        ),
        (
            vec!["--tls-cert", &broken, "--tls-key", &key],
            ["--tls-cert: ", "cannot be used"],
        ),
        (
            vec!["--tls-cert", &cert, "--tls-key", &cert],
            ["--tls-key: ", "holds no private key"],
        ),
        (
            vec!["--tls-cert", &cert, "--tls-key", &with_password],
            ["--tls-key: ", "without a password"],
        ),
    ] {
        let output = run(&flags, &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{flags:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        for words in words {
            assert!(said.contains(words), "{words} in {said}");
        }
    }
}

/// Promise 41 over TLS: the connection below is freed too, though it waits for the client in the middle of a write.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_stalled_reader_over_tls_is_freed() {
    let certificate = Certificate::new();
    let binary = start(&certificate, &["--rate-limit", "off"]);
    let mut sender = certificate.client(binary.address).await;
    sender.send(join("tea", 1)).await;
    assert_eq!(sender.receive().await["type"], "room_joined");
    let before = binary.open_files();

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream: TcpStream = socket.connect(binary.address).await.unwrap();
    let stream = certificate.over(stream).await.unwrap();
    let origin = format!("https://{}", binary.address);
    let mut slow = Client::of_page(stream, binary.address, &origin).await;
    slow.send(join("tea", 2)).await;
    assert_eq!(slow.receive().await["type"], "room_joined");
    assert_eq!(sender.receive().await["type"], "peer_joined");
    assert_eq!(
        binary.open_files(),
        before + 1,
        "one descriptor for each socket"
    );

    let mut message = offer(1, 2);
    message["offer"] = json!("x".repeat(60_000));
    for round in 0.. {
        assert!(round < 2_000, "never told");
        sender.send(message.clone()).await;
        sender.send(json!({ "type": "ping" })).await;
        if sender.receive().await["code"] == "unknown_peer" {
            break;
        }
    }
    eventually("the connection is freed", || binary.open_files() == before).await;
}
