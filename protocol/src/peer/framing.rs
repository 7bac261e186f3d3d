//! Splitting and joining: a message on a data channel is cut into frames of at most 16 KiB, because larger
//! ones block the channel and not every browser takes them (RFC 8831, section 6.6).
//!
//! A message that fits is one frame, the JSON itself, which begins with `{`. A longer one is a run of frames
//! that begin with `+`, closed by one that begins with `=`; the rest of each frame is a piece of the JSON, cut
//! between characters. The channel is ordered and a message's frames follow each other, so pieces need no numbers.

use std::mem;

use crate::limits::{CHANNEL_FRAME_BYTES, PEER_MESSAGE_BYTES};

const MORE: char = '+';
const LAST: char = '=';

/// The frames that carry `json`, in order.
pub fn split(json: String) -> Vec<String> {
    if json.len() <= CHANNEL_FRAME_BYTES {
        return vec![json];
    }
    let mut frames = Vec::with_capacity(json.len() / CHANNEL_FRAME_BYTES + 1);
    let mut rest = json.as_str();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(CHANNEL_FRAME_BYTES - 1));
        let mark = if after.is_empty() { LAST } else { MORE };
        frames.push(format!("{mark}{piece}"));
        rest = after;
    }
    frames
}

/// Why a frame was dropped, and with it what had been joined so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The frame is larger than [`CHANNEL_FRAME_BYTES`].
    #[error("a frame on a data channel has at most {CHANNEL_FRAME_BYTES} bytes")]
    FrameTooLarge,
    /// The message is larger than [`PEER_MESSAGE_BYTES`].
    #[error("a message on a data channel has at most {PEER_MESSAGE_BYTES} bytes")]
    MessageTooLarge,
    /// The frame begins with none of `{`, `+`, `=`, or a whole message came between pieces.
    #[error("this frame is neither a message nor the next piece of one")]
    OutOfPlace,
}

/// Joins the frames of one channel back into messages. Holds at most [`PEER_MESSAGE_BYTES`].
#[derive(Debug, Default)]
pub struct Joiner {
    pieces: String,
}

impl Joiner {
    /// Takes the next frame; gives a message where it completes one. After an error the next whole message
    /// is understood again.
    ///
    /// # Errors
    ///
    /// [`JoinError`] where the frame fits nowhere.
    pub fn handle_frame(&mut self, frame: String) -> Result<Option<String>, JoinError> {
        if frame.len() > CHANNEL_FRAME_BYTES {
            self.pieces = String::new();
            return Err(JoinError::FrameTooLarge);
        }
        if frame.starts_with('{') {
            let torn = !mem::take(&mut self.pieces).is_empty();
            return if torn {
                Err(JoinError::OutOfPlace)
            } else {
                Ok(Some(frame))
            };
        }
        let (piece, complete) = match (frame.strip_prefix(MORE), frame.strip_prefix(LAST)) {
            (Some(piece), _) => (piece, false),
            (None, Some(piece)) => (piece, true),
            (None, None) => {
                self.pieces = String::new();
                return Err(JoinError::OutOfPlace);
            }
        };
        if self.pieces.len() + piece.len() > PEER_MESSAGE_BYTES {
            self.pieces = String::new();
            return Err(JoinError::MessageTooLarge);
        }
        self.pieces.push_str(piece);
        Ok(complete.then(|| mem::take(&mut self.pieces)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(frames: Vec<String>) -> Vec<String> {
        let mut joiner = Joiner::default();
        frames
            .into_iter()
            .filter_map(|frame| joiner.handle_frame(frame).unwrap())
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_split_is_joined_again(text in "\\PC{0,20}", times in 1_usize..3_000) {
            let json = format!("{{{}}}", text.repeat(times));
            prop_assume!(json.len() <= PEER_MESSAGE_BYTES);
            let frames = split(json.clone());
            prop_assert!(frames.iter().all(|frame| frame.len() <= CHANNEL_FRAME_BYTES));
            prop_assert_eq!(joined(frames), vec![json]);
        }

        #[test]
        fn any_frames_are_bounded_and_harmless(frames in prop::collection::vec("[+={]?\\PC{0,40}", 0..50)) {
            let mut joiner = Joiner::default();
            for frame in frames {
                let _ = joiner.handle_frame(frame);
                prop_assert!(joiner.pieces.len() <= PEER_MESSAGE_BYTES);
            }
        }
    }

    #[test]
    fn a_message_without_end_is_given_up_at_the_cap_and_the_next_one_is_understood() {
        let mut joiner = Joiner::default();
        let piece = format!("+{}", "x".repeat(CHANNEL_FRAME_BYTES - 1));
        let fitting = PEER_MESSAGE_BYTES / (CHANNEL_FRAME_BYTES - 1);
        for _ in 0..fitting {
            assert_eq!(joiner.handle_frame(piece.clone()), Ok(None));
        }
        assert_eq!(joiner.handle_frame(piece), Err(JoinError::MessageTooLarge));
        assert_eq!(joiner.handle_frame("{}".into()), Ok(Some("{}".into())));
    }

    #[test]
    fn a_frame_over_the_cap_is_refused() {
        let frame = format!("{{{}", "x".repeat(CHANNEL_FRAME_BYTES));
        assert_eq!(
            Joiner::default().handle_frame(frame),
            Err(JoinError::FrameTooLarge)
        );
    }
}
