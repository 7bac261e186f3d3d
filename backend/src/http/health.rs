//! `GET /health`, for load balancers.

use actix_web::{HttpResponse, http::header};
use serde::Serialize;

use crate::shared::SharedData;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    sockets: i64,
    rooms: i64,
}

/// 200 while serving, 503 while draining.
pub(super) async fn get(shared: SharedData) -> HttpResponse {
    let (mut answer, status) = if shared.draining.is_cancelled() {
        (HttpResponse::ServiceUnavailable(), "draining")
    } else {
        (HttpResponse::Ok(), "ok")
    };
    answer
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Health {
            status,
            version: env!("CARGO_PKG_VERSION"),
            sockets: shared.metrics.open_sockets(),
            rooms: shared.metrics.open_rooms(),
        })
}
