//! Which way a connection's packets take, read from its statistics (W3C WebRTC Statistics).

use std::net::SocketAddr;

use banter_protocol::engine::{ConnectionId, Input, RtcEvent, SelectedPair};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::RtcPeerConnection;

use crate::event::{EventSender, push};

/// Reads it, and tells it as a [`RtcEvent::PairSelected`], unless the browser names no pair.
pub fn read_path(peer: &RtcPeerConnection, id: ConnectionId, events: &EventSender) {
    let (report, events) = (peer.get_stats(), events.clone());
    spawn_local(async move {
        if let Ok(report) = JsFuture::from(report).await
            && let Some(pair) = selected_pair(&report)
        {
            push(&events, Input::Rtc(id, RtcEvent::PairSelected(pair)));
        }
    });
}

fn selected_pair(report: &JsValue) -> Option<SelectedPair> {
    let values: Function = get(report, "values").dyn_into().ok()?;
    let all = Array::from(&values.call0(report).ok()?);
    let of_id = |id: &JsValue| all.iter().find(|it| get(it, "id") == *id);
    let is = |it: &JsValue, kind: &str| get(it, "type") == kind;
    // Firefox marks the pair itself, others name it in the transport.
    let transport = all.iter().find(|it| is(it, "transport"));
    let named = transport.and_then(|it| of_id(&get(&it, "selectedCandidatePairId")));
    let pair = named.or_else(|| {
        let mut pairs = all.iter().filter(|it| is(it, "candidate-pair"));
        pairs.find(|it| get(it, "selected").is_truthy())
    })?;
    let own = of_id(&get(&pair, "localCandidateId"))?;
    let peer = of_id(&get(&pair, "remoteCandidateId"))?;
    let address = get(&peer, "address").as_string();
    let port = get(&peer, "port").as_f64();
    Some(SelectedPair {
        own_relay: is_relay(&own),
        peer_relay: is_relay(&peer),
        // A name of mDNS is no address.
        peer_address: address.zip(port).and_then(|(address, port)| {
            // A port is a whole number below 65,536.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates"
            )]
            let port = port as u16;
            Some(SocketAddr::new(address.parse().ok()?, port))
        }),
    })
}

fn is_relay(candidate: &JsValue) -> bool {
    get(candidate, "candidateType") == "relay"
}

/// web-sys has no types for the entries of a report.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
