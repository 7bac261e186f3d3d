//! What comes over a data channel.

use banter_protocol::{
    limits,
    peer::{
        LogMessage, PeerMessage,
        framing::{JoinError, Joiner, split},
    },
};

use super::text;

/// What is understood is written so that it is understood as the same, and travels.
pub(super) fn peer_message(data: &[u8]) {
    let Ok(message) = serde_json::from_str::<PeerMessage>(&text(data)) else {
        return;
    };
    let written = serde_json::to_string(&message).unwrap();
    assert_eq!(
        serde_json::from_str::<PeerMessage>(&written).unwrap(),
        message
    );
    assert!(written.len() <= limits::PEER_MESSAGE_BYTES);
    let mut joiner = Joiner::default();
    let mut joined: Vec<Option<String>> = split(written.clone())
        .into_iter()
        .map(|frame| joiner.handle_frame(frame).unwrap())
        .collect();
    assert_eq!(joined.pop(), Some(Some(written)));
    assert!(joined.iter().all(Option::is_none));
}

/// What is understood is written so that it is understood as the same, and within its bounds.
pub(super) fn log_message(data: &[u8]) {
    let Ok(message) = serde_json::from_str::<LogMessage>(&text(data)) else {
        return;
    };
    let written = serde_json::to_string(&message).unwrap();
    assert_eq!(
        serde_json::from_str::<LogMessage>(&written).unwrap(),
        message
    );
    match message {
        LogMessage::Have { sessions } => assert!(sessions.len() <= limits::SESSIONS),
        LogMessage::Want { ranges, .. } => assert!(ranges.len() <= limits::WANTED_RANGES),
        LogMessage::Entries { entries, .. } => {
            let bytes: usize = entries.iter().map(|entry| entry.text.len()).sum();
            assert!(entries.len() <= 1 || bytes <= limits::ENTRIES_BYTES);
        }
        LogMessage::Cards { cards } => {
            for card in cards {
                let _ = card.is_genuine(&[9; 32]);
            }
        }
        LogMessage::Receipts { receipts } => {
            for receipt in receipts {
                let _ = receipt.read();
            }
        }
        LogMessage::Digest { .. } | LogMessage::Pass { .. } | LogMessage::Fork { .. } => {}
    }
}

/// Frames, with U+0001 between them. The first byte says how often all of them come, so that a few bytes reach the caps.
pub(super) fn joiner(data: &[u8]) {
    let Some((&times, frames)) = data.split_first() else {
        return;
    };
    let frames = text(frames);
    let mut joiner = Joiner::default();
    let mut held = 0;
    for frame in (0..times).flat_map(|_| frames.split('\u{1}')) {
        let length = frame.len();
        match joiner.handle_frame(frame.to_owned()) {
            Ok(Some(message)) => {
                assert!(message.len() <= held + length);
                assert!(message.len() <= limits::PEER_MESSAGE_BYTES);
                peer_message(message.as_bytes());
                held = 0;
            }
            Ok(None) => held += length - 1,
            Err(why) => {
                held = 0;
                assert!(why != JoinError::FrameTooLarge || length > limits::CHANNEL_FRAME_BYTES);
            }
        }
        assert!(held <= limits::PEER_MESSAGE_BYTES);
    }
    // Whatever was before, at most one whole message is lost.
    let _ = joiner.handle_frame("{}".to_owned());
    assert_eq!(
        joiner.handle_frame("{}".to_owned()),
        Ok(Some("{}".to_owned()))
    );
}
