//! Promise 52: what a socket brings is taken apart as it should be, or refused, and never an accident. Takes any bytes and
//! asserts what must hold of them.
//!
//! The fuzzer (`backend/fuzz/`) and the test that plays its corpus again both include this.

use actix_web::test::TestRequest;
use banter_protocol::{limits::SIGNALING_FRAME_BYTES, signaling::CloseCause};
use bytes::Bytes;

use super::{Frame, FrameDecoder};

/// The first byte says into which pieces the network cuts the rest.
pub(super) fn frames(data: &[u8]) {
    let Some((&cut, bytes)) = data.split_first() else {
        return;
    };
    let (whole, cause) = decode(bytes, bytes.len());
    let piece = usize::from(cut) + 1;
    assert_eq!(
        decode(bytes, piece),
        (whole.clone(), cause),
        "in pieces of {piece}"
    );
    let (expected, end) = read(bytes);
    assert_eq!(whole, expected);
    if end == End::Whole {
        assert_eq!(cause, None, "nothing is wrong with it");
    }
}

/// Everything that comes of these bytes, given in pieces of this size.
pub(super) fn decode(bytes: &[u8], piece: usize) -> (Vec<Frame>, Option<CloseCause>) {
    let request = TestRequest::default()
        .insert_header(("connection", "upgrade"))
        .insert_header(("upgrade", "websocket"))
        .insert_header(("sec-websocket-version", "13"))
        .insert_header(("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="))
        .to_http_request();
    let (_, mut decoder) = FrameDecoder::accept(&request).unwrap();
    let mut frames = Vec::new();
    let mut read = 0;
    for piece in bytes.chunks(piece.max(1)) {
        decoder.push(Bytes::copy_from_slice(piece));
        loop {
            let next = decoder.next();
            read += decoder.take_bytes_read();
            assert!(read <= bytes.len(), "no byte is counted twice");
            match next {
                Ok(Some(frame)) => {
                    assert!(size(&frame) <= SIGNALING_FRAME_BYTES);
                    frames.push(frame);
                }
                Ok(None) => break,
                Err(cause) => return (frames, Some(cause)),
            }
        }
    }
    (frames, None)
}

fn size(frame: &Frame) -> usize {
    match frame {
        Frame::Text(text) => text.len(),
        Frame::Ping(payload) => payload.len(),
        Frame::Pong | Frame::Close => 0,
    }
}

/// Where the plain reader stops.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Nothing is left.
    Whole,
    /// At something that is not all there, or that no client may send.
    Elsewhere,
}

/// The frames at the beginning of these bytes, read as RFC 6455 (section 5.2) has it, as plainly as can be.
fn read(mut bytes: &[u8]) -> (Vec<Frame>, End) {
    let mut frames = Vec::new();
    let mut message: Option<Vec<u8>> = None;
    let mut fragments = 0;
    while !bytes.is_empty() {
        let Some((first, payload, rest)) = read_one(bytes) else {
            return (frames, End::Elsewhere);
        };
        let is_final = first & 0x80 != 0;
        match (first & 0x7f, &mut message) {
            (1, None) => message = Some(payload),
            (0, Some(begun)) => begun.extend(payload),
            (9, _) if is_final => frames.push(Frame::Ping(payload.into())),
            (10, _) if is_final => frames.push(Frame::Pong),
            (8, _) if is_final && is_goodbye(&payload) => frames.push(Frame::Close),
            _ => return (frames, End::Elsewhere),
        }
        if first & 0x0f < 2 {
            fragments += 1;
            let length = message.as_ref().map_or(0, Vec::len);
            let is_one = is_final && fragments == 1;
            if length > SIGNALING_FRAME_BYTES || (fragments > SIGNALING_FRAME_BYTES && !is_one) {
                return (frames, End::Elsewhere);
            }
            if is_final {
                fragments = 0;
                match String::from_utf8(message.take().unwrap_or_default()) {
                    Ok(text) => frames.push(Frame::Text(text.into())),
                    Err(_) => return (frames, End::Elsewhere),
                }
            }
        }
        bytes = rest;
    }
    let end = if message.is_none() {
        End::Whole
    } else {
        End::Elsewhere
    };
    (frames, end)
}

/// A goodbye gives no reason, or a code that may be sent, with words in UTF-8 (RFC 6455, sections 5.5.1 and 7.4).
fn is_goodbye(payload: &[u8]) -> bool {
    let Some((code, words)) = payload.split_first_chunk() else {
        return payload.is_empty();
    };
    let code = u16::from_be_bytes(*code);
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) && str::from_utf8(words).is_ok()
}

/// The first byte of a masked frame, its payload unmasked, and what follows.
fn read_one(bytes: &[u8]) -> Option<(u8, Vec<u8>, &[u8])> {
    let (&[first, second], rest) = bytes.split_first_chunk()?;
    if second & 0x80 == 0 {
        return None;
    }
    let (length, rest) = match second & 0x7f {
        126 => {
            let (length, rest) = rest.split_first_chunk()?;
            (u64::from(u16::from_be_bytes(*length)), rest)
        }
        127 => {
            let (length, rest) = rest.split_first_chunk()?;
            (u64::from_be_bytes(*length), rest)
        }
        length => (u64::from(length), rest),
    };
    let is_control = first & 0x08 != 0;
    if is_control && length > 125 {
        return None;
    }
    let (mask, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let payload = payload.iter().zip(mask.iter().cycle());
    Some((
        first,
        payload.map(|(byte, mask)| byte ^ mask).collect(),
        rest,
    ))
}
