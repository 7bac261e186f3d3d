//! What servers of one room say to each other.

use banter_protocol::{
    limits,
    signaling::span::{RelayHead, RoomMessage, Sign},
};

/// What is understood is written so that it is understood as the same.
pub(super) fn bus_message(data: &[u8]) {
    if let Ok(sign) = Sign::decode(data) {
        assert_eq!(Sign::decode(&sign.encode()), Ok(sign));
    }
    let room_message = RoomMessage::decode(data);
    if let Ok(message) = &room_message {
        assert_eq!(RoomMessage::decode(&message.encode()).as_ref(), Ok(message));
    }
    match RelayHead::decode(data) {
        Ok((head, begins)) => {
            assert!(RelayHead::leads(data) && room_message.is_err());
            let frame = &data[begins..];
            assert!(frame.len() <= limits::SIGNALING_FRAME_BYTES);
            assert_eq!(head.encode(frame), data);
        }
        Err(_) => assert!(!RelayHead::leads(data) || room_message.is_err()),
    }
}
