//! `GET /metrics`, for Prometheus.

use actix_web::{HttpResponse, http::header};

use crate::server::SharedData;

pub(super) async fn get(shared: SharedData) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(shared.metrics.to_text())
}
