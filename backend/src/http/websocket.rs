//! `GET /ws`: the handshake.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap, HeaderName},
    web,
};

use crate::{
    connection::{Connection, FrameDecoder, Inbound},
    metrics::{handshakes::RefusedHandshake, labelled::Label},
    random,
    room::RegistryData,
    shared::SharedData,
};

/// Refuses pages of other sites and, while the server is on its way down, everybody.
pub(super) async fn get(
    request: HttpRequest,
    payload: web::Payload,
    shared: SharedData,
    registry: RegistryData,
) -> actix_web::Result<HttpResponse> {
    let origin = only(request.headers(), &header::ORIGIN);
    let host = only(request.headers(), &header::HOST);
    let refused = |cause: RefusedHandshake| {
        shared.metrics.handshakes.refused(cause);
        let now = shared.clock.now();
        shared.sightings.note(now, &request, cause.word());
    };
    if !shared.settings.allowed_origins.allow(origin, host) {
        refused(RefusedHandshake::Origin);
        return Ok(HttpResponse::Forbidden().body("this origin may not connect\n"));
    }
    if shared.draining.is_cancelled() {
        refused(RefusedHandshake::Draining);
        let wait = random::jitter(shared.settings.timings.come_back);
        return Ok(HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()))
            .body("the server is shutting down; come back shortly\n"));
    }
    let (answer, decoder) =
        FrameDecoder::accept(&request).inspect_err(|_| refused(RefusedHandshake::NotAHandshake))?;
    let admitted = shared.admission.of_handshake(shared.clock, &request);
    let admitted = match admitted.await {
        Ok(admitted) => admitted,
        Err(why) => {
            refused(why.cause());
            return Ok(why.answer());
        }
    };
    shared.metrics.handshakes.accepted();
    let now = shared.clock.now();
    shared.sightings.note(now, &request, "accepted");
    let (shared, registry) = (shared.clone().into_inner(), registry.into_inner());
    let inbound = Inbound::new(payload, decoder);
    let body = Connection::spawn(shared, registry, admitted, &request, inbound);
    Ok(answer.set_body(body).map_into_boxed_body())
}

/// The value of a header that stands there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
