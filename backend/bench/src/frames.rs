//! WebSocket frames of a client, as bytes (RFC 6455, section 5.2).

const FINAL_TEXT: u8 = 0x81;
const OPCODE: u8 = 0x0f;
const TEXT: u8 = 1;
const MASKED: u8 = 0x80;

/// Never changes, so that frames can be made once; the server unmasks them all the same.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A text frame as a client sends it.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![FINAL_TEXT];
    match u16::try_from(text.len()).unwrap() {
        short @ 0..=125 => frame.push(MASKED | short as u8),
        long => {
            frame.push(MASKED | 126);
            frame.extend(long.to_be_bytes());
        }
    }
    frame.extend(MASK);
    let mask = MASK.iter().cycle();
    frame.extend(text.bytes().zip(mask).map(|(byte, mask)| byte ^ mask));
    frame
}

/// Takes bytes of a server apart.
#[derive(Default)]
pub(crate) struct FrameReader {
    bytes: Vec<u8>,
    read: usize,
}

impl FrameReader {
    /// Where the next bytes go.
    pub(crate) fn room(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.read);
        self.read = 0;
        &mut self.bytes
    }

    /// The next whole text; pings and other control frames are passed over.
    pub(crate) fn next_text(&mut self) -> Option<&[u8]> {
        loop {
            let rest = &self.bytes[self.read..];
            let (header, length) = match rest {
                [_, short @ 0..=125, ..] => (2, usize::from(*short)),
                [_, 126, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
                [_, 127, ..] => panic!("a frame above 64 KiB"),
                _ => return None,
            };
            let opcode = rest[0] & OPCODE;
            assert_ne!(opcode, 8, "the server closed");
            if rest.len() < header + length {
                return None;
            }
            let start = self.read + header;
            self.read = start + length;
            if opcode == TEXT {
                return Some(&self.bytes[start..start + length]);
            }
        }
    }
}
