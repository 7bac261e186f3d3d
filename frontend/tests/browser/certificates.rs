//! Which certificates a connection has.

use banter_frontend::webrtc::certificate;
use banter_protocol::{crypto::CertificateFingerprint, engine::RtcEvent, peer::Channel};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::RtcPeerConnection;

use crate::{
    patience::wait_for,
    two_sides::{Side, linked},
};

/// What was told just before `chat` was open.
fn certificates(side: &Side) -> (CertificateFingerprint, CertificateFingerprint) {
    let opened = RtcEvent::ChannelOpened(Channel::Chat);
    let place = side.heard.iter().position(|event| *event == opened);
    match side.heard[place.unwrap() - 1] {
        RtcEvent::Certificates { own, peer } => (own, peer),
        ref other => panic!("{other:?} comes before the channel"),
    }
}

#[wasm_bindgen_test]
async fn both_ends_tell_each_other_s_certificates_and_every_connection_has_its_own() {
    let (newcomer, host) = linked().await;
    let (own, peer) = certificates(&newcomer);
    assert_eq!(certificates(&host), (peer, own));
    assert_ne!(own, peer);
    let (again, _) = linked().await;
    let (later, _) = certificates(&again);
    assert!(later != own && later != peer);
}

#[wasm_bindgen_test]
async fn the_fingerprint_told_is_the_one_of_the_description() {
    let mut side = Side::new();
    side.create();
    let sdp = side.offer().await.sdp;
    let line = sdp.lines().find(|line| line.starts_with("a=fingerprint:"));
    let text = line.unwrap().rsplit(' ').next().unwrap();
    assert!(CertificateFingerprint::parse(text).is_some(), "{text}");
}

#[wasm_bindgen_test]
async fn without_a_certificate_a_connection_has_failed_and_the_next_one_is_tried_anew() {
    let class: JsValue = Reflect::get(&js_sys::global(), &"RTCPeerConnection".into()).unwrap();
    let name = JsValue::from("generateCertificate");
    let real = Reflect::get(&class, &name).unwrap();
    let refuse = Function::new_no_args("return Promise.reject(new Error('no'))");
    Reflect::set(&class, &name, &refuse).unwrap();
    let mut side = Side::new();
    side.create();
    wait_for("the failure", || {
        side.has_heard(&RtcEvent::Failed).then_some(())
    })
    .await;
    Reflect::set(&class, &name, &real).unwrap();
    side.create();
    side.offer().await;
}

#[wasm_bindgen_test]
fn a_connection_that_never_was_has_no_certificates() {
    let peer = RtcPeerConnection::new().unwrap();
    assert_eq!(certificate::peer_fingerprint(&peer), None);
    assert_eq!(
        certificate::own_fingerprint(Object::new().unchecked_ref()),
        None
    );
}
