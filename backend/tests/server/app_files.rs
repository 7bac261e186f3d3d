//! The web app: page, files, codings, caching.

use std::fs;

use tempfile::TempDir;

use crate::harness::{
    TestServer,
    http::{get, request},
};

const SCRIPT: &str = "/app-0123456789abcdef.js";

/// An app as the build writes it, and its server.
fn app() -> (TempDir, TestServer) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    for name in ["index.html", "app-0123456789abcdef.js"] {
        write(name, &format!("plain {name}"));
        write(&format!("{name}.br"), "brotli");
        write(&format!("{name}.gz"), "gzip");
    }
    write("app_bg-00000000000000aa.wasm", "\0asm");
    write("style-0123456789abcdef.css", "body{}");
    write("manifest.webmanifest", "{}");
    write("icons/icon.svg", "<svg/>");
    write("icon.png", "png");
    write(".secret", "secret");
    let app = folder.path().to_owned();
    (
        folder,
        TestServer::with(|settings| settings.app_dir = Some(app)),
    )
}

#[tokio::test]
async fn the_page_is_at_the_root_and_at_every_room() {
    let (_folder, server) = app();
    for path in [
        "/",
        "/r/tea",
        "/r/p_0123456789abcdef",
        "/r/not%20a%20name",
        "/?x=1",
    ] {
        let answer = get(server.address, path).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, "plain index.html"),
            "{path}"
        );
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert!(answer.header("etag").starts_with('"'));
    }
}

#[tokio::test]
async fn names_with_a_hash_are_immutable_and_others_are_asked_for_anew() {
    let (_folder, server) = app();
    for (path, kind, is_immutable) in [
        (SCRIPT, "text/javascript; charset=utf-8", true),
        ("/app_bg-00000000000000aa.wasm", "application/wasm", true),
        (
            "/style-0123456789abcdef.css",
            "text/css; charset=utf-8",
            true,
        ),
        ("/manifest.webmanifest", "application/manifest+json", false),
        ("/icons/icon.svg", "image/svg+xml", false),
        ("/icon.png", "image/png", false),
    ] {
        let answer = get(server.address, path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, kind),
            "{path}"
        );
        let caching = if is_immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        assert_eq!(answer.header("cache-control"), caching, "{path}");
    }
}

#[tokio::test]
async fn a_client_gets_the_smallest_coding_that_it_takes() {
    let (_folder, server) = app();
    for path in ["/", SCRIPT] {
        let mut tags = std::collections::BTreeSet::new();
        let plain = format!(
            "plain {}",
            if path == "/" {
                "index.html"
            } else {
                &path[1..]
            }
        );
        for (accept, coding, body) in [
            ("gzip, deflate, br, zstd", "br", "brotli"),
            ("gzip", "gzip", "gzip"),
            ("GZIP", "gzip", "gzip"),
            ("br;q=0, gzip", "gzip", "gzip"),
            ("br;q=0.5, gzip", "gzip", "gzip"),
            ("br ; q=0.001", "br", "brotli"),
            ("br ; q=0.0", "", plain.as_str()),
            ("deflate", "", plain.as_str()),
            ("brotli, x-gzip", "", plain.as_str()),
            ("identity", "", plain.as_str()),
            ("*;q=0", "", plain.as_str()),
            ("", "", plain.as_str()),
            (";;q=1,,", "", plain.as_str()),
        ] {
            let headers = [("Accept-Encoding", accept)];
            let answer = request(server.address, "GET", path, &headers).await;
            let found = (answer.header("content-encoding"), answer.text());
            assert_eq!(found, (coding, body.to_owned()), "{accept}");
            assert_eq!(answer.header("vary"), "Accept-Encoding");
            assert_eq!(answer.header("content-length"), body.len().to_string());
            tags.insert(answer.header("etag").to_owned());
        }
        assert_eq!(tags.len(), 3, "each coding has its own tag");
    }
}

#[tokio::test]
async fn a_client_that_has_it_gets_nothing() {
    let (folder, server) = app();
    let accept = ("Accept-Encoding", "br");
    let first = request(server.address, "GET", "/", &[accept]).await;
    let tag = first.header("etag").to_owned();
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let headers = [accept, ("If-None-Match", known.as_str())];
        let answer = request(server.address, "GET", "/", &headers).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
    let other = [("If-None-Match", tag.as_str())];
    assert_eq!(
        request(server.address, "GET", "/", &other).await.status,
        200,
        "another coding"
    );
    fs::write(folder.path().join("index.html"), "new").unwrap();
    let headers = [accept, ("If-None-Match", tag.as_str())];
    let answer = request(server.address, "GET", "/", &headers).await;
    assert_eq!(answer.status, 200, "a new build shows at once");
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let (_folder, server) = app();
    for path in ["/", "/r/tea", SCRIPT, "/health", "/metrics", "/nothing"] {
        let whole = get(server.address, path).await;
        let head = request(server.address, "HEAD", path, &[]).await;
        assert_eq!((head.status, head.body.len()), (whole.status, 0), "{path}");
        for name in ["content-type", "cache-control", "etag", "vary"] {
            assert_eq!(head.header(name), whole.header(name), "{name} of {path}");
        }
        if path != "/metrics" {
            assert_eq!(
                head.header("content-length"),
                whole.header("content-length"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn nothing_else_is_served() {
    let (folder, server) = app();
    let outside = folder.path().parent().unwrap().join("banter-outside.txt");
    fs::write(&outside, "outside").unwrap();
    for path in [
        "/nothing",
        "/index.html",
        "/index.html.br",
        "/app-0123456789abcdef.js.gz",
        "/.secret",
        "/icons",
        "/icons/",
        "/icons/../icon.png",
        "/../banter-outside.txt",
        "/%2e%2e/banter-outside.txt",
        "/..%2fbanter-outside.txt",
        "/icons/..%5c..%5cbanter-outside.txt",
        "//etc/passwd",
        "/icon.png%00",
    ] {
        let answer = get(server.address, path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        assert_eq!(answer.text(), "there is nothing here\n");
    }
    fs::remove_file(outside).unwrap();
}
