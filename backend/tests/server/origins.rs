//! Whose pages may open a socket.

use banter_backend::{
    config::Settings,
    connection::origin::{AllowedOrigins, Origin},
};

use crate::harness::{
    TestServer,
    http::{get, handshake},
};

/// The status of a handshake from this origin.
async fn status(server: &TestServer, origin: Option<&str>, host: &str) -> u16 {
    let mut headers = vec![("Host", host)];
    headers.extend(origin.map(|origin| ("Origin", origin)));
    handshake(server.address, &headers).await.status
}

/// Promise 37.
#[tokio::test]
async fn only_pages_of_the_own_host_may_connect() {
    let server = TestServer::start();
    let here = server.address.to_string();
    let port = server.address.port();
    for (origin, host, expected) in [
        (Some(format!("http://{here}")), here.as_str(), 101),
        (Some(format!("https://{here}")), here.as_str(), 101),
        (Some("https://chat.example".to_owned()), "chat.example", 101),
        (Some("http://chat.example".to_owned()), "chat.example", 101),
        (
            Some("https://chat.example".to_owned()),
            "Chat.Example:443",
            101,
        ),
        (None, here.as_str(), 403),
        (Some("null".to_owned()), here.as_str(), 403),
        (Some(String::new()), here.as_str(), 403),
        (Some("http://127.0.0.1".to_owned()), here.as_str(), 403),
        (Some(format!("http://localhost:{port}")), here.as_str(), 403),
        (
            Some(format!("http://{here}.evil.example")),
            here.as_str(),
            403,
        ),
        (
            Some(format!("http://{here}@evil.example")),
            here.as_str(),
            403,
        ),
        (
            Some(format!("http://evil.example/{here}")),
            here.as_str(),
            403,
        ),
        (Some(format!("http://{here}0")), here.as_str(), 403),
        (Some(format!("ftp://{here}")), here.as_str(), 403),
        (
            Some("https://xchat.example".to_owned()),
            "chat.example",
            403,
        ),
        (
            Some("https://chat.example.".to_owned()),
            "chat.example",
            403,
        ),
        (
            Some("https://chat.example:8443".to_owned()),
            "chat.example",
            403,
        ),
    ] {
        let found = status(&server, origin.as_deref(), host).await;
        assert_eq!(found, expected, "{origin:?} at {host}");
    }
}

/// Promise 37.
#[tokio::test]
async fn listed_origins_take_the_place_of_the_own_one() {
    let server = TestServer::with(|settings: &mut Settings| {
        let listed = vec![Origin::parse("https://chat.example").unwrap()];
        settings.allowed_origins = AllowedOrigins::Listed(listed);
    });
    let here = server.address.to_string();
    assert_eq!(
        status(&server, Some("https://chat.example"), &here).await,
        101
    );
    assert_eq!(status(&server, Some(&server.origin()), &here).await, 403);
    assert_eq!(
        status(&server, Some("http://chat.example"), &here).await,
        403
    );
    assert_eq!(status(&server, None, &here).await, 403);
}

/// Promise 37.
#[tokio::test]
async fn two_origins_are_none() {
    let server = TestServer::start();
    let here = server.address.to_string();
    let own = server.origin();
    let headers = [
        ("Host", here.as_str()),
        ("Origin", &own),
        ("Origin", "https://evil.example"),
    ];
    assert_eq!(handshake(server.address, &headers).await.status, 403);
}

#[tokio::test]
async fn a_plain_request_for_the_socket_is_refused() {
    let server = TestServer::start();
    assert_eq!(get(server.address, "/ws").await.status, 403, "no origin");
    let own = server.origin();
    let headers = [("Origin", own.as_str())];
    let answer = crate::harness::http::request(server.address, "GET", "/ws", &headers).await;
    assert_eq!(answer.status, 400, "no handshake");
}
