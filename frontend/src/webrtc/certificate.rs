//! Certificates of connections (W3C WebRTC, section 4.9): made for one connection each, and told apart by fingerprints.

use banter_protocol::crypto::CertificateFingerprint;
use js_sys::{Array, ArrayBuffer, Date, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RtcCertificate, RtcPeerConnection};

use crate::event::{EventSender, PageEvent, push};

/// Makes a certificate; [`PageEvent::CertificateMade`] brings it.
pub fn generate(events: &EventSender) {
    let events = events.clone();
    spawn_local(async move {
        let made = try_generate().await.ok();
        push(&events, PageEvent::CertificateMade(made));
    });
}

/// Whether a connection may still be made with it: browsers refuse an expired one, and a page may be open for weeks.
pub fn is_fresh(certificate: &RtcCertificate) -> bool {
    certificate.expires() > Date::now()
}

/// Of a certificate of our own.
pub fn own_fingerprint(certificate: &RtcCertificate) -> Option<CertificateFingerprint> {
    let all: Array = call(certificate, "getFingerprints")?.dyn_into().ok()?;
    let sha_256 = all
        .iter()
        .find(|one| text(one, "algorithm").as_deref() == Some("sha-256"))?;
    CertificateFingerprint::parse(&text(&sha_256, "value")?)
}

/// Of the certificate that the other side has really used; `None` before DTLS is done.
pub fn peer_fingerprint(peer: &RtcPeerConnection) -> Option<CertificateFingerprint> {
    let transport = get(&get(peer, "sctp")?, "transport")?;
    let all: Array = call(&transport, "getRemoteCertificates")?.dyn_into().ok()?;
    let der: ArrayBuffer = all.get(0).dyn_into().ok()?;
    let der = Uint8Array::new(&der).to_vec();
    Some(CertificateFingerprint::of_der(&der))
}

async fn try_generate() -> Result<RtcCertificate, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"ECDSA".into())?;
    Reflect::set(&algorithm, &"namedCurve".into(), &"P-256".into())?;
    let made: Promise = RtcPeerConnection::generate_certificate_with_object(&algorithm)?;
    JsFuture::from(made).await?.dyn_into()
}

/// web-sys lacks these members.
fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name)?.as_string()
}

fn call(object: &JsValue, name: &str) -> Option<JsValue> {
    let method: Function = get(object, name)?.dyn_into().ok()?;
    method.call0(object).ok()
}
