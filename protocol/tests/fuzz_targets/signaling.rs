//! What comes over the signaling socket, at both of its ends.

use banter_protocol::{
    limits,
    signaling::{ClientFrame, ClientMessage, ServerMessage},
};

use super::{has_fraction, text};

/// What is understood is written so that it is understood again.
pub(super) fn server_message(data: &[u8]) {
    let Ok(message) = serde_json::from_str::<ServerMessage>(&text(data)) else {
        return;
    };
    let written = serde_json::to_string(&message).unwrap();
    let again: ServerMessage = serde_json::from_str(&written).unwrap();
    if !has_fraction(&serde_json::to_value(&message).unwrap()) {
        assert_eq!(again, message);
    }
}

/// The server's reading of a frame and the client's own types never disagree about who it is from and for.
pub(super) fn client_frame(data: &[u8]) {
    let text = text(data);
    let frame = match ClientFrame::parse(&text) {
        Ok(frame) => frame,
        Err(why) => {
            assert!(why.to_string().len() < 100, "words of our own");
            return;
        }
    };
    if let ClientFrame::Join(join) = &frame {
        assert!((1..=limits::DISPLAY_NAME_BYTES).contains(&join.display_name.len()));
        assert!(
            join.resume
                .as_ref()
                .is_none_or(|resume| resume.len() <= limits::RESUME_BYTES)
        );
    }
    let Ok(message) = serde_json::from_str::<ClientMessage>(&text) else {
        return;
    };
    let agree = match (&frame, &message) {
        (
            ClientFrame::Join(join),
            ClientMessage::JoinRoom {
                room_id,
                peer_id,
                display_name,
                resume,
            },
        ) => {
            (&join.room, &join.peer_id, &join.display_name, &join.resume)
                == (room_id, peer_id, display_name, resume)
        }
        (
            ClientFrame::Leave { room, peer_id },
            ClientMessage::LeaveRoom {
                room_id,
                peer_id: leaving,
            },
        ) => (room, peer_id) == (room_id, leaving),
        (
            ClientFrame::Relay { from, to },
            ClientMessage::Offer {
                from: sender,
                to: receiver,
                ..
            }
            | ClientMessage::Answer {
                from: sender,
                to: receiver,
                ..
            }
            | ClientMessage::IceCandidate {
                from: sender,
                to: receiver,
                ..
            },
        ) => (from, to) == (sender, receiver),
        (ClientFrame::Ping, ClientMessage::Ping {}) => true,
        _ => false,
    };
    assert!(agree, "{frame:?} and {message:?}");
}
