//! Everything that is answered over HTTP.

use actix_web::{HttpRequest, HttpResponse, guard, http::header, web};

mod app;
pub(crate) mod assets;
pub(crate) mod check;
pub(crate) mod deadline;
mod embedded;
pub(crate) mod headers;
mod health;
mod metrics;
mod websocket;

/// The paths of the contract.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(reading("/health").to(health::get))
        .service(reading("/metrics").to(metrics::get))
        .service(web::resource("/ws").guard(guard::Get()).to(websocket::get))
        .service(reading("/").to(app::page))
        // Whatever an invite came with: the page reads what is in it.
        .service(reading("/r/{room:.+}").to(app::page))
        .configure(check::routes)
        .default_service(web::to(default));
}

/// A path for `GET` and `HEAD`.
fn reading(path: &str) -> actix_web::Resource {
    web::resource(path).guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn default(request: HttpRequest, shared: crate::shared::SharedData) -> HttpResponse {
    let method = request.method();
    if method == actix_web::http::Method::GET || method == actix_web::http::Method::HEAD {
        app::asset(request, shared).await
    } else {
        HttpResponse::MethodNotAllowed()
            .insert_header((header::ALLOW, "GET, HEAD"))
            .body("only GET and HEAD are answered here\n")
    }
}

#[cfg(test)]
mod tests;
