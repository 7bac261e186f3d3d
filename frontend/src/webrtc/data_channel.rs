//! One `RTCDataChannel` (W3C WebRTC, section 6.2).

use banter_protocol::{
    crypto::CertificateFingerprint,
    engine::{ConnectionId, Input, RtcEvent},
    peer::Channel,
};
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{
    MessageEvent, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState, RtcDataChannelType,
    RtcPeerConnection,
};

use super::certificate;
use crate::event::{EventSender, push};

/// A channel that tells what happens to it until it is dropped.
#[derive(Debug)]
pub struct DataChannel {
    channel: RtcDataChannel,
    _listeners: [EventListener; 3],
}

impl DataChannel {
    /// Makes `kind` on `peer`, with the id that both sides know, and tells of it as part of `connection`, whose
    /// certificate has the fingerprint `own`.
    pub fn new(
        peer: &RtcPeerConnection,
        kind: Channel,
        connection: ConnectionId,
        own: Option<CertificateFingerprint>,
        events: &EventSender,
    ) -> Self {
        let channel =
            peer.create_data_channel_with_data_channel_dict(kind.label(), &settings(kind));
        // Without this a browser may hand out blobs, which are read asynchronously and out of order.
        channel.set_binary_type(RtcDataChannelType::Arraybuffer);
        let tell = |what: fn(Channel) -> RtcEvent| {
            let events = events.clone();
            move |_: &web_sys::Event| push(&events, Input::Rtc(connection, what(kind)))
        };
        let frames = events.clone();
        let opened = match kind {
            Channel::Chat => {
                let (events, peer) = (events.clone(), peer.clone());
                EventListener::new(&channel, "open", move |_| {
                    for event in confirmable(kind, own, &peer) {
                        push(&events, Input::Rtc(connection, event));
                    }
                })
            }
            Channel::Live => EventListener::new(&channel, "open", tell(RtcEvent::ChannelOpened)),
        };
        let listeners = [
            opened,
            EventListener::new(&channel, "close", tell(RtcEvent::ChannelClosed)),
            EventListener::new(&channel, "message", move |event| {
                push(&frames, Input::Rtc(connection, frame(kind, event)));
            }),
        ];
        Self {
            channel,
            _listeners: listeners,
        }
    }

    /// Sends a text frame; on a channel that is not open, or whose queue is full, it is lost. The engine learns
    /// of either by what does not come back.
    pub fn send(&self, text: &str) {
        if self.channel.ready_state() == RtcDataChannelState::Open {
            let _ = self.channel.send_with_str(text);
        }
    }
}

impl Drop for DataChannel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// That the channel is open, after what its connection can be confirmed over. One that cannot be confirmed has failed.
fn confirmable(
    kind: Channel,
    own: Option<CertificateFingerprint>,
    peer: &RtcPeerConnection,
) -> Vec<RtcEvent> {
    match (own, certificate::peer_fingerprint(peer)) {
        (Some(own), Some(peer)) => vec![
            RtcEvent::Certificates { own, peer },
            RtcEvent::ChannelOpened(kind),
        ],
        (None, _) | (_, None) => vec![RtcEvent::Failed],
    }
}

fn settings(kind: Channel) -> RtcDataChannelInit {
    let settings = RtcDataChannelInit::new();
    settings.set_negotiated(true);
    settings.set_id(kind.id());
    match kind {
        Channel::Chat => settings.set_ordered(true),
        Channel::Live => {
            settings.set_ordered(false);
            settings.set_max_retransmits(0);
        }
    }
    settings
}

fn frame(kind: Channel, event: &web_sys::Event) -> RtcEvent {
    let text = event
        .dyn_ref::<MessageEvent>()
        .and_then(|event| event.data().as_string());
    text.map_or(RtcEvent::BinaryFrame(kind), |text| {
        RtcEvent::Frame(kind, text)
    })
}
