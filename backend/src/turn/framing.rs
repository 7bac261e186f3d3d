//! Where a message ends in a stream (RFC 8489, section 6.2.2; RFC 8656, section 12.5).

use super::LONGEST_MESSAGE;

const STUN_HEADER: usize = 20;
const CHANNEL_HEADER: usize = 4;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// What stands in the stream is no message, and where the next one would begin cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// How long the first message is with its padding; none while that cannot be seen yet.
pub(super) fn message_length(stream: &[u8]) -> Result<Option<usize>, Unreadable> {
    let [first, _, high, low, rest @ ..] = stream else {
        return match stream.first() {
            Some(first) if first >> 6 > 1 => Err(Unreadable),
            Some(_) | None => Ok(None),
        };
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let length = match first >> 6 {
        0b00 => {
            let known = rest.len().min(COOKIE.len());
            let is_stun = length % 4 == 0 && rest.get(..known) == COOKIE.get(..known);
            if !is_stun {
                return Err(Unreadable);
            }
            STUN_HEADER + length
        }
        0b01 => (CHANNEL_HEADER + length).next_multiple_of(4),
        _ => return Err(Unreadable),
    };
    if length > LONGEST_MESSAGE {
        return Err(Unreadable);
    }
    Ok(Some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_seen_in_the_first_four_bytes() {
        let stun = [0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42];
        for (stream, expected) in [
            (&[][..], Ok(None)),
            (&[0, 1, 0], Ok(None)),
            (&stun[..4], Ok(Some(28))),
            (&stun, Ok(Some(28))),
            (&[0x40, 0, 0, 0], Ok(Some(4))),
            (&[0x40, 0, 0, 1], Ok(Some(8))),
            (&[0x7f, 0xff, 0, 4, 9], Ok(Some(8))),
        ] {
            assert_eq!(message_length(stream), expected, "{stream:?}");
        }
    }

    #[test]
    fn what_is_no_message_ends_the_stream() {
        for stream in [
            &b"GET / HTTP/1.1"[..],
            &[0x16, 3, 1, 2, 0, 1],
            &[0x80],
            &[0xff, 0xff, 0, 0],
            &[0, 1, 0, 3],
            &[0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x43],
            &[0x40, 0, 0xff, 0xff],
            &[0, 1, 0xff, 0xfc],
        ] {
            assert_eq!(message_length(stream), Err(Unreadable), "{stream:?}");
        }
    }
}
