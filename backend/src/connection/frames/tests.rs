use std::{fs, path::Path};

use banter_protocol::limits::SIGNALING_FRAME_BYTES;
use fuzzed::decode;
use proptest::prelude::*;

use super::*;

mod fuzzed;

const FINAL: u8 = 0x80;
const CONTINUE: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A frame as a client sends it, masked.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(first, payload.len() as u64);
    let mask = [1, 2, 3, 4];
    bytes.extend(mask);
    bytes.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    bytes
}

fn header(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..126), _) => bytes.push(0x80 | length),
        (_, Ok(length)) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes
}

fn text_frame(text: &str) -> Frame {
    Frame::Text(text.into())
}

#[test]
fn frames_come_out_whole_however_they_are_cut() {
    let bytes = [
        frame(FINAL | TEXT, b"one"),
        frame(FINAL | PING, b"p"),
        frame(TEXT, "t\u{e9}".as_bytes().split_at(2).0),
        frame(FINAL | PONG, b""),
        frame(CONTINUE, b""),
        frame(FINAL | CONTINUE, "t\u{e9}".as_bytes().split_at(2).1),
        frame(FINAL | TEXT, b""),
        frame(FINAL | CLOSE, b""),
    ]
    .concat();
    for piece in [1, 2, 3, 7, 1_000] {
        let expected = vec![
            text_frame("one"),
            Frame::Ping(Bytes::from_static(b"p")),
            Frame::Pong,
            text_frame("t\u{e9}"),
            text_frame(""),
            Frame::Close,
        ];
        assert_eq!(
            decode(&bytes, piece),
            (expected, None),
            "in pieces of {piece}"
        );
    }
}

/// Promise 38.
#[test]
fn a_frame_is_refused_by_its_header() {
    let limit = SIGNALING_FRAME_BYTES as u64;
    for length in [limit + 1, 1 << 40, u64::MAX] {
        let bytes = header(FINAL | TEXT, length);
        assert_eq!(
            decode(&bytes, 1),
            (vec![], Some(CloseCause::TooLarge)),
            "{length}"
        );
    }
    let largest = "x".repeat(SIGNALING_FRAME_BYTES);
    let bytes = frame(FINAL | TEXT, largest.as_bytes());
    assert_eq!(decode(&bytes, 4_096), (vec![text_frame(&largest)], None));
    for first in [BINARY, FINAL | BINARY] {
        assert_eq!(decode(&header(first, 1), 9).1, Some(CloseCause::Binary));
    }
}

/// Promise 38.
#[test]
fn fragments_are_counted_together() {
    let fragment = frame(CONTINUE, b"x");
    let mut bytes = frame(TEXT, b"x");
    for _ in 1..SIGNALING_FRAME_BYTES {
        bytes.extend(&fragment);
    }
    assert_eq!(
        decode(&bytes, 4_096),
        (vec![], None),
        "just within the limit"
    );
    bytes.extend(&fragment);
    assert_eq!(decode(&bytes, 4_096).1, Some(CloseCause::TooLarge));

    let half = vec![b'x'; SIGNALING_FRAME_BYTES / 2];
    let bytes = [frame(TEXT, &half), header(CONTINUE, half.len() as u64 + 1)].concat();
    assert_eq!(
        decode(&bytes, 4_096).1,
        Some(CloseCause::TooLarge),
        "not waited for either"
    );

    let mut bytes = frame(TEXT, b"");
    bytes.extend(frame(CONTINUE, b"").repeat(SIGNALING_FRAME_BYTES));
    assert_eq!(
        decode(&bytes, 4_096).1,
        Some(CloseCause::TooLarge),
        "empty ones too"
    );
}

/// Found by the fuzzer: in one piece it was too large, in several it was binary.
#[test]
fn a_large_binary_frame_is_refused_for_the_same_cause_however_it_is_cut() {
    let bytes = [header(FINAL | BINARY, 1 << 40), vec![0; 4]].concat();
    for piece in [1, 2, 9, 99] {
        assert_eq!(decode(&bytes, piece).1, Some(CloseCause::Binary), "{piece}");
    }
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    assert_eq!(
        decode(&frame(FINAL | TEXT, b"\xff"), 99).1,
        Some(CloseCause::InvalidUtf8)
    );
    let split = [frame(TEXT, b"\xc3"), frame(FINAL | CONTINUE, b"x")].concat();
    assert_eq!(decode(&split, 99).1, Some(CloseCause::InvalidUtf8));
}

#[test]
fn what_breaks_the_protocol_is_refused() {
    let unmasked = vec![FINAL | TEXT, 1, b'x'];
    for bytes in [
        unmasked,
        frame(FINAL | CONTINUE, b"x"),
        [frame(TEXT, b"x"), frame(FINAL | TEXT, b"x")].concat(),
        [frame(TEXT, b"x"), frame(TEXT, b"x")].concat(),
        frame(PING, b"x"),
        frame(FINAL | PING, &[0; 126]),
        frame(FINAL | CLOSE, &[0; 126]),
        frame(FINAL | TEXT | 0x40, b"x"),
        frame(FINAL | 3, b"x"),
        frame(FINAL | 11, b"x"),
    ] {
        assert_eq!(
            decode(&bytes, 999).1,
            Some(CloseCause::ProtocolError),
            "{bytes:?}"
        );
    }
}

/// Promise 52: what the fuzzer once found interesting, as it is and with small changes.
#[test]
fn the_corpus_of_the_fuzzer_is_harmless() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/frames");
    let mut played = 0;
    for file in fs::read_dir(corpus).unwrap() {
        let path = file.unwrap().path();
        let data = fs::read(&path).unwrap();
        // Printed where it panics.
        println!("{}", path.display());
        fuzzed::frames(&data);
        for variant in variants(&data) {
            fuzzed::frames(&variant);
        }
        played += 1;
    }
    assert!(played > 20, "{played} files");
}

/// Cut short, with a bit turned, with a part said twice.
fn variants(data: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..24).map(|step| {
        let place = data.len() * (step / 3) / 8;
        let mut data = data.to_vec();
        match step % 3 {
            0 => data.truncate(place),
            1 => {
                if let Some(byte) = data.get_mut(place) {
                    *byte ^= 1 << (step % 8);
                }
            }
            _ => data.extend_from_within(place..),
        }
        data
    })
}

proptest! {
    /// Promise 52.
    #[test]
    fn any_bytes_end_in_frames_or_a_cause(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzzed::frames(&bytes);
    }
}
