//! What an operator's self-check asks for: the page at `/check`, and what this server saw of the page's own requests.
//!
//! A browser does not say why a WebSocket failed, and no page can send `Upgrade` by other means. So the page opens
//! `/ws?check=ID` and then asks at `/check/socket/ID` what arrived. Nobody is told of another's request: an id is the
//! asker's own, random, and good for a minute.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Serialize;

use super::app;
use crate::shared::SharedData;

pub(crate) use seen::RequestSeen;

mod seen;
pub(crate) mod sightings;

const PAGE: &str = "check.html";

/// The paths of the self-check.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(super::reading("/check").to(page))
        .service(super::reading("/check/request").to(request))
        .service(super::reading("/check/socket/{id}").to(socket));
}

async fn page(request: HttpRequest, shared: SharedData) -> HttpResponse {
    app::file(&request, shared, PAGE).await
}

/// What arrived of this very request.
async fn request(request: HttpRequest, shared: SharedData) -> HttpResponse {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        #[serde(flatten)]
        seen: RequestSeen,
        forwarded_for: Option<String>,
        trusted: bool,
        tls: bool,
        draining: bool,
    }
    let proxies = shared.settings.admission().proxies;
    let peer = request.peer_addr();
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Answer {
            trusted: peer.is_some_and(|peer| proxies.trusts(peer.ip())),
            seen: RequestSeen::of(&request),
            forwarded_for: seen::last_forwarded_for(&request),
            tls: shared.settings.tls.is_some(),
            draining: shared.draining.is_cancelled(),
        })
}

/// What arrived of the request for a socket that named this id, and how it was answered.
async fn socket(shared: SharedData, id: web::Path<String>) -> HttpResponse {
    let mut answer = match shared.sightings.find(shared.clock.now(), &id) {
        Some(sighting) => HttpResponse::Ok().json(sighting),
        None => HttpResponse::NotFound().json(serde_json::Value::Null),
    };
    let headers = answer.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    answer
}
