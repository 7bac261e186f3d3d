//! The headers of every answer.

use std::fs;

use crate::harness::{
    TestServer,
    http::{Answer, handshake, request, send},
};

/// Promise 58, word for word.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
    manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

pub(crate) fn assert_headers(answer: &Answer, what: &str) {
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("strict-transport-security", "max-age=31536000"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {what}: {answer:?}");
    }
    let permissions: Vec<&str> = answer.header("permissions-policy").split(", ").collect();
    for own in [
        "camera=(self)",
        "microphone=(self)",
        "display-capture=(self)",
    ] {
        assert!(permissions.contains(&own), "{own} of {what}");
    }
    let off = |permission: &&&str| permission.ends_with("=()");
    assert_eq!(
        permissions.iter().filter(off).count(),
        permissions.len() - 3,
        "the rest is off"
    );
    assert!(
        !permissions
            .iter()
            .any(|permission| permission.starts_with("clipboard"))
    );
}

/// A method, a path, headers besides, and the status that must come of them.
pub(crate) type Asked = (&'static str, &'static str, Vec<(&'static str, String)>, u16);

/// One for each kind of answer that the server has.
pub(crate) fn asked(index_tag: &str) -> Vec<Asked> {
    let no_body = || vec![("Content-Length", "0".to_owned())];
    let known = vec![("If-None-Match", index_tag.to_owned())];
    let foreign = vec![("Origin", "http://evil.example".to_owned())];
    vec![
        ("GET", "/", vec![], 200),
        ("HEAD", "/", vec![], 200),
        ("GET", "/", known, 304),
        ("GET", "/r/tea", vec![], 200),
        ("GET", "/r/tea?x=1", vec![], 200),
        ("GET", "/app-0123456789abcdef.js", vec![], 200),
        ("GET", "/health", vec![], 200),
        ("GET", "/metrics", vec![], 200),
        ("GET", "/nothing", vec![], 404),
        ("GET", "/r/", vec![], 404),
        // An invite with something behind it: the page finds the room in it, or says what is wrong.
        ("GET", "/r/tea/x", vec![], 200),
        ("GET", "/rooms", vec![], 404),
        ("GET", "/../etc/passwd", vec![], 404),
        ("GET", "/%2e%2e/etc/passwd", vec![], 404),
        ("POST", "/", no_body(), 405),
        ("POST", "/health", no_body(), 405),
        ("OPTIONS", "/ws", vec![], 405),
        ("DELETE", "/nothing", vec![], 405),
        ("GET", "/ws", vec![], 403),
        ("GET", "/ws", foreign, 403),
    ]
}

/// A folder with an app of two files.
pub(crate) fn app() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    fs::write(folder.path().join("app-0123456789abcdef.js"), "0").unwrap();
    folder
}

/// Promise 58, 60.
#[tokio::test]
async fn every_answer_has_them_errors_too() {
    let folder = app();
    let app = folder.path().to_owned();
    let server = TestServer::with(|settings| settings.app_dir = Some(app));
    let index = request(server.address, "GET", "/", &[]).await;
    for (method, path, headers, status) in asked(index.header("etag")) {
        let more: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = request(server.address, method, path, &more).await;
        let what = format!("{method} {path} {headers:?}");
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        assert_headers(&answer, &what);
    }
    let (host, origin) = (server.address.to_string(), server.origin());
    let own = [("Host", host.as_str()), ("Origin", origin.as_str())];
    let upgrade = handshake(server.address, &own).await;
    assert_eq!(upgrade.status, 101);
    assert_headers(&upgrade, "the handshake");
    let version = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12";
    let old = format!("GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{version}\r\n\r\n");
    let refused = send(server.address, &old).await;
    assert!((400..500).contains(&refused.status));
    assert_headers(&refused, "a refused handshake");
}
