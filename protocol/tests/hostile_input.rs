//! Promise 23: no input, however malformed and however it comes, panics or hangs the engine.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use banter_protocol::{
    crypto::{Identity, Invite},
    engine::{
        ConnectionId, Effect, Engine, Input, Intent, JoinIntent, OpId, RoomEvent, RoomIntent,
        RtcEvent, SelectedPair, SocketEvent, SocketId, ViewEvent,
    },
    ids::PeerId,
    peer::Channel,
    time::Timestamp,
};
use proptest::prelude::*;

/// Frames to mutate: what a server and a peer would say.
fn frames() -> Vec<String> {
    let (me, peer) = (PeerId::from_random(1), PeerId::from_random(2));
    let payloads = [
        r#"{"type":"offer","sdp":"v=0"}"#,
        r#"{"type":"answer","sdp":"v=0"}"#,
        r#"{"candidate":"candidate:1","sdpMid":"0"}"#,
        // What passes inspection, so that connections are made.
        r#"{"type":"offer","sdp":"v=0\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"}"#,
        r#"{"type":"answer","sdp":"v=0\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"}"#,
        r#"{"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdpMid":"0"}"#,
        r#"{"candidate":""}"#,
        "null",
        "[[[[1]]]]",
    ];
    let mut frames = vec![
        format!(
            r#"{{"type":"room_joined","roomId":"tea","peers":[{{"id":"{peer}","displayName":"B","joinedAt":1}}],"iceServers":[],"resume":"r"}}"#
        ),
        format!(r#"{{"type":"peer_joined","peer":{{"id":"{peer}","displayName":"B","joinedAt":1}}}}"#),
        format!(r#"{{"type":"peer_left","peerId":"{peer}"}}"#),
        format!(r#"{{"type":"error","code":"unknown_peer","message":"","peerId":"{peer}"}}"#),
        r#"{"type":"error","code":"peer_id_taken","message":""}"#.to_owned(),
        r#"{"type":"error","code":"server_draining","message":"","retryAfterMs":18446744073709551615}"#
            .to_owned(),
        r#"{"type":"pong"}"#.to_owned(),
        r#"{"type":"confirm","proof":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#.to_owned(),
        r#"{"type":"entry","text":"{\"kind\":\"chat_message\"}","signature":"AA"}"#.to_owned(),
        r#"{"type":"heads","heads":[]}"#.to_owned(),
        r#"{"type":"evidence","entries":[{"text":"","signature":""}]}"#.to_owned(),
        r#"{"type":"announcement","announcement":"AA"}"#.to_owned(),
        r#"{"type":"lock","locked":true}"#.to_owned(),
        format!(r#"{{"type":"delivered","id":"{peer}"}}"#),
        r#"{"type":"typing_indicator","typing":true}"#.to_owned(),
        r#"{"type":"ping","id":0}"#.to_owned(),
        r#"{"type":"pong","id":1}"#.to_owned(),
        r#"{"type":"bye"}"#.to_owned(),
        "+{\"type\":".to_owned(),
        "=\"bye\"}".to_owned(),
        String::new(),
    ];
    for payload in payloads {
        for (kind, field) in [
            ("offer", "offer"),
            ("answer", "answer"),
            ("ice_candidate", "candidate"),
        ] {
            for negotiation in ["", r#""negotiation":"00000000000000aa.1","#] {
                frames.push(format!(
                    r#"{{"type":"{kind}",{negotiation}"from":"{peer}","to":"{me}","{field}":{payload}}}"#
                ));
            }
        }
    }
    frames
}

/// A frame as it is, cut short, or with one byte changed.
fn frame() -> impl Strategy<Value = String> {
    (
        prop::sample::select(frames()),
        0..4_u8,
        any::<prop::sample::Index>(),
        any::<u8>(),
    )
        .prop_map(|(frame, how, place, byte)| {
            let mut bytes = frame.into_bytes();
            match how {
                0 if !bytes.is_empty() => bytes.truncate(place.index(bytes.len())),
                1 if !bytes.is_empty() => {
                    let place = place.index(bytes.len());
                    bytes[place] = byte;
                }
                _ => {}
            }
            String::from_utf8_lossy(&bytes).into_owned()
        })
}

fn channel() -> impl Strategy<Value = Channel> {
    prop::sample::select(Channel::ALL.to_vec())
}

fn rtc_event() -> impl Strategy<Value = RtcEvent> {
    prop_oneof![
        (channel(), frame()).prop_map(|(channel, frame)| RtcEvent::Frame(channel, frame)),
        channel().prop_map(RtcEvent::ChannelOpened),
        channel().prop_map(RtcEvent::ChannelClosed),
        channel().prop_map(RtcEvent::BinaryFrame),
        frame().prop_map(RtcEvent::Candidate),
        Just(RtcEvent::Failed),
        (
            prop::sample::select(vec!["turn:x", "stun:x", ""]),
            any::<u16>()
        )
            .prop_map(|(url, code)| RtcEvent::CandidateError {
                url: url.to_owned(),
                code
            }),
        any::<(bool, bool)>().prop_map(|(own_relay, peer_relay)| {
            RtcEvent::PairSelected(SelectedPair {
                own_relay,
                peer_relay,
                peer_address: None,
            })
        }),
    ]
}

fn socket_event() -> impl Strategy<Value = SocketEvent> {
    prop_oneof![
        6 => frame().prop_map(SocketEvent::Frame),
        1 => Just(SocketEvent::Opened),
        1 => prop::sample::select(vec![1000, 1006, 4001, 4008])
            .prop_map(|code| SocketEvent::Closed { code }),
    ]
}

/// Small numbers in the first rooms, so that they hit what the engine made.
fn id() -> impl Strategy<Value = u64> {
    (0..3_u64, 0..12_u64).prop_map(|(room, number)| (room << 32) | number)
}

fn room() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["tea", "tea", "coffee", "elsewhere"])
}

fn room_intent() -> impl Strategy<Value = RoomIntent> {
    prop_oneof![
        4 => Just(RoomIntent::Send {
            text: "hello".parse().unwrap(),
            timestamp: Timestamp::from_millis(u64::MAX),
        }),
        2 => any::<bool>().prop_map(RoomIntent::Typing),
        1 => any::<bool>().prop_map(RoomIntent::Lock),
        1 => Just(RoomIntent::Leave),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        6 => (id(), rtc_event())
            .prop_map(|(id, event)| Input::Rtc(ConnectionId(id), event)),
        6 => (id(), socket_event())
            .prop_map(|(id, event)| Input::Socket(SocketId(id), event)),
        3 => (id(), prop_oneof![
            Just(Ok(r#"{"type":"offer","sdp":"v=0"}"#.to_owned())),
            Just(Ok("not JSON".to_owned())),
            Just(Err("no".to_owned())),
        ])
        .prop_map(|(op, result)| Input::OpDone { op: OpId(op), result }),
        4 => (room(), room_intent()).prop_map(|(room, intent)| {
            Input::Intent(Intent::Room(room.parse().unwrap(), intent))
        }),
        1 => any::<bool>().prop_map(Input::Online),
        1 => any::<bool>().prop_map(Input::Visible),
        1 => prop::sample::select(vec![0_u8, 1, 2]).prop_map(|which| match which {
            0 => Input::PageHidden,
            1 => Input::PageShown(Vec::new()),
            _ => Input::StorageFailed,
        }),
        1 => prop::sample::select(vec!["tea", "coffee"]).prop_map(join),
        2 => Just(Input::Wake),
    ]
}

fn join(room: &str) -> Input {
    let intent = JoinIntent::new(
        Invite::open(room.parse().unwrap()).unwrap(),
        "Ada".parse().unwrap(),
        Identity::from_seed(&[1; 32]),
    );
    Input::Intent(Intent::Join(Box::new(JoinIntent {
        peer_id: Some(PeerId::from_random(1)),
        ..intent
    })))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_panics_spins_or_grows_on_any_input(
        inputs in prop::collection::vec((0..20_000_u64, input()), 1..80)
    ) {
        let mut engine = Engine::new([1; 32]);
        let mut now = 1_000;
        engine.handle(Timestamp::from_millis(now), join("tea"));
        for (passed, input) in inputs {
            now += passed;
            engine.handle(Timestamp::from_millis(now), input);
            let mut effects = 0;
            while let Some(effect) = engine.poll_effect() {
                effects += 1;
                if let Effect::SendChannel(_, _, frame) = effect {
                    prop_assert!(frame.len() <= 16 * 1024);
                }
            }
            prop_assert!(effects < 200, "{effects} effects of one input");
            let due = engine.poll_timeout();
            prop_assert!(due.is_none_or(|due| due > Timestamp::from_millis(now)));
        }
    }
}

/// A clock that jumps back is held still.
#[test]
fn a_clock_that_goes_back_is_harmless() {
    let mut engine = Engine::new([1; 32]);
    engine.handle(Timestamp::from_millis(u64::MAX / 2), join("tea"));
    engine.handle(Timestamp::from_millis(5), Input::Wake);
    assert!(
        engine
            .poll_timeout()
            .is_some_and(|due| due > Timestamp::from_millis(u64::MAX / 2))
    );
}

/// Promise 35: how somebody else's page has written their name, this one shows it in the form that its own names have.
#[test]
fn names_of_others_are_brought_into_the_form_of_ones_own() {
    // As much of NFKC as these names need.
    let normal_form = |text: &str| text.replace("и\u{306}", "й").replace('Ａ', "A");
    let mut engine = Engine::new([1; 32]).with_normal_form(normal_form);
    let now = Timestamp::from_millis(1_000);
    engine.handle(now, join("tea"));
    let sockets: Vec<SocketId> = std::iter::from_fn(|| engine.poll_effect())
        .filter_map(|effect| match effect {
            Effect::OpenSocket(socket) => Some(socket),
            _ => None,
        })
        .collect();
    let peer = |number: u128, name: &str| {
        let id = PeerId::from_random(number);
        format!(r#"{{"id":"{id}","displayName":"{name}","joinedAt":{number}}}"#)
    };
    let joined = format!(
        r#"{{"type":"room_joined","roomId":"tea","peers":[{},{},{}],"iceServers":[],"resume":"r"}}"#,
        peer(2, "Андреи\u{306}"),
        peer(3, "Андрей"),
        peer(4, "Ａda"),
    );
    engine.handle(now, Input::Socket(sockets[0], SocketEvent::Opened));
    engine.handle(now, Input::Socket(sockets[0], SocketEvent::Frame(joined)));
    let mut names = Vec::new();
    while let Some(effect) = engine.poll_effect() {
        if let Effect::Notify(ViewEvent::Room(_, RoomEvent::Peers(peers))) = effect {
            names = peers.iter().map(|peer| peer.name.to_string()).collect();
        }
    }
    assert_eq!(names, ["Андрей", "Андрей", "Ada"]);
}
