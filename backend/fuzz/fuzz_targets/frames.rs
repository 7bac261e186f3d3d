//! The server's decoder of frames, included from its source, since nobody else needs it.
#![no_main]

#[path = "../../src/connection/frames.rs"]
mod decoder;
#[path = "../../src/connection/frames/tests/fuzzed.rs"]
mod fuzzed;
#[path = "../../src/connection/whole_frames.rs"]
mod whole_frames;

use decoder::{Frame, FrameDecoder};

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzzed::frames(data));
