//! `GET /metrics`, for Prometheus.

use actix_web::{HttpResponse, http::header};

use crate::{
    metrics::exposition::Exposition,
    shared::{Shared, SharedData},
};

pub(super) async fn get(shared: SharedData) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(page(&shared))
}

fn page(shared: &Shared) -> String {
    let mut page = Exposition::default();
    page.gauges("banter_build_info", "The version that runs; always 1.")
        .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.gauge(
        "banter_draining",
        "1 while the server is on its way down.",
        u8::from(shared.draining.is_cancelled()),
    );
    page.gauge(
        "banter_queued_bytes",
        "What waits for clients to take it, to within 4 KiB for each socket.",
        shared.admission.queued.get(),
    );
    let valid_until = shared
        .settings
        .tls
        .as_ref()
        .and_then(|tls| tls.valid_until());
    if let Some(time) = valid_until {
        page.gauge(
            "banter_tls_certificate_expiry_timestamp_seconds",
            "When the server's own certificate runs out, since the Unix epoch.",
            time.unix_seconds(),
        );
    }
    shared.metrics.write(&mut page);
    page.into_text()
}
