//! The web app: its page and the files that the page names.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header as _, HeaderValue},
    web::{self, Bytes},
};

use super::assets::Asset;
use crate::shared::SharedData;

const PAGE: &str = "index.html";

/// `GET /` and `GET /r/{room}`: the page finds out by itself which of them it is.
pub(super) async fn page(request: HttpRequest, shared: SharedData) -> HttpResponse {
    file(&request, shared, PAGE).await
}

/// A page that has an address of its own.
pub(super) async fn file(request: &HttpRequest, shared: SharedData, path: &str) -> HttpResponse {
    match find(path, shared).await {
        Some(asset) => answer(request, path, asset),
        None => HttpResponse::ServiceUnavailable()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/plain; charset=utf-8")
            .body("This server was built without the web app: run make build\n"),
    }
}

/// Every other path.
pub(super) async fn asset(request: HttpRequest, shared: SharedData) -> HttpResponse {
    let path = request.path().trim_start_matches('/').to_owned();
    match find(&path, shared).await {
        // Pages have addresses of their own.
        Some(asset) if !path.ends_with(".html") => answer(&request, &path, asset),
        _ => HttpResponse::NotFound()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/plain; charset=utf-8")
            .body("there is nothing here\n"),
    }
}

async fn find(path: &str, shared: SharedData) -> Option<Asset> {
    match &shared.app {
        super::assets::AppFiles::Embedded(_) => shared.app.find(path),
        super::assets::AppFiles::Folder(_) => {
            let path = path.to_owned();
            web::block(move || shared.app.find(&path))
                .await
                .ok()
                .flatten()
        }
    }
}

fn answer(request: &HttpRequest, path: &str, asset: Asset) -> HttpResponse {
    let hash = asset.hash.clone();
    let (coding, stored) = choose(request, asset);
    let is_coded = coding != ContentEncoding::Identity;
    let tag = if is_coded {
        format!("\"{hash}-{}\"", coding.as_str())
    } else {
        format!("\"{hash}\"")
    };
    let is_known = is_known(request.headers().get(header::IF_NONE_MATCH), &tag);
    let mut answer = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, cache_control(path)));
    if is_known {
        return answer.finish();
    }
    if is_coded {
        answer.insert_header((header::CONTENT_ENCODING, coding.as_str()));
    }
    answer.content_type(content_type(path)).body(stored)
}

/// Of the stored codings of a file the one that the client likes best, the smallest where it likes several
/// (RFC 9110, section 12.5.3). Who accepts none of them gets the file as it is.
fn choose(request: &HttpRequest, asset: Asset) -> (ContentEncoding, Bytes) {
    let accepted = AcceptEncoding::parse(request).unwrap_or_else(|_| AcceptEncoding(Vec::new()));
    let coded = [
        (ContentEncoding::Brotli, asset.brotli),
        (ContentEncoding::Gzip, asset.gzip),
    ];
    let mut stored: Vec<(Encoding, ContentEncoding, Bytes)> = Vec::new();
    for (coding, bytes) in coded {
        stored.extend(bytes.map(|bytes| (Encoding::Known(coding), coding, bytes)));
    }
    let best = accepted.negotiate(stored.iter().map(|(encoding, ..)| encoding));
    let found = stored.into_iter().find(|it| Some(&it.0) == best.as_ref());
    found.map_or(
        (ContentEncoding::Identity, asset.plain),
        |(_, coding, bytes)| (coding, bytes),
    )
}

/// Whether `If-None-Match` names this tag (RFC 9110, section 13.1.2); marks of weakness do not count.
fn is_known(if_none_match: Option<&HeaderValue>, tag: &str) -> bool {
    let known = if_none_match
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    known
        .split(',')
        .map(str::trim)
        .any(|known| known.trim_start_matches("W/") == tag || known == "*")
}

/// A name with a hash never changes its content; everything else is asked for anew.
fn cache_control(path: &str) -> &'static str {
    if has_hash(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Names of the form `name-<16 hex digits>.ext`.
fn has_hash(path: &str) -> bool {
    const HASH_CHARS: usize = 16;
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('-').is_some_and(|(before, hash)| {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        !before.is_empty() && hash.len() == HASH_CHARS && hash.bytes().all(is_hex)
    })
}

/// The types that the app is made of; anything else is bytes.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_whole_hash_are_immutable() {
        for name in ["app-0123456789abcdef.js", "icons/a-b-0123456789abcdef.svg"] {
            assert!(has_hash(name), "{name}");
        }
        for name in [
            "index.html",
            "app-0123456789abcde.js",
            "app-0123456789abcdef0.js",
            "app-0123456789ABCDEF.js",
            "app-0123456789abcdeg.js",
            "-0123456789abcdef.js",
            "0123456789abcdef.js",
            "app-0123456789abcdef/x.js",
        ] {
            assert!(!has_hash(name), "{name}");
        }
    }
}
