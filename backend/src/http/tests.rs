//! The app inside the program, with and without one.

use actix_web::{App, http::header, test, web};

use super::{assets::AppFiles, embedded::EmbeddedFile, routes};
use crate::{
    config::Settings,
    shared::{Shared, SharedData},
};

static FILES: &[EmbeddedFile] = &[
    EmbeddedFile {
        path: "app-0123456789abcdef.js",
        hash: "1",
        plain: b"script",
        brotli: Some(b"br"),
        gzip: None,
    },
    EmbeddedFile {
        path: "index.html",
        hash: "2",
        plain: b"page",
        brotli: None,
        gzip: None,
    },
];

/// Status, coding and body of an answer.
async fn answer(files: &'static [EmbeddedFile], path: &str) -> (u16, Option<String>, web::Bytes) {
    let mut shared = Shared::new(Settings::default());
    shared.app = AppFiles::Embedded(files);
    let app = App::new()
        .app_data(SharedData::new(shared))
        .configure(routes);
    let app = test::init_service(app).await;
    let request = test::TestRequest::get().uri(path);
    let request = request
        .insert_header((header::ACCEPT_ENCODING, "gzip, br"))
        .to_request();
    let answer = test::call_service(&app, request).await;
    let coding = answer.headers().get(header::CONTENT_ENCODING);
    let coding = coding.map(|coding| coding.to_str().unwrap().to_owned());
    (
        answer.status().as_u16(),
        coding,
        test::read_body(answer).await,
    )
}

#[actix_web::test]
async fn the_embedded_app_is_served_in_the_codings_that_it_has() {
    let changed = [
        "/r/tea/",
        "/r/tea?x=1",
        "/r/p_a%23b",
        "/r/tea.%20(x)",
        "/r/p_a/b",
    ];
    for path in ["/", "/r/tea"].into_iter().chain(changed) {
        assert_eq!(
            answer(FILES, path).await,
            (200, None, "page".into()),
            "{path}"
        );
    }
    let script = answer(FILES, "/app-0123456789abcdef.js").await;
    assert_eq!(script, (200, Some("br".to_owned()), "br".into()));
    assert_eq!(answer(FILES, "/app-0123456789abcdef.js.br").await.0, 404);
    assert_eq!(answer(FILES, "/index.html").await.0, 404);
}

#[actix_web::test]
async fn a_program_built_without_the_app_says_how_to_build_it() {
    for path in ["/", "/r/tea"] {
        let (status, _, body) = answer(&[], path).await;
        assert_eq!(status, 503);
        assert!(std::str::from_utf8(&body).unwrap().contains("make build"));
    }
    assert_eq!(answer(&[], "/anything").await.0, 404);
    assert_eq!(answer(&[], "/health").await.0, 200);
}
