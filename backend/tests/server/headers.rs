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

fn assert_headers(answer: &Answer, what: &str) {
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

/// Promise 58, 60.
#[tokio::test]
async fn every_answer_has_them_errors_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    fs::write(folder.path().join("app-0123456789abcdef.js"), "0").unwrap();
    let app = folder.path().to_owned();
    let server = TestServer::with(|settings| settings.app_dir = Some(app));
    let tag = request(server.address, "GET", "/", &[])
        .await
        .header("etag")
        .to_owned();
    for (method, path, headers, status) in [
        ("GET", "/", vec![], 200),
        ("HEAD", "/", vec![], 200),
        ("GET", "/", vec![("If-None-Match", tag.as_str())], 304),
        ("GET", "/r/tea", vec![], 200),
        ("GET", "/r/tea?x=1", vec![], 200),
        ("GET", "/app-0123456789abcdef.js", vec![], 200),
        ("GET", "/health", vec![], 200),
        ("GET", "/metrics", vec![], 200),
        ("GET", "/nothing", vec![], 404),
        ("GET", "/r/", vec![], 404),
        ("GET", "/r/tea/x", vec![], 404),
        ("GET", "/../etc/passwd", vec![], 404),
        ("GET", "/%2e%2e/etc/passwd", vec![], 404),
        ("POST", "/", vec![("Content-Length", "0")], 405),
        ("POST", "/health", vec![("Content-Length", "0")], 405),
        ("OPTIONS", "/ws", vec![], 405),
        ("DELETE", "/nothing", vec![], 405),
        ("GET", "/ws", vec![], 403),
        ("GET", "/ws", vec![("Origin", "http://evil.example")], 403),
    ] {
        let answer = request(server.address, method, path, &headers).await;
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
