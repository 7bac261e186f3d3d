//! A peer that is none of ours: the browser's own objects, spoken to directly.

use std::{cell::RefCell, rc::Rc};

use banter_protocol::{engine::RtcEvent, peer::Channel};
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{
    MessageEvent, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState, RtcIceGatheringState,
    RtcPeerConnection, RtcSdpType, RtcSessionDescriptionInit,
};

use crate::{
    patience::wait_for,
    two_sides::{LINK, Side, description},
};

/// Its channels, by the ids of the documentation.
fn channel(peer: &RtcPeerConnection, label: &str, id: u16) -> RtcDataChannel {
    let settings = RtcDataChannelInit::new();
    settings.set_negotiated(true);
    settings.set_id(id);
    peer.create_data_channel_with_data_channel_dict(label, &settings)
}

#[wasm_bindgen_test]
async fn a_stranger_is_answered_and_its_binary_frames_are_told_apart_from_text() {
    let stranger = RtcPeerConnection::new().unwrap();
    let chat = channel(&stranger, "chat", 0);
    let live = channel(&stranger, "live", 1);
    let received = Rc::new(RefCell::new(Vec::new()));
    let _receiving = EventListener::new(&live, "message", {
        let received = received.clone();
        move |event| {
            let data = event.dyn_ref::<MessageEvent>().unwrap().data();
            received.borrow_mut().push(data.as_string().unwrap());
        }
    });

    let offer: RtcSessionDescriptionInit = JsFuture::from(stranger.create_offer())
        .await
        .unwrap()
        .unchecked_into();
    JsFuture::from(stranger.set_local_description(&offer))
        .await
        .unwrap();
    // All candidates in the description: the stranger does not trickle.
    wait_for("the end of gathering", || {
        let complete = stranger.ice_gathering_state() == RtcIceGatheringState::Complete;
        complete.then_some(())
    })
    .await;
    let mut side = Side::new();
    side.create();
    let whole = js_sys::JSON::stringify(&stranger.local_description().unwrap().to_json()).unwrap();
    side.apply(&description(&String::from(whole))).await;
    let answer = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
    answer.set_sdp(&side.answer().await.sdp);
    JsFuture::from(stranger.set_remote_description(&answer))
        .await
        .unwrap();
    wait_for("both channels", || {
        side.listen();
        let open = |channel: &RtcDataChannel| channel.ready_state() == RtcDataChannelState::Open;
        (open(&chat) && open(&live)).then_some(())
    })
    .await;

    chat.send_with_u8_array(b"not text").unwrap();
    chat.send_with_str("text").unwrap();
    let frames = [
        RtcEvent::BinaryFrame(Channel::Chat),
        RtcEvent::Frame(Channel::Chat, "text".into()),
    ];
    // A candidate may come between them, and after.
    wait_for("both frames", || {
        side.listen();
        let is_frame =
            |event: &&RtcEvent| matches!(event, RtcEvent::Frame(..) | RtcEvent::BinaryFrame(_));
        let heard = side.heard.iter().filter(is_frame);
        heard.eq(&frames).then_some(())
    })
    .await;
    wait_for("a word on an unreliable channel", || {
        side.manager.send(LINK, Channel::Live, "hello");
        received.borrow().first().cloned()
    })
    .await;
    stranger.close();
    for kind in Channel::ALL {
        let closed = RtcEvent::ChannelClosed(kind);
        wait_for("its leaving", || side.has_heard(&closed).then_some(())).await;
    }
}
