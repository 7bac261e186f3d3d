//! Every signaling message as it stands on the wire. A second client can be written from these files.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

use std::{collections::BTreeSet, fmt::Debug, fs, path::PathBuf};

use banter_protocol::{
    ids::{PeerId, RoomId},
    signaling::{
        ClientFrame, ClientMessage, ErrorCode, IceServer, PeerInfo, ServerMessage, SocketRequest,
        SocketState, envelope::JoinFrame,
    },
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/signaling")
}

fn file(name: &str) -> String {
    let path = folder().join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn room() -> RoomId {
    "tea-time".parse().unwrap()
}

fn ada() -> PeerId {
    "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap()
}

fn bob() -> PeerId {
    "0b7e3c52-6c4e-4f0e-9a53-2f6f0c1d9e77".parse().unwrap()
}

fn resume() -> String {
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff".to_owned()
}

fn offer() -> Value {
    json!({ "type": "offer", "sdp": "v=0\r\n" })
}

fn answer() -> Value {
    json!({ "type": "answer", "sdp": "v=0\r\n" })
}

fn candidate() -> Value {
    json!({ "candidate": "candidate:1 1 udp 1 x.local 9 typ host", "sdpMid": "0" })
}

fn client_messages() -> Vec<(&'static str, ClientMessage)> {
    let negotiation = || Some("a1".to_owned());
    let (from, to) = (ada(), bob());
    vec![
        (
            "client_join_room",
            ClientMessage::JoinRoom {
                room_id: room(),
                peer_id: ada(),
                display_name: "Ada".to_owned(),
                resume: None,
            },
        ),
        (
            "client_join_room_resume",
            ClientMessage::JoinRoom {
                room_id: room(),
                peer_id: ada(),
                display_name: "Ada".to_owned(),
                resume: Some(resume()),
            },
        ),
        (
            "client_leave_room",
            ClientMessage::LeaveRoom {
                room_id: room(),
                peer_id: ada(),
            },
        ),
        (
            "client_offer",
            ClientMessage::Offer {
                from,
                to,
                negotiation: negotiation(),
                announcement: None,
                offer: offer(),
            },
        ),
        (
            "client_offer_wanted",
            ClientMessage::Offer {
                from,
                to,
                negotiation: None,
                announcement: None,
                offer: Value::Null,
            },
        ),
        (
            "client_answer",
            ClientMessage::Answer {
                from,
                to,
                negotiation: negotiation(),
                announcement: None,
                answer: answer(),
            },
        ),
        (
            "client_ice_candidate",
            ClientMessage::IceCandidate {
                from,
                to,
                negotiation: negotiation(),
                candidate: candidate(),
            },
        ),
        (
            "client_ice_candidate_end",
            ClientMessage::IceCandidate {
                from,
                to,
                negotiation: None,
                candidate: Value::Null,
            },
        ),
        ("client_ping", ClientMessage::Ping {}),
    ]
}

fn error(code: ErrorCode, retry_after_ms: Option<u64>, peer_id: Option<PeerId>) -> ServerMessage {
    ServerMessage::Error {
        code,
        message: code.message().to_owned(),
        retry_after_ms,
        peer_id,
    }
}

fn server_messages() -> Vec<(&'static str, ServerMessage)> {
    let joined_at = Timestamp::from_millis(1_795_500_000_000);
    let peer = PeerInfo {
        id: ada(),
        display_name: "Ada".to_owned(),
        joined_at,
    };
    let negotiation = || Some("a1".to_owned());
    let (from, to) = (ada(), bob());
    let plain_error = |code| error(code, None, None);
    vec![
        (
            "server_room_joined",
            ServerMessage::RoomJoined {
                room_id: room(),
                peers: vec![peer.clone()],
                ice_servers: vec![
                    IceServer {
                        urls: vec!["stun:stun.example.org:3478".to_owned()],
                        username: None,
                        credential: None,
                    },
                    IceServer {
                        urls: vec!["turn:turn.example.org:3478?transport=udp".to_owned()],
                        username: Some("1795503600:k2x7".to_owned()),
                        credential: Some("bWFj".to_owned()),
                    },
                ],
                resume: resume(),
            },
        ),
        (
            "server_room_joined_alone",
            ServerMessage::RoomJoined {
                room_id: room(),
                peers: vec![],
                ice_servers: vec![],
                resume: resume(),
            },
        ),
        (
            "server_ice_servers",
            ServerMessage::IceServers {
                ice_servers: vec![IceServer {
                    urls: vec![
                        "turn:turn.example.org:3478?transport=udp".to_owned(),
                        "turn:turn.example.org:3478?transport=tcp".to_owned(),
                    ],
                    username: Some("1795507200:q8w1".to_owned()),
                    credential: Some("bmV3".to_owned()),
                }],
            },
        ),
        ("server_peer_joined", ServerMessage::PeerJoined { peer }),
        (
            "server_peer_left",
            ServerMessage::PeerLeft { peer_id: ada() },
        ),
        (
            "server_offer",
            ServerMessage::Offer {
                from,
                to,
                negotiation: negotiation(),
                announcement: None,
                offer: offer(),
            },
        ),
        (
            "server_answer",
            ServerMessage::Answer {
                from,
                to,
                negotiation: negotiation(),
                announcement: None,
                answer: answer(),
            },
        ),
        (
            "server_ice_candidate",
            ServerMessage::IceCandidate {
                from,
                to,
                negotiation: negotiation(),
                candidate: candidate(),
            },
        ),
        ("server_pong", ServerMessage::Pong {}),
        (
            "server_error_bad_message",
            plain_error(ErrorCode::BadMessage),
        ),
        (
            "server_error_not_in_room",
            plain_error(ErrorCode::NotInRoom),
        ),
        (
            "server_error_already_in_room",
            plain_error(ErrorCode::AlreadyInRoom),
        ),
        ("server_error_room_full", plain_error(ErrorCode::RoomFull)),
        (
            "server_error_peer_id_taken",
            plain_error(ErrorCode::PeerIdTaken),
        ),
        (
            "server_error_unknown_peer",
            error(ErrorCode::UnknownPeer, None, Some(bob())),
        ),
        (
            "server_error_not_your_id",
            plain_error(ErrorCode::NotYourId),
        ),
        (
            "server_error_rate_limited",
            error(ErrorCode::RateLimited, Some(250), None),
        ),
        (
            "server_error_server_draining",
            error(ErrorCode::ServerDraining, Some(7_350), None),
        ),
        (
            "server_error_server_busy",
            error(ErrorCode::ServerBusy, Some(8_120), None),
        ),
    ]
}

fn check<M: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: &M) {
    let golden = file(name);
    let written = serde_json::to_string_pretty(message).unwrap() + "\n";
    assert_eq!(
        written, golden,
        "{name}.json differs from what is written today"
    );
    assert_eq!(
        &serde_json::from_str::<M>(&golden).unwrap(),
        message,
        "{name}.json read back"
    );
}

#[test]
fn client_messages_stand_on_the_wire_as_in_their_files() {
    for (name, message) in client_messages() {
        check(name, &message);
    }
}

#[test]
fn server_messages_stand_on_the_wire_as_in_their_files() {
    for (name, message) in server_messages() {
        check(name, &message);
    }
}

#[test]
fn every_file_has_its_message() {
    let clients = client_messages();
    let servers = server_messages();
    let names = clients
        .iter()
        .map(|(name, _)| *name)
        .chain(servers.iter().map(|(name, _)| *name));
    let expected: BTreeSet<String> = names.map(|name| format!("{name}.json")).collect();
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, expected);
}

#[test]
fn every_error_code_has_a_file_with_its_own_name() {
    for (name, message) in server_messages() {
        let ServerMessage::Error { code, .. } = message else {
            continue;
        };
        assert_eq!(name, format!("server_error_{}", code.as_str()));
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

/// The engine writes what the server reads: two types for one format must not drift apart.
#[test]
fn the_server_understands_every_client_message() {
    let inside = SocketState::Inside {
        room: room(),
        peer_id: ada(),
    };
    for (name, message) in client_messages() {
        let frame = ClientFrame::parse(&file(name)).unwrap();
        match message {
            ClientMessage::JoinRoom {
                room_id: room,
                peer_id,
                display_name,
                resume,
            } => {
                let join = JoinFrame {
                    room,
                    peer_id,
                    display_name,
                    resume,
                };
                assert_eq!(frame, ClientFrame::Join(join));
            }
            ClientMessage::LeaveRoom {
                room_id: room,
                peer_id,
            } => {
                assert_eq!(frame, ClientFrame::Leave { room, peer_id });
                assert_eq!(inside.request(frame), Ok(SocketRequest::Leave));
            }
            ClientMessage::Offer { from, to, .. }
            | ClientMessage::Answer { from, to, .. }
            | ClientMessage::IceCandidate { from, to, .. } => {
                assert_eq!(frame, ClientFrame::Relay { from, to });
                assert_eq!(inside.request(frame), Ok(SocketRequest::Relay { from, to }));
            }
            ClientMessage::Ping {} => assert_eq!(frame, ClientFrame::Ping),
        }
    }
}

#[test]
fn the_server_takes_none_of_its_own_messages_but_relayed_ones() {
    for (name, _) in server_messages() {
        let is_relayed = ["server_offer", "server_answer", "server_ice_candidate"].contains(&name);
        assert_eq!(
            ClientFrame::parse(&file(name)).is_ok(),
            is_relayed,
            "{name}"
        );
    }
}
