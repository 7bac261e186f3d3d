//! One `RTCPeerConnection` (W3C WebRTC, section 4.4) with every channel of the protocol.

use std::future::Future;

use banter_protocol::{
    engine::{
        ConnectionId, ConnectionSettings, Input, OpId, PathPolicy, RtcEvent,
        effect::{DescriptionKind, RemoteCandidate, RemoteDescription},
    },
    peer::Channel,
    signaling::IceServer,
};
use futures_util::future::{AbortHandle, abortable};
use gloo::events::EventListener;
use js_sys::{Array, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    RtcCertificate, RtcConfiguration, RtcIceCandidateInit, RtcIceServer, RtcIceTransportPolicy,
    RtcPeerConnection, RtcPeerConnectionIceEvent, RtcPeerConnectionState, RtcSdpType,
    RtcSessionDescriptionInit,
};

use super::{certificate, data_channel::DataChannel, statistics};
use crate::event::{EventSender, push};

/// A connection that tells what happens to it until it is dropped, which closes it.
#[derive(Debug)]
pub struct PeerConnection {
    peer: RtcPeerConnection,
    channels: [(Channel, DataChannel); Channel::ALL.len()],
    // A closed connection may never answer a call (section 4.4.1.6), so closing ends what waits for one.
    running: Vec<AbortHandle>,
    events: EventSender,
    _listeners: [EventListener; 3],
}

impl PeerConnection {
    /// Makes a connection that tells of itself as `id` and has this certificate.
    ///
    /// # Errors
    ///
    /// The browser's own, where it refuses an ICE server or has too many connections.
    pub fn new(
        id: ConnectionId,
        settings: &ConnectionSettings,
        certificate: &RtcCertificate,
        events: &EventSender,
    ) -> Result<Self, JsValue> {
        let configuration = configuration(settings, certificate);
        let peer = RtcPeerConnection::new_with_configuration(&configuration)?;
        let own = certificate::own_fingerprint(certificate);
        let channel = |kind| (kind, DataChannel::new(&peer, kind, id, own, events));
        let channels = Channel::ALL.map(channel);
        let listeners = [
            EventListener::new(&peer, "icecandidate", {
                let events = events.clone();
                move |event| {
                    if let Some(candidate) = candidate_json(event) {
                        push(&events, Input::Rtc(id, RtcEvent::Candidate(candidate)));
                    }
                }
            }),
            EventListener::new(&peer, "icecandidateerror", {
                let events = events.clone();
                move |event| {
                    if let Some(error) = candidate_error(event) {
                        push(&events, Input::Rtc(id, error));
                    }
                }
            }),
            EventListener::new(&peer, "connectionstatechange", {
                let (events, peer) = (events.clone(), peer.clone());
                move |_| {
                    if is_over(peer.connection_state()) {
                        push(&events, Input::Rtc(id, RtcEvent::Failed));
                    }
                }
            }),
        ];
        Ok(Self {
            peer,
            channels,
            running: Vec::new(),
            events: events.clone(),
            _listeners: listeners,
        })
    }

    /// Makes an offer, as [`banter_protocol::engine::Effect::CreateOffer`] asks.
    pub fn create_offer(&mut self, op: OpId) {
        let (peer, made) = (self.peer.clone(), self.peer.create_offer());
        self.run(op, made, |made| set_local(peer, made));
    }

    /// Makes an answer, as [`banter_protocol::engine::Effect::CreateAnswer`] asks.
    pub fn create_answer(&mut self, op: OpId) {
        let (peer, made) = (self.peer.clone(), self.peer.create_answer());
        self.run(op, made, |made| set_local(peer, made));
    }

    /// Takes the other side's description.
    pub fn apply_description(&mut self, op: OpId, description: &RemoteDescription) {
        let init = RtcSessionDescriptionInit::new(match description.kind {
            DescriptionKind::Offer => RtcSdpType::Offer,
            DescriptionKind::Answer => RtcSdpType::Answer,
        });
        init.set_sdp(&description.sdp);
        let applied = self.peer.set_remote_description(&init);
        self.run(op, applied, |applied| async {
            applied.await.map(|_| String::new())
        });
    }

    /// Takes a candidate of the other side's. One that the browser refuses is late, double or garbage, and
    /// there is nothing to do about it.
    pub fn add_candidate(&self, candidate: &RemoteCandidate) {
        let init = RtcIceCandidateInit::new(&candidate.candidate);
        init.set_sdp_mid(candidate.sdp_mid.as_deref());
        init.set_sdp_m_line_index(candidate.sdp_m_line_index);
        if let Some(fragment) = &candidate.username_fragment {
            // Setting a property of a plain object does not fail. web-sys lacks this one.
            let _ = Reflect::set(&init, &"usernameFragment".into(), &fragment.into());
        }
        let added = self
            .peer
            .add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init));
        spawn_local(async {
            let _ = JsFuture::from(added).await;
        });
    }

    /// Sends a text frame, as [`DataChannel::send`] does.
    pub fn send(&self, kind: Channel, text: &str) {
        for (channel_kind, channel) in &self.channels {
            if *channel_kind == kind {
                channel.send(text);
            }
        }
    }

    /// Reads which way the packets take, as [`banter_protocol::engine::Effect::ReadPath`] asks.
    pub fn read_path(&self, id: ConnectionId) {
        statistics::read_path(&self.peer, id, &self.events);
    }

    /// Tells what `finish` makes of a call of the browser's, unless the connection is gone first. The call is listened to from
    /// now on: `finish` may end before it is polled once, and a refusal that nobody listened to is an error in the console.
    fn run<F>(&mut self, op: OpId, call: Promise, finish: impl FnOnce(JsFuture) -> F)
    where
        F: Future<Output = Result<String, JsValue>> + 'static,
    {
        let (call, handle) = abortable(finish(call.into()));
        self.running.push(handle);
        let events = self.events.clone();
        spawn_local(async move {
            if let Ok(result) = call.await {
                let result = result.map_err(|error| words(&error));
                push(&events, Input::OpDone { op, result });
            }
        });
    }
}

impl Drop for PeerConnection {
    fn drop(&mut self) {
        for call in &self.running {
            call.abort();
        }
        self.peer.close();
    }
}

/// web-sys has no `setLocalDescription` without an argument, so the description is handed over.
async fn set_local(peer: RtcPeerConnection, made: JsFuture) -> Result<String, JsValue> {
    let description: RtcSessionDescriptionInit = made.await?.unchecked_into();
    JsFuture::from(peer.set_local_description(&description)).await?;
    let local = peer.local_description().ok_or(JsValue::UNDEFINED)?;
    JSON::stringify(&local.to_json()).map(String::from)
}

fn configuration(settings: &ConnectionSettings, certificate: &RtcCertificate) -> RtcConfiguration {
    let servers: Array = settings.ice_servers.iter().map(ice_server).collect();
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&servers);
    configuration.set_ice_transport_policy(match settings.policy {
        PathPolicy::Any => RtcIceTransportPolicy::All,
        PathPolicy::RelayOnly => RtcIceTransportPolicy::Relay,
    });
    configuration.set_certificates(&Array::of1(certificate));
    configuration
}

fn ice_server(server: &IceServer) -> RtcIceServer {
    let urls: Array = server.urls.iter().map(JsValue::from).collect();
    let init = RtcIceServer::new();
    init.set_urls(&urls);
    if let Some(username) = &server.username {
        init.set_username(username);
    }
    if let Some(credential) = &server.credential {
        init.set_credential(credential);
    }
    init
}

/// The candidate whole, as the browser writes it; `null` for either end mark, since Firefox says "" where others
/// say `null`. `None` where the event is none of this kind.
fn candidate_json(event: &web_sys::Event) -> Option<String> {
    let candidate = event.dyn_ref::<RtcPeerConnectionIceEvent>()?.candidate();
    match candidate {
        Some(candidate) if !candidate.candidate().is_empty() => {
            JSON::stringify(&candidate.to_json()).ok().map(String::from)
        }
        Some(_) | None => Some("null".to_owned()),
    }
}

/// What went wrong with a server for ICE. web-sys has no type for the event.
fn candidate_error(event: &web_sys::Event) -> Option<RtcEvent> {
    let get = |name: &str| Reflect::get(event, &name.into()).ok();
    let code = get("errorCode")?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a code has three digits, and the cast saturates"
    )]
    let code = code as u16;
    let url = get("url")?.as_string()?;
    Some(RtcEvent::CandidateError { url, code })
}

/// Whether the state says that nothing will come of the connection; the others prove nothing.
fn is_over(state: RtcPeerConnectionState) -> bool {
    matches!(
        state,
        RtcPeerConnectionState::Failed | RtcPeerConnectionState::Closed
    )
}

/// The browser's words; a `DOMException` is an `Error` too.
fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(String::new, |error| error.message().into())
}
