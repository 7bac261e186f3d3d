//! Connections between two peer managers of one page.

use std::{cell::Cell, rc::Rc};

use banter_protocol::{
    engine::{
        ConnectionId, PathPolicy, RtcEvent,
        effect::{DescriptionKind, RemoteCandidate, RemoteDescription},
    },
    peer::Channel,
    signaling::IceServer,
};
use gloo::events::EventListener;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    patience::wait_for,
    two_sides::{LINK, Side, linked},
};

#[wasm_bindgen_test]
async fn both_channels_open_and_carry_text_both_ways_in_order() {
    let (mut newcomer, mut host) = linked().await;
    for number in 0..100 {
        newcomer
            .manager
            .send(LINK, Channel::Chat, &format!("{number} \u{1f375}"));
    }
    host.manager.send(LINK, Channel::Live, "welcome");
    let expected: Vec<_> = (0..100)
        .map(|number| RtcEvent::Frame(Channel::Chat, format!("{number} \u{1f375}")))
        .collect();
    wait_for("a hundred frames", || {
        host.listen();
        let frames: Vec<_> = host
            .heard
            .iter()
            .filter(|e| matches!(e, RtcEvent::Frame(..)))
            .cloned()
            .collect();
        (frames == expected).then_some(())
    })
    .await;
    let welcome = RtcEvent::Frame(Channel::Live, "welcome".into());
    wait_for("the other way", || {
        newcomer.has_heard(&welcome).then_some(())
    })
    .await;
}

/// Promise 20 and the path that is shown: the statistics of this very browser are understood, at both ends.
#[wasm_bindgen_test]
async fn an_open_connection_tells_which_pair_it_uses() {
    let (mut newcomer, mut host) = linked().await;
    for side in [&mut newcomer, &mut host] {
        let pair = wait_for("the selected pair", || {
            // Just after opening the statistics may name none yet.
            side.manager.read_path(LINK);
            side.listen();
            side.heard.iter().find_map(|event| match event {
                RtcEvent::PairSelected(pair) => Some(*pair),
                _ => None,
            })
        })
        .await;
        assert!(!pair.own_relay && !pair.peer_relay, "{pair:?}");
    }
    // What is not there says nothing.
    newcomer.manager.close(LINK);
    newcomer.manager.read_path(LINK);
}

#[wasm_bindgen_test]
async fn closing_is_told_to_the_other_side_and_to_nobody_here() {
    let (mut newcomer, mut host) = linked().await;
    newcomer.listen();
    newcomer.manager.close(LINK);
    let before = newcomer.heard.len();
    for kind in Channel::ALL {
        let closed = RtcEvent::ChannelClosed(kind);
        wait_for("the close", || host.has_heard(&closed).then_some(())).await;
    }
    host.manager.send(LINK, Channel::Chat, "too late");
    newcomer.listen();
    assert_eq!(newcomer.heard.len(), before, "{:?}", newcomer.heard);
}

#[wasm_bindgen_test]
async fn a_call_on_a_connection_that_is_closed_meanwhile_says_nothing() {
    let mut side = Side::new();
    side.create();
    let lost = side.next_op();
    side.manager.create_offer(LINK, lost);
    side.manager.close(LINK);
    // Calls on what is not there are harmless too.
    side.manager.create_answer(LINK, lost);
    side.manager.send(LINK, Channel::Chat, "nobody");
    side.manager.close(ConnectionId(9));
    // A later call on a new connection ends after the first would have.
    side.create();
    side.offer().await;
    side.listen();
    assert!(side.done.iter().all(|(op, _)| *op != lost));
}

/// Counts what a page is told of as "Uncaught (in promise)" while the listener lives.
fn unhandled_rejections() -> (Rc<Cell<u32>>, EventListener) {
    let counted = Rc::new(Cell::new(0));
    let counting = EventListener::new(&web_sys::window().unwrap(), "unhandledrejection", {
        let counted = counted.clone();
        move |_| counted.set(counted.get() + 1)
    });
    (counted, counting)
}

#[wasm_bindgen_test]
async fn a_call_that_is_refused_after_its_connection_is_closed_is_no_error_of_the_page() {
    let (rejections, _counting) = unhandled_rejections();
    for _ in 0..5 {
        let mut side = Side::new();
        side.create();
        // Its certificate is there.
        side.offer().await;
        let op = side.next_op();
        side.manager.apply_description(LINK, op, nonsense());
        side.manager.create_answer(LINK, op);
        side.manager.close(LINK);
        // A link that comes about takes longer than the browser takes to say what nobody listened to.
        linked().await;
    }
    assert_eq!(rejections.get(), 0);
}

#[wasm_bindgen_test]
async fn candidates_of_any_kind_are_harmless() {
    let (rejections, _counting) = unhandled_rejections();
    let garbage = |candidate: &str, sdp_mid: Option<&str>, sdp_m_line_index| RemoteCandidate {
        candidate: candidate.into(),
        sdp_mid: sdp_mid.map(String::from),
        sdp_m_line_index,
        username_fragment: Some("stale".into()),
    };
    let (mut newcomer, mut host) = linked().await;
    for (candidate, mid, index) in [
        ("", None, None),
        ("", Some("0"), Some(0)),
        ("null", None, None),
        ("candidate:garbage", Some("0"), Some(0)),
        (
            "candidate:1 1 udp 1 127.0.0.1 9 typ host",
            Some("video"),
            Some(7),
        ),
    ] {
        newcomer
            .manager
            .add_candidate(LINK, garbage(candidate, mid, index));
    }
    // Before any description, too.
    let mut early = Side::new();
    early.create();
    early
        .manager
        .add_candidate(LINK, garbage("", Some("0"), None));
    early.offer().await;
    newcomer.manager.send(LINK, Channel::Chat, "still here");
    let frame = RtcEvent::Frame(Channel::Chat, "still here".into());
    wait_for("a frame after garbage", || {
        host.has_heard(&frame).then_some(())
    })
    .await;
    assert_eq!(rejections.get(), 0);
}

fn nonsense() -> RemoteDescription {
    RemoteDescription {
        kind: DescriptionKind::Offer,
        sdp: "v=nonsense".into(),
    }
}

#[wasm_bindgen_test]
async fn a_description_that_makes_no_sense_is_an_error_in_the_browsers_words() {
    let mut side = Side::new();
    side.create();
    let op = side.next_op();
    side.manager.apply_description(LINK, op, nonsense());
    assert!(!side.result_of(op).await.unwrap_err().is_empty());
}

#[wasm_bindgen_test]
async fn a_connection_that_the_browser_refuses_to_make_has_failed() {
    let mut side = Side::new();
    let server = IceServer {
        urls: vec!["http://not.a.stun.server".into()],
        username: None,
        credential: None,
    };
    side.create_with(&[server], PathPolicy::Any);
    wait_for("the failure", || {
        side.has_heard(&RtcEvent::Failed).then_some(())
    })
    .await;
}

/// Promise 20: without a relay the browser of somebody who hides has nothing to say.
#[wasm_bindgen_test]
async fn a_connection_of_relays_alone_gathers_no_address() {
    let mut side = Side::new();
    side.create_with(&[], PathPolicy::RelayOnly);
    let offer = side.offer().await;
    wait_for("the end of gathering", || {
        side.has_heard(&RtcEvent::Candidate("null".into()))
            .then_some(())
    })
    .await;
    // Firefox marks the end twice: once with an empty candidate, once with none.
    let end = RtcEvent::Candidate("null".into());
    let mut candidates = side
        .heard
        .iter()
        .filter(|it| matches!(it, RtcEvent::Candidate(_)));
    assert!(candidates.all(|it| *it == end), "{:?}", side.heard);
    assert!(!offer.sdp.contains("a=candidate:"), "{}", offer.sdp);
}

#[wasm_bindgen_test]
async fn a_hundred_rounds_of_linking_and_leaving_meet_no_limit() {
    for _ in 0..100 {
        let (mut newcomer, mut host) = linked().await;
        newcomer.manager.close(LINK);
        host.manager.close(LINK);
    }
}
